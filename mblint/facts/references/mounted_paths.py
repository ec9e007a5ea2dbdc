"""Files that containers are told to read below a mount of ConfigMaps and Secrets, and whether these have them.

Such a mount is read-only and shows the keys of its objects, under their names or those that `items` gives them
(Kubernetes, "Volumes", "configMap", "secret", "projected"): a file that is not among them never appears. All objects
must be in the view, and nothing else may add to them. An emptyDir shows nothing when its pod starts, and hides what the
image has at that path: a command below it is not there, unless another container mounts the volume and may fill it.
Source: https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, Mount, ObjectFiles, Volume, Workload
from mblint.cluster.promised import promised
from mblint.facts.credentials.fillers import filled_by
from mblint.facts.credentials.references import held_by
from mblint.facts.edits.near_names import is_near
from mblint.facts.references.executions import COMMAND, executions
from mblint.facts.references.file_mounts import file_mounts, names_of
from mblint.facts.references.misplaced_files import misplaced_files
from mblint.facts.references.named_files import NamedFile, below_mount, is_plain_path, named_files
from mblint.facts.references.needed_files import needed_files
from mblint.facts.references.renamed_items import renamed_items
from mblint.facts.references.rows import MountedPath
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.remedies.rendered import corrected_text
from mblint.settings.mounted_files import path_in

_SHOWN = ("configMap", "secret", "projected")
_FROM_ELSEWHERE = ("ExternalSecret", "SealedSecret")  # of whose keys programs may do without some
_OF_THE_POD = ("serviceAccountToken", "downwardAPI", "clusterTrustBundle", "podCertificate")


class _Shown(Struct, frozen=True):
    """What a mount shows. `unknown`: why it may show more."""

    files: frozenset[str]
    sources: tuple[ObjectFiles, ...]
    unknown: str | None = None


def mounted_paths(world: World) -> Iterator[MountedPath]:
    """A row for each file below such a mount that a container is told of."""
    for workload in world.cluster.workloads:
        kinds = {volume.kind for volume in workload.pod.volumes.values()}
        for container in workload.pod.containers if kinds.intersection(_SHOWN) else ():
            yield from _rows(world, workload, container)
            yield from renamed_items(workload, container)
        for container in workload.pod.containers if "emptyDir" in kinds else ():
            if container.mounts and container.command:
                yield from _hidden(workload, container)
        for one in programs_of(world, workload) if kinds.intersection((*_SHOWN, "emptyDir")) else ():
            if one.container.mounts:
                yield from _of_program(world, one)


def _volume(workload: Workload, mount: Mount) -> Volume | None:
    volume = workload.pod.volumes.get(mount.volume)
    return volume if volume is not None and volume.kind in _SHOWN else None


def _rows(world: World, workload: Workload, container: Container) -> Iterator[MountedPath]:
    told: set[tuple[str, str]] = set()
    folders = list(file_mounts(world, workload, container))
    yield from folders
    for named in named_files(world, workload, container):
        if any(named.path == row.path for row in folders):
            continue
        mount = _mount_of(container, named.path)
        volume = None if mount is None else _volume(workload, mount)
        if mount is None and is_plain_path(named.path) and (named.path, named.who) not in told:
            told.add((named.path, named.who))
            yield from misplaced_files(world, workload, container, named)
        if mount is None or volume is None or (named.path, named.who) in told:
            continue
        if not named.needed and "." not in posixpath.basename(named.path):
            continue  # most likely a folder, and many may be absent
        told.add((named.path, named.who))
        yield _row(world, workload, container, named, mount, _shown(world, workload, mount, volume))


def _hidden(workload: Workload, container: Container) -> Iterator[MountedPath]:
    """The command that a container starts with, where an emptyDir that nobody has filled hides it."""
    for run in executions(container):
        mount = _mount_of(container, run.path) if run.who == COMMAND and run.how != "script" else None
        if mount is not None and _is_empty(workload, container, mount):
            named = NamedFile(run.path, run.who, run.place, needed=True)
            yield _empty(workload, container, named, mount)


def _of_program(world: World, one: RunningProgram) -> Iterator[MountedPath]:
    """What a known program needs of its image's folder, where something else is mounted over that."""
    workload, container = one.workload, one.container
    for path in needed_files(one):
        mount = _mount_of(container, path)
        if mount is None:
            continue
        named = NamedFile(path, one.running.program.name, mount.place.at("mountPath"), needed=True)
        volume = _volume(workload, mount)
        if volume is not None:
            row = _row(world, workload, container, named, mount, _shown(world, workload, mount, volume))
        elif _is_empty(workload, container, mount):
            row = _empty(workload, container, named, mount)
        else:
            continue
        remedy = f"Mount single files with subPath, which leaves what the image has in {mount.mount_path}"
        if volume is not None:
            remedy += f", or add the file to {' and '.join(row.sources)}"
        yield replace(row, asked="runs a program that needs the file", remedy=remedy)


def _empty(workload: Workload, container: Container, named: NamedFile, mount: Mount) -> MountedPath:
    return replace(
        below_mount(workload, container, named, mount, "missing"),
        problem=f"is not there: {mount.mount_path} is the emptyDir {mount.volume}, which is empty when the pod starts "
        "and hides what the image has there",
        remedy="Mount the emptyDir at a folder of its own, or let an init container copy the file into it",
    )


def _is_empty(workload: Workload, container: Container, mount: Mount) -> bool:
    """Whether a mount is an emptyDir that no other container can have filled."""
    volume = workload.pod.volumes.get(mount.volume)
    return volume is not None and volume.kind == "emptyDir" and not _may_be_filled(workload, container, volume)


def _may_be_filled(workload: Workload, container: Container, volume: Volume) -> bool:
    others = (other for other in workload.pod.containers if other is not container)
    return any(mount.volume == volume.name for other in others for mount in other.mounts)


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
        key = (source.kind, workload.id.namespace, source.name)
        held = held_by(world.cluster, key)
        if held is None and source.items is not None:
            inside.update(item.path for item in source.items)
        elif held is None:
            made = promised(world.cluster).get(key)
            keys = made.keys if made is not None and made.maker.id.kind not in _FROM_ELSEWHERE else None
            inside.update(keys or ())
            if keys is None:
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
    sources = names_of(shown.sources) or (f"volume {mount.volume}",)
    return replace(
        below_mount(workload, container, named, mount, verdict),
        edits=() if edit is None else (edit,),
        sources=sources,
        files=_listed(sorted(shown.files)),
        problem=f"is not there: {mount.mount_path} shows what is in {_enumerated(sources)}, and that is not in it"
        if verdict == "missing"
        else "",
        remedy=f"Add the file to {_enumerated(sources)}, or correct {named.who}" if verdict == "missing" else "",
        nearest=nearest,
        reason=shown.unknown,
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
