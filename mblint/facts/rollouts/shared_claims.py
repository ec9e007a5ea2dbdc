"""Claims that pods of several workloads mount, while their access mode keeps them to one pod, or to one node.

The scheduler does not bring together what shares a ReadWriteOnce volume: a pod on another node waits for it
("Multi-Attach error"). Pods that ask for the same node, or to be beside each other, are meant so. ReadWriteOncePod lets
no second in.
Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mblint.cluster.helm_hooks import runs_beside_the_release
from mblint.cluster.objects import ObjectId, Workload
from mblint.cluster.pod_fields import claim_of, pod_fields
from mblint.facts.rollouts.replicas import replicas_of
from mblint.facts.rollouts.rows import SharedClaim
from mblint.facts.rows import Related
from mblint.facts.world import World

_ONE_POD, _ONE_NODE = "ReadWriteOncePod", "ReadWriteOnce"


def shared_claims(world: World) -> Iterator[SharedClaim]:
    """A row for each claim of the view that pods of several workloads mount at the same time, or may."""
    mounting: defaultdict[ObjectId, list[Workload]] = defaultdict(list)
    for workload in world.cluster.workloads:
        claims = {volume.claim: None for volume in workload.pod.volumes.values()}  # two volumes may be of one claim
        for claim in claims:
            if claim and replicas_of(workload) > 0 and runs_beside_the_release(workload):
                mounting[ObjectId(workload.id.namespace, "PersistentVolumeClaim", claim)].append(workload)
    for held, workloads in mounting.items():
        lasting = [workload for workload in workloads if workload.lasting]
        if len(workloads) > 1 and lasting and held in world.cluster.objects:
            yield _row(world, held, lasting[0], [each for each in workloads if each is not lasting[0]])


def _row(world: World, claim: ObjectId, first: Workload, others: Sequence[Workload]) -> SharedClaim:
    held = world.cluster.objects[claim]
    modes = claim_of(held).access_modes
    second = next((each for each in others if each.lasting), others[0])
    together = any(_is_placed(workload) for workload in (first, *others))
    if modes == (_ONE_POD,):
        verdict = "one-pod"
    elif modes == (_ONE_NODE,) and not together:
        verdict = "nodes" if second.lasting else "job"
    else:
        verdict = "fits"
    volume = next(volume for volume in second.pod.volumes.values() if volume.claim == claim.name)
    return SharedClaim(
        object=second.id,
        place=volume.place,
        related=(
            Related(f"{first.id.kind} {first.id.name} mounts it, too", first.place, first.id),
            Related(f"PersistentVolumeClaim {claim.name}", held.place.at("spec", "accessModes"), claim),
        ),
        linted=second.linted or first.linted,
        claim=claim.name,
        mode=" and ".join(modes),
        other=f"{first.id.kind} {first.id.name}",
        because="that lets one pod in" if verdict == "one-pod" else "nothing brings their pods to one node",
        verdict=verdict,
    )


def _is_placed(workload: Workload) -> bool:
    """Whether its pods go to a node that it chooses, or to where others are."""
    fields = pod_fields(workload)
    beside = fields.affinity.place.at("podAffinity").value
    return bool(fields.node_selector) or beside is not None or bool(fields.node.get("nodeName").value)
