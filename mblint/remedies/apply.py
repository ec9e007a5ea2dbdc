"""Applies edits to objects: the one implementation of RFC 6902 here, which proofs, `fix` and the tests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import KeyPath, Value
from mblint.remedies.edits import END, Change, Configure, Create, Edit, Operation


class CannotApply(Exception):
    """An operation that does not fit the object. `str()` is a clause that says why."""


def apply(edits: Iterable[Edit], objects: Mapping[ObjectId, Value]) -> dict[ObjectId, Value]:
    """The objects as the edits leave them; new ones last. What is to be configured is no object's.

    Nothing that is given is changed. Raises CannotApply.
    """
    found = dict(objects)
    for edit in edits:
        if isinstance(edit, Change):
            if edit.object not in found:
                raise CannotApply(f"there is no {edit.object.kind} {edit.object.namespace}/{edit.object.name}")
            found[edit.object] = patched(found[edit.object], edit.patch)
        elif isinstance(edit, Create):
            identity = identity_of(edit.value)
            if identity in found and found[identity] != edit.value:
                raise CannotApply(f"there is a {identity.kind} {identity.namespace}/{identity.name} already")
            found[identity] = edit.value
    return found


def identity_of(value: Mapping[str, Value]) -> ObjectId:
    """Who a whole object with a namespace of its own is."""
    metadata = value.get("metadata")
    said = metadata if isinstance(metadata, dict) else {}
    return ObjectId(str(said.get("namespace") or ""), str(value.get("kind")), str(said.get("name")))


def patched(value: Value, operations: Iterable[Operation]) -> Value:
    """The value after these operations, all or none. Raises CannotApply."""
    copy = deepcopy(value)
    for operation in operations:
        copy = _after(copy, operation)
    return copy


def merged(configuration: Value, edits: Iterable[Edit]) -> Value:
    """A configuration with what edits add to it."""
    for edit in edits:
        if isinstance(edit, Configure):
            configuration = _merge(configuration, edit.value)
    return configuration


def _merge(one: Value, other: Value) -> Value:
    if isinstance(one, dict) and isinstance(other, dict):
        joined = {key: _merge(one[key], value) if key in one else value for key, value in other.items()}
        return one | joined
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *(element for element in other if element not in one)]
    return other


def _after(root: Value, operation: Operation) -> Value:
    if not operation.path:
        raise CannotApply("an object is never replaced as a whole")
    parent = _at(root, operation.path[:-1])
    key = operation.path[-1]
    if isinstance(parent, dict):
        _in_mapping(parent, str(key), operation)
    elif isinstance(parent, list):
        _in_list(parent, key, operation)
    else:
        raise CannotApply(f"nothing can be at {_words(operation.path)}")
    return root


def _at(value: Value, path: KeyPath) -> Value:
    for depth, key in enumerate(path, 1):
        if isinstance(value, dict) and str(key) in value:
            value = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            raise CannotApply(f"there is no {_words(path[:depth])}")
    return value


def _in_mapping(parent: dict[str, Value], key: str, operation: Operation) -> None:
    if operation.op != "add" and key not in parent:
        raise CannotApply(f"there is no {_words(operation.path)}")
    match operation.op:
        case "add" | "replace":
            parent[key] = deepcopy(operation.value)
        case "remove":
            del parent[key]
        case _:
            _test(parent[key], operation)


def _in_list(parent: list[Value], key: str | int, operation: Operation) -> None:
    if operation.op == "add" and (key == END or key == len(parent)):
        parent.append(deepcopy(operation.value))
        return
    if not isinstance(key, int) or key >= len(parent):
        raise CannotApply(f"there is no {_words(operation.path)}")
    match operation.op:
        case "add":
            parent.insert(key, deepcopy(operation.value))
        case "replace":
            parent[key] = deepcopy(operation.value)
        case "remove":
            del parent[key]
        case _:
            _test(parent[key], operation)


def _test(found: Value, operation: Operation) -> None:
    if found != operation.value:
        raise CannotApply(f"{_words(operation.path)} is another one by now")


def _words(path: KeyPath) -> str:
    return ".".join(map(str, path)) or "object"
