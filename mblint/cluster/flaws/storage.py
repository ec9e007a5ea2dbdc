"""What the API server refuses of claims and volumes, and sizes that it takes although they cannot be meant.

Sources: ValidatePersistentVolumeClaimSpec and validatePersistentVolumeSpec of
k8s.io/kubernetes/pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Object
from mblint.cluster.quantities import quantity
from mblint.manifests.nodes import Node, WrongType, dotted

_LEAST = 1024  # bytes: below that a unit is missing, or m stands for M
_KINDS = ("PersistentVolumeClaim", "PersistentVolume", "StatefulSet")
_ALONE = "ReadWriteOncePod"


def storage_flaws(obj: Object) -> Iterator[WrongType]:
    """Of a PersistentVolumeClaim, of the claims of a StatefulSet, or of a PersistentVolume."""
    if obj.id.kind not in _KINDS:
        return
    spec = obj.node.get("spec")
    if obj.id.kind == "PersistentVolumeClaim":
        yield from _claim(spec)
    elif obj.id.kind == "StatefulSet":
        for template in spec.get("volumeClaimTemplates").items():
            yield from _claim(template.get("spec"))
    elif obj.id.kind == "PersistentVolume":
        yield from _modes(spec)
        yield from _size(spec.get("capacity").get("storage"))
        if not spec.get("local").absent and spec.get("nodeAffinity").get("required").absent:
            text = "spec.nodeAffinity.required is required for a local volume, which is on one node"
            yield WrongType(spec.get("local").place, text)


def _claim(spec: Node) -> Iterator[WrongType]:
    yield from _modes(spec)
    yield from _size(spec.get("resources").get("requests").get("storage"))


def _modes(spec: Node) -> Iterator[WrongType]:
    modes = spec.get("accessModes")
    if isinstance(modes.value, list) and _ALONE in modes.value and any(mode != _ALONE for mode in modes.value):
        yield WrongType(modes.place, f"{dotted(modes.path)} has {_ALONE}, which stands alone")


def _size(size: Node) -> Iterator[WrongType]:
    amount = quantity(size.value)
    if amount is None:
        return
    if amount <= 0:
        yield WrongType(size.place, f"{dotted(size.path)} is {size.value}, and must be above zero")
    elif amount < _LEAST:
        what = "less than one byte" if amount < 1 else f"{int(amount)} bytes"
        text = f"{dotted(size.path)} is {size.value}, which is {what}: a unit is missing or wrong (Gi, Mi)"
        yield WrongType(size.place, text, refused=False)
