"""Files that containers are told to read below a mount of ConfigMaps and Secrets, and whether these have them.

Such a mount is read-only and shows the keys of its objects, under their names or those that `items` gives them
(Kubernetes, "Volumes", "configMap", "secret", "projected"): a file that is not among them never appears. All objects
must be in the view, and nothing else may add to them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, Mount, ObjectFiles, Volume, Workload
from mblint.facts.credentials.fillers import filled_by
from mblint.facts.credentials.references import held_by
from mblint.facts.edits.near_names import is_near
from mblint.facts.references.named_files import NamedFile, named_files
from mblint.facts.references.rows import MountedPath
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.remedies.rendered import corrected_text, put
from mblint.settings.mounted_files import path_in

_SHOWN = ("configMap", "secret", "projected")
_OF_THE_POD = ("serviceAccountToken", "downwardAPI", "clusterTrustBundle", "podCertificate")


class _Shown(Struct, frozen=True):
    """What a mount shows. `unknown`: why it may show more."""

    files: frozenset[str]
    sources: tuple[ObjectFiles, ...]
    unknown: str | None = None


def mounted_paths(world: World) -> Iterator[MountedPath]:
    """A row for each file below such a mount that a container is told of."""
    for workload in world.cluster.workloads:
        if any(volume.kind in _SHOWN for volume in workload.pod.volumes.values()):
            for container in workload.pod.containers:
                if any(_volume(workload, mount) is not None for mount in container.mounts):
                    yield from _rows(world, workload, container)


def _volume(workload: Workload, mount: Mount) -> Volume | None:
    volume = workload.pod.volumes.get(mount.volume)
    return volume if volume is not None and volume.kind in _SHOWN else None


def _rows(world: World, workload: Workload, container: Container) -> Iterator[MountedPath]:
    told: set[tuple[str, str]] = set()
    folders = dict(_mounted_as_folders(world, workload, container))
    for named in named_files(world, workload, container):
        if named.path in folders:
            if (named.path, named.who) not in told:
                told.add((named.path, named.who))
                yield _folder_row(workload, container, named, folders[named.path])
            continue
        mount = _mount_of(container, named.path)
        volume = None if mount is None else _volume(workload, mount)
        if mount is None or volume is None or (named.path, named.who) in told:
            continue
        if not named.needed and "." not in posixpath.basename(named.path):
            continue  # most likely a folder, and many may be absent
        told.add((named.path, named.who))
        yield _row(world, workload, container, named, mount, _shown(world, workload, mount, volume))
    for path, mount in folders.items():
        if not any(path == one for one, _ in told):
            named = NamedFile(path, "its own mount path", mount.place.at("mountPath"), needed=False)
            yield _folder_row(workload, container, named, mount)


def _mounted_as_folders(world: World, workload: Workload, container: Container) -> Iterator[tuple[str, Mount]]:
    """Mounts at the very path at which one of their files was to be: the kubelet makes a folder of it."""
    for mount in container.mounts:
        path, volume = mount.mount_path.rstrip("/"), _volume(workload, mount)
        name = posixpath.basename(path)
        if volume is None or mount.sub_path is not None or "." not in name.strip("."):
            continue
        if f"{path}/{name}" in _shown(world, workload, mount, volume).files:
            yield path, mount


def _mount_of(container: Container, path: str) -> Mount | None:
    """The mount below which a file lies; None for a mount itself, and for what lies below none."""
    above = [mount for mount in container.mounts if _is_within(path, mount.mount_path)]
    nearest = max(above, key=lambda mount: len(mount.mount_path.rstrip("/")), default=None)
    return None if nearest is None or nearest.mount_path.rstrip("/") == path else nearest


def _is_within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(folder.rstrip("/") + "/")


def _shown(world: World, workload: Workload, mount: Mount, volume: Volume) -> _Shown:
    inside, unknown = set(_of_the_pod(volume)), None
    written = mount.place.value
    if isinstance(written, dict) and written.get("subPathExpr"):
        unknown = "the mount's subPathExpr is filled in by the kubelet"
    for source in volume.files:
        held = held_by(world.cluster, (source.kind, workload.id.namespace, source.name))
        if held is None:
            unknown = f"{source.kind} {source.name} is not in the render"
        elif world.cluster.is_unread(held.id):
            unknown = f"parts of {source.kind} {source.name} cannot be read"
        elif source.items is not None:
            inside.update(item.path for item in source.items)
        else:
            unknown = unknown or filled_by(world.cluster, held, world.programs)
            inside.update(held.entries)
    paths = (path_in(mount, posixpath.normpath(name)) for name in inside)
    files = frozenset(path for path in paths if path is not None)
    if mount.sub_path is not None and not files:
        unknown = unknown or f"nothing is known of {mount.sub_path}"
    return _Shown(files, volume.files, unknown)


def _of_the_pod(volume: Volume) -> Iterator[str]:
    """The files of a projected volume that are of no object: tokens, and what the pod says of itself."""
    sources = volume.place.at("projected", "sources").value
    for source in sources if isinstance(sources, list) else ():
        for kind in _OF_THE_POD:
            yield from _paths(source.get(kind) if isinstance(source, dict) else None)


def _paths(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key.lower().endswith("path") and isinstance(text, str))
        items = value.get("items")
        for item in items if isinstance(items, list) else ():
            yield from _paths(item)


def _row(
    world: World, workload: Workload, container: Container, named: NamedFile, mount: Mount, shown: _Shown
) -> MountedPath:
    exists = named.path in shown.files or any(_is_within(file, named.path) for file in shown.files)
    verdict = "exists" if exists else "missing" if shown.unknown is None else "unknown"
    nearest = _nearest(named.path, shown.files) if verdict == "missing" else None
    edit = None if nearest is None else corrected_text(world.cluster, named.place, named.path, nearest)
    sources = tuple(dict.fromkeys(f"{source.kind} {source.name}" for source in shown.sources)) or (
        f"volume {mount.volume}",
    )
    return MountedPath(
        object=workload.id,
        container=container.name,
        place=named.place,
        related=(Related(f"the mount of {mount.mount_path}", mount.place, workload.id),),
        linted=workload.linted,
        edits=() if edit is None else (edit,),
        path=named.path,
        settings=named.who,
        mount=mount.mount_path,
        sources=sources,
        files=_listed(sorted(shown.files)),
        problem=f"is not there: {mount.mount_path} shows what is in {_enumerated(sources)}, and that is not in it"
        if verdict == "missing"
        else "",
        remedy=f"Add the file to {_enumerated(sources)}, or correct {named.who}" if verdict == "missing" else "",
        needed=named.needed,
        nearest=nearest,
        verdict=verdict,
        reason=shown.unknown,
    )


def _folder_row(workload: Workload, container: Container, named: NamedFile, mount: Mount) -> MountedPath:
    volume, name = workload.pod.volumes[mount.volume], posixpath.basename(named.path)
    sources = tuple(dict.fromkeys(f"{source.kind} {source.name}" for source in volume.files))
    return MountedPath(
        object=workload.id,
        container=container.name,
        place=named.place,
        related=(Related(f"the mount of {mount.mount_path}", mount.place, workload.id),),
        linted=workload.linted,
        edits=(put(workload, mount.place, "subPath", name),),
        path=named.path,
        settings=named.who,
        mount=mount.mount_path,
        sources=sources or (f"volume {mount.volume}",),
        problem=f"is a folder: all that is in {_enumerated(sources)} is mounted there, and the file is "
        f"{named.path}/{name}",
        remedy=f"Mount that file alone, with subPath: {name}, or mount the folder {posixpath.dirname(named.path)}",
        needed=named.needed,
        verdict="folder",
    )


def _enumerated(sources: Sequence[str]) -> str:
    return " and ".join(sources)


def _listed(files: Sequence[str]) -> tuple[str, ...]:
    return (*files[:6], f"{len(files) - 6} more") if len(files) > 6 else tuple(files)


def _nearest(path: str, files: frozenset[str]) -> str | None:
    """The one file of the same folder whose name is nearly the same."""
    folder, name = posixpath.split(path)
    near = [
        file
        for file in files
        if posixpath.dirname(file) == folder
        and is_near(name.replace(".", "-"), posixpath.basename(file).replace(".", "-"))
    ]
    return near[0] if len(near) == 1 else None
