"""Claims that ask for more than before, of a class that lets no volume grow.

The API server refuses a larger request unless the class of the claim says allowVolumeExpansion (Kubernetes, "Expanding
Persistent Volumes Claims"; plugin/pkg/admission/storage/persistentvolume/resize/admission.go of k8s.io/kubernetes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.pod_fields import claim_of
from mblint.cluster.quantities import quantity
from mblint.cluster.remembered import remembered
from mblint.facts.rows import Related
from mblint.facts.upgrade.comparable import is_live
from mblint.facts.upgrade.pairs import Pair
from mblint.facts.upgrade.rows import Change
from mblint.facts.world import Step

_SIZE = ("spec", "resources", "requests", "storage")


def refused_expansions(step: Step, pair: Pair) -> Iterator[Change]:
    """The row of a claim that grows and may not; `step` has the classes."""
    if pair.new.id.kind != "PersistentVolumeClaim" or pair.renamed:
        return
    before, after = claim_of(pair.old), claim_of(pair.new)
    old, new = quantity(before.size), quantity(after.size)
    if old is None or new is None or new <= old or not before.class_name:
        return
    held = _classes(step.new.cluster).get(before.class_name) or _classes(step.old.cluster).get(before.class_name)
    if held is None or held.place.at("allowVolumeExpansion").value is True:
        return
    yield Change(
        object=pair.new.id,
        place=pair.new.place.at(*_SIZE),
        related=(Related(f"StorageClass {held.id.name} does not say allowVolumeExpansion: true", held.place, held.id),),
        verdict="refused",
        fields=".".join(_SIZE),
        paths=(".".join(_SIZE),),
        changes=(f"{'.'.join(_SIZE)} {before.size} → {after.size}",),
        reason="only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
        "support resize",
        remedy=f"Set allowVolumeExpansion: true on StorageClass {held.id.name} before, if its driver can grow volumes; "
        "or make a larger claim of another name and copy the data over.",
        live=is_live(pair.old),
    )


@remembered
def _classes(cluster: Cluster) -> Mapping[str, Object]:
    return {held.id.name: held for held in cluster.of_kind("StorageClass", "storage.k8s.io")}
