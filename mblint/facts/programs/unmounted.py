"""Claims that a pod template holds, and that none of its containers mounts.

Kubernetes attaches such a volume to the pod and is content. What was meant for it goes to the container's own layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mblint.cluster.objects import Workload
from mblint.facts.programs.rows import UnmountedClaim
from mblint.facts.world import World
from mblint.manifests.documents import Place


def unmounted_claims(world: World) -> Iterator[UnmountedClaim]:
    """A row for each claim of a pod that lasts; a Job may hold one only so that its volume is made.

    Where another workload mounts the claim, this one is a copy of that one's template: nothing is written here.
    """
    mounted_claims = {claim for workload in world.cluster.workloads for claim in _mounted_claims(workload)}
    holders = Counter(
        (workload.id.namespace, claim)
        for workload in world.cluster.workloads
        for claim in {volume.claim for volume in workload.pod.volumes.values() if volume.claim}
    )
    for workload in world.cluster.workloads:
        held = _held(workload) if workload.lasting else {}
        if not held:
            continue
        mounted = _mounted(workload)
        for volume, (claim, place) in held.items():
            known = workload.pod.volumes.get(volume)
            elsewhere = known is not None and (workload.id.namespace, known.claim) in mounted_claims
            verdict = "mounted-elsewhere" if elsewhere else "mounted-nowhere"
            if not elsewhere and not mounted.isdisjoint(held) and known is not None:
                shared = known.claim is not None and holders[workload.id.namespace, known.claim] > 1
                verdict = "unused" if shared else verdict  # of a template's claim, that several have
            yield UnmountedClaim(
                object=workload.id,
                place=place,
                linted=workload.linted,
                volume=volume,
                claim=claim,
                outcome="it is attached for nothing" if verdict == "unused" else "what they write is gone with the pod",
                verdict="mounted" if volume in mounted else verdict,
            )


def _held(workload: Workload) -> dict[str, tuple[str, Place]]:
    """By the volume's name: what a sentence calls the claim, and where it stands."""
    held = {one.name: (f"claim template {one.name}", one.place) for one in workload.claims}
    for name, volume in workload.pod.volumes.items():
        if volume.claim and name not in held:
            held[name] = (f"claim {volume.claim}", volume.place)
    return held


def _mounted_claims(workload: Workload) -> Iterator[tuple[str, str]]:
    """The claims that its containers mount, with their namespace."""
    mounted = _mounted(workload)
    for name, volume in workload.pod.volumes.items():
        if volume.claim and name in mounted:
            yield workload.id.namespace, volume.claim


def _mounted(workload: Workload) -> set[str]:
    """The volumes that a container mounts, or takes as a device."""
    found = {mount.volume for container in workload.pod.containers for mount in container.mounts}
    for container in workload.pod.containers:
        devices = container.place.at("volumeDevices").value
        for device in devices if isinstance(devices, list) else ():
            if isinstance(device, dict):
                found.add(str(device.get("name")))
    return found
