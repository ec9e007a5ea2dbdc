"""What a remedy consists of: operations on an object as rendered, whole new objects, and configuration.

Facts carry edits, made where the fact is made. Everybody else only shows them (`writing`), applies them (`apply`), or
reports them (`as_json`). An operation is one of RFC 6902: add, replace, remove or test.
"""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import KeyPath, Place, Value

END = "-"  # RFC 6901: the element behind a list's last one


class Operation(Struct, frozen=True):
    """One operation. `path`: keys and indices from the object's own root. `value` means nothing to `remove`.

    `was`: what a replacement stands instead of, for people to read. It is no test: two findings may correct one value.
    """

    op: str  # add, replace, remove, test
    path: KeyPath
    value: Value = None
    was: Value = None


class Change(Struct, frozen=True):
    """What to change in one object of the render. `place`: where it stands as a whole."""

    object: ObjectId
    place: Place
    patch: tuple[Operation, ...]


class Create(Struct, frozen=True):
    """A whole object to add, with its namespace."""

    value: dict[str, Value]


class Configure(Struct, frozen=True):
    """What to merge into .mblint.yaml: mappings deeply, lists by appending."""

    value: dict[str, Value]


Edit = Change | Create | Configure


def distinct(edits: list[Edit]) -> tuple[Edit, ...]:
    """Each once, in their order. (They hold mappings, so that no set can hold them.)"""
    found: list[Edit] = []
    for edit in edits:
        if edit not in found:
            found.append(edit)
    return tuple(found)


def pointer(path: KeyPath) -> str:
    """A path as RFC 6901 writes it: `/metadata/labels/app.kubernetes.io~1name`."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in path)


def as_json(edit: Edit) -> dict[str, Value]:
    """An edit as reports carry it."""
    if isinstance(edit, Create):
        return {"create": edit.value}
    if isinstance(edit, Configure):
        return {"config": edit.value}
    patch: list[Value] = [_operation(operation) for operation in edit.patch]
    changed: dict[str, Value] = {
        "kind": edit.object.kind,
        "namespace": edit.object.namespace,
        "name": edit.object.name,
    }
    return {"object": changed, "patch": patch}


def _operation(operation: Operation) -> dict[str, Value]:
    written: dict[str, Value] = {"op": operation.op, "path": pointer(operation.path)}
    return written if operation.op == "remove" else written | {"value": operation.value}
