"""Claims that name their volume, and volumes of the view that are not what they ask for.

A claim with a volumeName is bound to that volume alone, and only where class, mode and access modes agree, it is large
enough, and is kept for no other claim: else it stays Pending for ever.
Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding and #reserving-a-persistentvolume
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Object
from mblint.cluster.pod_fields import Claim, claim_of
from mblint.cluster.quantities import quantity
from mblint.facts.rollouts.rows import ClaimedVolume
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_USUAL_MODE = "Filesystem"


def claimed_volumes(world: World) -> Iterator[ClaimedVolume]:
    """A row for each claim whose volume is in the view."""
    volumes = {volume.id.name: volume for volume in world.cluster.of_kind("PersistentVolume", "")}
    first: dict[str, Object] = {}
    for held in world.cluster.of_kind("PersistentVolumeClaim", "") if volumes else ():
        claim = claim_of(held)
        volume = volumes.get(claim.volume_name or "")
        if volume is not None:
            found, partial = read_parts(volume.node.get("spec"), lambda spec, held=held: _misfit(held, spec))  # type: ignore[misc]
            other = first.setdefault(volume.id.name, held) if found is None else held
            if other is not held:
                found = ("taken", f"PersistentVolumeClaim {_name(other, held)} names it, too")
            yield _row(held, volume, found if not partial.flaws else None)


def _misfit(held: Object, spec: Node) -> tuple[str, str] | None:
    claim = claim_of(held)
    kept = spec.get("claimRef")
    if kept.get("name").text():
        namespace, name = kept.get("namespace").text() or "default", kept.get("name").text()
        if (namespace, name) != (held.id.namespace, held.id.name):
            return "taken", f"its claimRef keeps it for the claim {namespace}/{name}"
    own = spec.get("storageClassName").text() or ""
    if claim.class_name is not None and claim.class_name != own:
        return "differs", f"it is {_of_class(own)}, and the claim asks for {_of_class(claim.class_name)[3:]}"
    if (mode := spec.get("volumeMode").text() or _USUAL_MODE) != (claim.volume_mode or _USUAL_MODE):
        return "differs", f"its volumeMode is {mode}, and the claim's {claim.volume_mode or _USUAL_MODE}"
    modes = spec.get("accessModes").texts()
    missing = [asked for asked in claim.access_modes if asked not in modes]
    if missing:
        return "differs", f"its access modes are {' and '.join(modes) or 'none'}, without {' and '.join(missing)}"
    return _too_small(claim, spec.get("capacity").get("storage")) or _of_default(claim, own)


def _of_class(name: str) -> str:
    return f"of class {name}" if name else "of no class"


def _too_small(claim: Claim, capacity: Node) -> tuple[str, str] | None:
    has, asked = quantity(capacity.value), quantity(claim.size)
    if has is None or asked is None or has >= asked:
        return None
    return "differs", f"it has {capacity.value}, and the claim asks for {claim.size}"


def _of_default(claim: Claim, own: str) -> tuple[str, str] | None:
    if claim.class_name is not None:
        return None
    return "default", f"it is {_of_class(own)}, and a claim without storageClassName gets the cluster's default class"


def _name(other: Object, held: Object) -> str:
    return other.id.name if other.id.namespace == held.id.namespace else f"{other.id.namespace}/{other.id.name}"


def _row(held: Object, volume: Object, found: tuple[str, str] | None) -> ClaimedVolume:
    return ClaimedVolume(
        object=held.id,
        place=held.place.at("spec", "volumeName"),
        related=(Related(f"PersistentVolume {volume.id.name}", volume.place, volume.id),),
        linted=held.linted or volume.linted,
        volume=volume.id.name,
        because="" if found is None else found[1],
        verdict="fits" if found is None else found[0],
    )
