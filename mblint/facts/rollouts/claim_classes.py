"""Claims whose storage class keeps a volume from being made, or from being kept at the next upgrade.

`storageClassName: ""` asks for a volume of no class: nothing provisions one, somebody must have made it. A null is
filled in by the API server with the cluster's default class, and the next upgrade takes that away again, which is
refused: a patch that Helm or kubectl makes of three sides says null where the manifest does.
Sources: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1;
https://github.com/snyk/kubernetes-monitor/issues/667
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, VolumeClaimTemplate
from mblint.cluster.pod_fields import Claim, claim_of
from mblint.facts.rollouts.rows import ClaimClass
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step, World
from mblint.manifests.documents import Place

_CHOOSES = ("volumeName", "selector", "dataSource", "dataSourceRef")
_HOOK = "helm.sh/hook"


def claim_classes(world: World) -> Iterator[ClaimClass]:
    """A row for each claim, and for each template of claims, that names its class with no text."""
    for holder, who, claim in claims_of(world.cluster):
        yield from _rows(world.cluster, holder, who, claim)


def claims_of(cluster: Cluster) -> Iterator[tuple[Object, str, Object | VolumeClaimTemplate]]:
    """Each claim, and each template of claims, after what holds it and what messages call it."""
    for held in cluster.of_kind("PersistentVolumeClaim", ""):
        yield held, f"PersistentVolumeClaim {held.id.name}", held
    for workload in cluster.workloads:
        for template in workload.claims:
            yield workload, f"The claim {template.name} of {workload.id.kind} {workload.id.name}", template


def chooses_volume(asked: Claim) -> bool:
    """Whether a claim says of itself which volume it means, or what that is made of."""
    return any(not asked.node.get(key).absent for key in _CHOOSES)


def classes_of_step(step: Step) -> Iterator[ClaimClass]:
    """The claims that a step keeps, and of which it takes the class away."""
    kept = {pair.new.id for pair in pairs_of(step).kept if pair.new.id.kind == "PersistentVolumeClaim"}
    for row in claim_classes(step.new):
        if row.verdict == "null" and row.object in kept:
            yield row


def _rows(cluster: Cluster, holder: Object, who: str, claim: Object | VolumeClaimTemplate) -> Iterator[ClaimClass]:
    asked, place = claim_of(claim), claim.place.at("spec", "storageClassName")
    if asked.class_name == "":
        chosen = chooses_volume(asked) or _may_be_made(cluster, asked)
        yield _row(holder, who, place, "unprovisioned" if not chosen else "chosen")
    elif _is_null(claim) and claim is holder and _HOOK not in holder.annotations:
        yield _row(holder, who, place, "null")


def _is_null(claim: Object | VolumeClaimTemplate) -> bool:
    spec = claim.place.at("spec").value
    return isinstance(spec, dict) and "storageClassName" in spec and spec["storageClassName"] is None


def _may_be_made(cluster: Cluster, asked: Claim) -> bool:
    """Whether the view has a volume without a class: which claims it fits, only the cluster knows."""
    volumes = cluster.of_kind("PersistentVolume", "")
    return any(not volume.place.at("spec", "storageClassName").value for volume in volumes)


def _row(holder: Object, who: str, place: Place, verdict: str) -> ClaimClass:
    return ClaimClass(object=holder.id, place=place, linted=holder.linted, who=who, verdict=verdict)
