"""Edits as a Kustomize component: patches of RFC 6902 for what changes, resources for what is new.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/ and …/components/.
"""

from __future__ import annotations

from collections.abc import Sequence

from mblint.manifests.documents import Value
from mblint.remedies.edits import Change, Create, Edit, Operation, as_json
from mblint.remedies.flow import flow
from mblint.remedies.writing import block


def component(edits: Sequence[Edit], objects_file: str) -> str:
    """The component, which names the file of the new objects where there are any."""
    lines = ["apiVersion: kustomize.config.k8s.io/v1alpha1", "kind: Component"]
    if any(isinstance(edit, Create) for edit in edits):
        lines += block({"resources": [objects_file]})
    patches = _by_object([edit for edit in edits if isinstance(edit, Change)])
    lines += ["patches:"] if patches else []
    for change, operations in patches:
        lines += _patch(change, operations)
    return "\n".join(lines) + "\n"


def _by_object(changes: Sequence[Change]) -> list[tuple[Change, list[Operation]]]:
    """One patch for an object: each operation once."""
    found: list[tuple[Change, list[Operation]]] = []
    for change in changes:
        known = next((patch for patch in found if patch[0].object == change.object), None)
        if known is None:
            known = (change, [])
            found.append(known)
        known[1].extend(one for one in change.patch if one not in known[1])
    return found


def _patch(change: Change, operations: Sequence[Operation]) -> list[str]:
    target: dict[str, Value] = {"kind": change.object.kind, "name": change.object.name}
    metadata = change.place.at("metadata").value
    if isinstance(metadata, dict) and metadata.get("namespace"):
        target["namespace"] = change.object.namespace
    written = as_json(Change(change.object, change.place, tuple(operations)))["patch"]
    return [f"  - target: {flow(target)}", "    patch: |-", *(f"      {line}" for line in block(written))]


def objects(edits: Sequence[Edit]) -> str:
    """The new objects, each once."""
    values: list[Value] = []
    for edit in edits:
        if isinstance(edit, Create) and edit.value not in values:
            values.append(edit.value)
    return "".join("\n".join(("---", *block(value))) + "\n" for value in values)
