"""Files that are mounted inside a folder that a ConfigMap or a Secret shows.

Such a folder is read-only, so the kubelet makes the places of what is mounted inside it beforehand, and makes each of
them a folder. On a folder the container runtime can mount no file: "not a directory". Folders inside it do work.
Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/nested_volumes.go;
https://github.com/kubernetes/kubernetes/issues/61545
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.cluster.objects import Container, Mount, Volume, Workload
from mblint.facts.references.file_mounts import names_of
from mblint.facts.references.rows import NestedMount
from mblint.facts.upgrade.data_places import mount_over
from mblint.facts.world import World

_OF_THE_API = ("configMap", "secret", "projected", "downwardAPI")


def nested_mounts(world: World) -> Iterator[NestedMount]:
    """A row for each file that is mounted inside such a folder."""
    for workload in world.cluster.workloads:
        volumes = workload.pod.volumes
        if any(volume.kind in _OF_THE_API for volume in volumes.values()):
            for container in workload.pod.containers:
                yield from _of_container(workload, container)


def _of_container(workload: Workload, container: Container) -> Iterator[NestedMount]:
    volumes = workload.pod.volumes
    places = {posixpath.normpath(mount.mount_path): mount for mount in container.mounts}
    for path, mount in places.items():
        volume, outer = volumes.get(mount.volume), mount_over(container, posixpath.dirname(path))
        if volume is None or outer is None or not _is_file(mount, volume):
            continue
        around = volumes.get(outer.volume)
        if around is not None and around.kind in _OF_THE_API and outer.is_whole:
            yield NestedMount(
                object=workload.id,
                container=container.name,
                place=mount.place.at("mountPath"),
                linted=workload.linted,
                path=path,
                source=_shown(volume),
                folder=posixpath.normpath(outer.mount_path),
                of=_shown(around),
                verdict="refused",
            )


def _is_file(mount: Mount, volume: Volume) -> bool:
    """Whether what is mounted is known to be one file: a key, the path of an item, a file of the node."""
    if volume.kind == "hostPath":
        written = volume.place.at("hostPath").value
        return isinstance(written, dict) and written.get("type") in ("File", "FileOrCreate") and mount.is_whole
    if volume.kind not in ("configMap", "secret") or mount.sub_path is None:
        return False
    wanted = posixpath.normpath(mount.sub_path)
    paths = [posixpath.normpath(item.path) for source in volume.files for item in source.items or ()]
    return wanted in paths if paths else "/" not in wanted and wanted != "."


def _shown(volume: Volume) -> str:
    return " and ".join(names_of(volume.files)) or f"volume {volume.name}"
