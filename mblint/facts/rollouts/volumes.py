"""Claims that more pods mount at once than their access mode lets in.

ReadWriteOnce: the pods of one node. ReadWriteOncePod: one pod (Kubernetes, "Persistent Volumes", "Access Modes"). A
rolling update starts the new pod first (Kubernetes, "Deployments", "Max Surge"), which waits for a volume that the old
one holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mblint.cluster.objects import ContainerRole, ObjectId, Volume, Workload
from mblint.cluster.pod_fields import Claim, claim_of, container_fields, pod_fields, volume_source
from mblint.facts.rollouts.claim_classes import chooses_volume
from mblint.facts.rollouts.replicas import on_one_node, replicas_of, strategy_of, surge_of
from mblint.facts.rollouts.rows import SharedVolume
from mblint.facts.rows import Related
from mblint.facts.software import programs_of
from mblint.facts.world import World
from mblint.software.storage import Data

_ONE_POD, _ONE_NODE = "ReadWriteOncePod", "ReadWriteOnce"
_KINDS = ("Deployment", "StatefulSet", "ReplicaSet", "DaemonSet")


def shared_volumes(world: World) -> Iterator[SharedVolume]:
    """A row for each claim that a workload mounts to write."""
    for workload in world.cluster.workloads:
        if workload.id.kind in _KINDS:
            for volume in workload.pod.volumes.values():
                if volume.claim and not _read_only(workload, volume):
                    yield _row(world, workload, volume, volume.claim)


def _read_only(workload: Workload, volume: Volume) -> bool:
    mounts = [
        mount.mount_path in container_fields(container).read_only_mounts
        for container in workload.pod.containers
        for mount in container.mounts
        if mount.volume == volume.name
    ]
    return volume_source(volume).read_only or all(mounts)


def _row(world: World, workload: Workload, volume: Volume, name: str) -> SharedVolume:
    held = world.cluster.objects.get(ObjectId(workload.id.namespace, "PersistentVolumeClaim", name))
    claim = None if held is None else claim_of(held)
    verdict, reason = _verdict(workload, claim)
    related = () if held is None else (Related(f"PersistentVolumeClaim {name}", held.place.at("spec", "accessModes")),)
    return SharedVolume(
        object=workload.id,
        place=volume.place,
        related=related,
        linted=workload.linted,
        verdict=verdict,
        claim=name,
        mode=_mode(claim),
        replicas=replicas_of(workload),
        pods=_pods(workload),
        strategy=strategy_of(workload),
        locks=_locking(world, workload, volume),
        reason=reason,
    )


def _verdict(workload: Workload, claim: Claim | None) -> tuple[str, str | None]:
    if claim is None:
        return "unknown", "its PersistentVolumeClaim is not in the view"
    mode, replicas, surge = _mode(claim), replicas_of(workload), surge_of(workload)
    if mode == _ONE_POD and replicas + surge > 1 and replicas > 0:
        return "one-pod", None
    if mode != _ONE_NODE or on_one_node(workload):
        return "fits", None
    if workload.id.kind == "DaemonSet":
        return ("fits" if chooses_volume(claim) or _is_placed(workload) else "replicas"), None
    if replicas > 1:
        return "replicas", None
    return ("surge" if replicas == 1 and surge > 0 else "fits"), None


def _is_placed(workload: Workload) -> bool:
    """Whether its pods go to some nodes only, which may be one."""
    fields = pod_fields(workload)
    return bool(fields.node_selector) or fields.affinity.place.at("nodeAffinity").value is not None


def _pods(workload: Workload) -> str:
    if workload.id.kind == "DaemonSet":
        return "a pod on each node"
    return "1 replica" if replicas_of(workload) == 1 else f"{replicas_of(workload)} replicas"


def _mode(claim: Claim | None) -> str | None:
    """The mode that lets most pods in decides: a claim with several gets a volume that can do all of them."""
    modes = () if claim is None else claim.access_modes
    narrow = [mode for mode in modes if mode in (_ONE_NODE, _ONE_POD)]
    return narrow[0] if narrow and len(narrow) == len(modes) else next(iter(modes), None) if modes else None


def _locking(world: World, workload: Workload, volume: Volume) -> str | None:
    """The program whose data folder lies on the volume, and which no second one may open."""
    for one in programs_of(world, workload):
        if one.container.role is not ContainerRole.INIT:
            folders = [mount.mount_path for mount in one.container.mounts if mount.volume == volume.name]
            for data in one.running.entries(Data):
                if data.locked and one.told.applies(data) is True and any(_within(data.path, each) for each in folders):
                    return one.running.program.name
    return None


def _within(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)
