"""The files that a container finds in its mounts of ConfigMaps, Secrets and projections."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Entry, KeyRef, Mount, ObjectFiles, Workload
from mblint.cluster.remembered import remembered_each
from mblint.cluster.templated import held_entries
from mblint.manifests.documents import Place


class MountedFile(Struct, frozen=True):
    """A file that stands in the render. `reference` is the container's mount."""

    path: str
    entry: Entry
    key_ref: KeyRef
    reference: Place


def mounted_files(cluster: Cluster, workload: Workload, container: Container) -> tuple[MountedFile, ...]:
    """Every file of a container whose text is in the render, in the order of the mounts."""
    return _mounted(cluster, (workload, container))


@remembered_each
def _mounted(cluster: Cluster, told: tuple[Workload, Container]) -> tuple[MountedFile, ...]:
    return tuple(_found(cluster, *told))


def _found(cluster: Cluster, workload: Workload, container: Container) -> Iterator[MountedFile]:
    for mount in container.mounts:
        volume = workload.pod.volumes.get(mount.volume)
        for source in volume.files if volume is not None else ():
            for name, key, entry in _source_files(cluster, workload.id.namespace, source):
                path = path_in(mount, name)
                if path is not None:
                    ref = KeyRef(source.kind, source.name, key, source.optional, source.place)
                    yield MountedFile(path, entry, ref, mount.place)


def _source_files(cluster: Cluster, namespace: str, source: ObjectFiles) -> Iterator[tuple[str, str, Entry]]:
    """The (path in the volume, key, entry) of what a volume takes from one object."""
    entries = held_entries(cluster, source.kind, namespace, source.name) or {}
    if source.items is None:
        yield from ((key, key, entry) for key, entry in entries.items())
        return
    for item in source.items:
        if (entry := entries.get(item.key)) is not None:
            yield item.path, item.key, entry


def path_in(mount: Mount, name: str) -> str | None:
    """Where a file of the volume lands in the container; None where the mount's `subPath` leaves it out."""
    if mount.sub_path is None:
        return posixpath.join(mount.mount_path, name)
    below = posixpath.normpath(mount.sub_path)
    if below == posixpath.normpath(name):
        return mount.mount_path
    if name.startswith(below + "/"):
        return posixpath.join(mount.mount_path, name[len(below) + 1 :])
    return None
