"""Folders with data of a known program, and whether a volume that outlives the pod holds them.

A volume that ends with the pod (emptyDir) at the folder is somebody's choice. No volume at all is an oversight where
the container has a lasting one elsewhere: what is written goes to the layer of the container, and is gone with it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.cluster.objects import Mount, Workload
from mblint.facts.programs.rows import DataFolder
from mblint.facts.programs.started import other_start
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.upgrade.data_places import DataPlace, data_places, is_within, store_of
from mblint.facts.world import World
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.setting_names import Form, setting_names
from mblint.software.storage import Data

_KEEPS_DATA = frozenset(("database", "broker", "search", "object store", "collaboration", "identity"))
_COPIES = frozenset(("replica", "replicas", "read", "readonly", "secondary", "slave", "standby", "sentinel", "cache"))


def data_folders(world: World) -> Iterator[DataFolder]:
    """A row for each folder with data of a program, in the order of the workloads."""
    places = data_places(world)
    yield from (_row(world, place, places) for place in places)


def _row(world: World, place: DataPlace, places: tuple[DataPlace, ...]) -> DataFolder:
    one = place.program
    verdict, reason = _verdict(world, place, places)
    mounts = tuple(_elsewhere(world, one, places)) if verdict == "beside" else ()
    if verdict == "old-folder" and place.mount is not None:
        mounts = (place.mount,)
    setting = one.told.first(place.data.setting) if place.data.setting else None
    first = mounts[0].place if mounts else one.container.place if setting is None else setting.place
    return DataFolder(
        object=one.workload.id,
        container=one.container.name,
        place=first,
        related=()
        if setting is None or first is setting.place
        else (Related("the folder is named here", setting.place),),
        linted=one.workload.linted,
        software=one.running.program.name,
        path=posixpath.normpath(place.data.path) if verdict == "old-folder" else place.path,
        verdict=verdict,
        reason=reason,
        mounted=tuple(mount.mount_path for mount in mounts),
        said_by=None if setting is None else setting.key,
        users_data=one.running.program.category in _KEEPS_DATA,
        spare_claim=_spare_claim(world, one.workload) if verdict == "nowhere" else None,
    )


def _spare_claim(world: World, workload: Workload) -> str | None:
    """A claim that is called as the workload is, and that no pod of the view mounts."""
    cluster, name = world.cluster, workload.id.name
    named = {
        volume.claim
        for each in cluster.workloads
        if each.id.namespace == workload.id.namespace
        for volume in each.pod.volumes.values()
    }
    return next(
        (
            claim.id.name
            for claim in cluster.of_kind("PersistentVolumeClaim", "")
            if claim.id.namespace == workload.id.namespace
            and f"{claim.id.name}-".startswith(f"{name}-")
            and claim.id.name not in named
        ),
        None,
    )


def _verdict(world: World, place: DataPlace, places: tuple[DataPlace, ...]) -> tuple[str, str | None]:
    one, data = place.program, place.data
    if _is_old(place):
        reason = other_start(one)
        return ("old-folder", None) if reason is None else ("unknown", reason)
    if place.store is not None:
        return "on-volume", None
    if place.mount is not None:
        return "with-pod", None
    reason = _unknown(world, one, data, place.path)
    if reason is not None:
        return "unknown", reason
    if any(True for _ in _elsewhere(world, one, places)):
        return "beside", None
    return "nowhere", None


def _is_old(place: DataPlace) -> bool:
    """Whether the volume is where the program had its data before this version."""
    moved = place.data.volume_moved
    return place.mount is not None and moved is not None and place.path == posixpath.normpath(moved)


def _unknown(world: World, one: RunningProgram, data: Data, path: str) -> str | None:
    """Why nobody knows where the data go; None where it is known."""
    if (reason := other_start(one)) is not None:
        return reason
    if one.workload.id.kind == "Pod":
        return "nobody makes another pod of it: it is there for a while"
    if one.running.undecided(Data):
        return "its version is not known"
    if any(
        mount.mount_path != path and is_within(posixpath.normpath(mount.mount_path), path)
        for mount in one.container.mounts
    ):
        return "parts of the folder have volumes of their own"
    if data.setting and not one.told.complete and one.told.first(data.setting) is None:
        return "a ConfigMap or Secret that is not in the view may name another folder"
    if _is_copy(one.workload):
        return "it holds a copy of what another has"
    files = tuple(f"*/{name.file}" for name in setting_names(data.setting) if name.form is Form.PATH and name.file)
    if files and may_be_unseen(world.cluster, one.workload, one.container, files):
        return "a file that is not in the view may name another folder"
    return None


def _is_copy(workload: Workload) -> bool:
    words = f"{workload.id.name} {workload.labels.get('app.kubernetes.io/component', '')}".lower().replace("-", " ")
    return not _COPIES.isdisjoint(words.split())


def _elsewhere(world: World, one: RunningProgram, places: tuple[DataPlace, ...]) -> Iterator[Mount]:
    """The mounts of lasting volumes that hold no data of the program that are known of."""
    program_paths = {each.path for each in places if each.program.container is one.container and each.store is not None}
    caches = {posixpath.normpath(each.path) for each in one.running.entries(Data) if each.kind != "data"}
    others = [each.container for each in programs_of(world, one.workload) if each.container is not one.container]
    for mount in one.container.mounts:
        where = posixpath.normpath(mount.mount_path)
        is_known = any(is_within(path, where) for path in (*program_paths, *caches))
        shared = any(other_mount.volume == mount.volume for other in others for other_mount in other.mounts)
        if store_of(one.workload, mount.volume) is not None and not is_known and not shared:
            yield mount
