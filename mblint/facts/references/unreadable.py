"""Files of ConfigMaps and Secrets that a container may not read: their mode lets root in, and it runs as another user.

The kubelet writes them as root, with the mode of their item or of the volume. With fsGroup it lets that group read
them, whatever the mode; without, a file of mode 0400 is open to root alone.
Sources: https://kubernetes.io/docs/concepts/configuration/secret/ (defaultMode);
https://github.com/kubernetes/kubernetes/blob/03e060242dcb9ab9191451bbe2bd16d1e5d43733/pkg/volume/volume_linux.go.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Container, KeyPathItem, Mount, Volume, Workload
from mblint.cluster.openshift import is_openshift
from mblint.cluster.pod_fields import pod_fields, user_of, volume_source
from mblint.facts.programs.image_user import image_user
from mblint.facts.references.file_mounts import names_of
from mblint.facts.references.rows import UnreadableFile
from mblint.facts.rows import Related
from mblint.facts.software import program_of
from mblint.facts.world import World
from mblint.remedies.rendered import owner, put
from mblint.software.storage import RunsAs

_SHOWN = ("configMap", "secret", "projected")
_FOR_OTHERS = 0o044  # read by the group, which is root's, or by everybody


class _Closed(Struct, frozen=True):
    """A mount, and the mode of its files that is closed: of one item, or of all without a mode of their own."""

    mount: Mount
    mode: int
    item: KeyPathItem | None


def unreadable_files(world: World) -> Iterator[UnreadableFile]:
    """A row for each mount of which a container cannot read a file. OpenShift gives pods a group by itself."""
    if is_openshift(world.cluster):
        return
    for workload in world.cluster.workloads:
        closed = any(_is_closed(volume) for volume in workload.pod.volumes.values())
        if closed and pod_fields(workload).security.fs_group is None:
            for container in workload.pod.containers:
                yield from _of_container(world, workload, container)


def _is_closed(volume: Volume) -> bool:
    return volume.kind in _SHOWN and any(not mode & _FOR_OTHERS for mode, _ in _modes(volume))


def _modes(volume: Volume) -> Iterator[tuple[int, KeyPathItem | None]]:
    """The modes that a volume's files have, and for which of them; None: those without one of their own."""
    items = [(item, item.mode) for source in volume.files for item in source.items or ()]
    yield from ((mode, item) for item, mode in items if mode is not None)
    default = volume_source(volume).default_mode
    every = any(source.items is None for source in volume.files)
    if default is not None and (every or any(mode is None for _, mode in items)):
        yield default, None


def _of_container(world: World, workload: Workload, container: Container) -> Iterator[UnreadableFile]:
    mounts = [mount for mount in container.mounts if mount.volume in workload.pod.volumes]
    closed = [mount for mount in mounts if _is_closed(workload.pod.volumes[mount.volume])]
    if not closed or (user := _user(world, workload, container)) is None:
        return
    for mount in closed:
        modes = _modes(workload.pod.volumes[mount.volume])
        found = next(((mode, item) for mode, item in modes if not mode & _FOR_OTHERS), None)
        if found is not None and (mount.sub_path is None or _shows(mount, found[1])):
            yield _row(world, workload, container, _Closed(mount, *found), user)


def _user(world: World, workload: Workload, container: Container) -> tuple[str, str] | None:
    """Who the container runs as, and the verdict for it; None for root, and where nobody says it."""
    if (user := user_of(workload, container)) is not None:
        return (f"user {user}", "refused") if user else None
    program = program_of(world, workload, container)
    entry = None if program is None or not program.running.program.has(RunsAs) else image_user(program)
    if entry is None or entry.becomes or not entry.uid:
        return None
    return f"user {entry.uid}, as its image says", "image"


def _shows(mount: Mount, item: KeyPathItem | None) -> bool:
    return item is None or posixpath.normpath(item.path) == posixpath.normpath(mount.sub_path or "")


def _row(
    world: World, workload: Workload, container: Container, closed: _Closed, user: tuple[str, str]
) -> UnreadableFile:
    mode, item, mount = closed.mode, closed.item, closed.mount
    volume = workload.pod.volumes[mount.volume]
    place, key = (volume.place.at(volume.kind), "defaultMode") if item is None else (item.place, "mode")
    wanted = mode | _FOR_OTHERS
    return UnreadableFile(
        object=workload.id,
        container=container.name,
        place=place.at(key),
        related=(Related(f"the mount of {mount.mount_path}", mount.place, workload.id),),
        linted=workload.linted,
        edits=() if owner(world.cluster, place) is not workload else (put(workload, place, key, wanted),),
        path=mount.mount_path if item is None or mount.sub_path else posixpath.join(mount.mount_path, item.path),
        source=" and ".join(names_of(volume.files)),
        field=f"{key} of volume {volume.name}",
        mode=f"0{mode:03o}",
        wanted=f"0{wanted:03o} (in JSON {wanted})",
        user=user[0],
        verdict=user[1],
    )
