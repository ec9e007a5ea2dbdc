"""ConfigMaps and Secrets that are mounted where a file is meant: without `subPath`, a mount shows a folder.

Which of both is meant shows in what names the path: a setting for a file, a command, a program that is known to read
it. Or the object has a key of the path's last part, or one key alone that ends as it does: then the file lies one
folder deeper than it looks.
Source: https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, Mount, ObjectFiles, Volume, Workload
from mblint.facts.credentials.references import held_by
from mblint.facts.references.named_files import NamedFile, below_mount, named_files
from mblint.facts.references.needed_files import needed_files
from mblint.facts.references.rows import MountedPath
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.upgrade.data_places import is_within
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Change
from mblint.remedies.rendered import owner, put
from mblint.software.images import fits
from mblint.software.running import Reads
from mblint.software.setting_names import texts

_SHOWN = ("configMap", "secret", "projected")
_FOR_A_FILE = regex(r"(?:^|[._-])(?:file|kubeconfig)$", re.IGNORECASE)
_OF_A_FILE = regex(
    r".+\.(?:ya?ml|json|toml|ini|conf|cfg|cnf|config|properties|xml|env|sh|bash|py|js|ts|lua|rb|php|sql|hcl|"
    r"pem|crt|cert|cer|key|pub|p12|jks|pfx|csv|html?|css|te?mpl|tpl|rules|list|txt|acl|htpasswd|zone|kubeconfig)",
    re.IGNORECASE,
)
_OF_CERTIFICATES = (".pem", ".crt", ".cert", ".cer", ".key", ".p12", ".jks", ".pfx")


class _Folder(Struct, frozen=True):
    """A mount that shows a folder, and the key of the path's last part, where its objects have one."""

    mount: Mount
    sources: tuple[str, ...]
    key: str | None
    edits: tuple[Change, ...]


def file_mounts(world: World, workload: Workload, container: Container) -> Iterator[MountedPath]:
    """A row for each folder that is mounted where a file is meant, and for each that takes it for one."""
    for mount in container.mounts:
        volume = workload.pod.volumes.get(mount.volume)
        if volume is not None and volume.kind in _SHOWN and mount.is_whole:
            yield from _of_mount(world, workload, container, mount, volume)


def names_of(files: Iterable[ObjectFiles]) -> tuple[str, ...]:
    """What a volume takes its files from, each once: "ConfigMap shop"."""
    return tuple(dict.fromkeys(f"{source.kind} {source.name}" for source in files))


def _of_mount(
    world: World, workload: Workload, container: Container, mount: Mount, volume: Volume
) -> Iterator[MountedPath]:
    path = posixpath.normpath(mount.mount_path)
    name = posixpath.basename(path)
    looks_like_one = _OF_A_FILE.fullmatch(name) is not None
    names = list(_names(world, workload, volume))
    key = name if name in names else None
    named = list(_named_by(world, workload, container, mount, looks_like_one=looks_like_one, has_key=key is not None))
    if not named and looks_like_one and key is None:
        key = _only_one_of_its_kind(name, names)
    if (not named and (key is None or not looks_like_one)) or _is_a_folder(container, path):
        return
    folder = _Folder(
        mount, names_of(volume.files) or (f"volume {volume.name}",), key, _with_sub_path(world, mount, key)
    )
    for one in named:
        yield _row(workload, container, folder, replace(one, path=path, needed=True))
    if not named:
        nobody = NamedFile(path, "its own mount path", mount.place.at("mountPath"), needed=False)
        yield _row(workload, container, folder, nobody)


def _row(workload: Workload, container: Container, folder: _Folder, named: NamedFile) -> MountedPath:
    mount, key = folder.mount, folder.key
    problem = f"is a folder: all that is in {' and '.join(folder.sources)} is mounted there"
    alone = "Mount one file alone, with subPath" if key is None else f"Mount that file alone, with subPath: {key}"
    return replace(
        below_mount(workload, container, named, mount, "folder"),
        edits=folder.edits,
        sources=folder.sources,
        problem=problem if key is None else f"{problem}, and the file is {named.path}/{key}",
        remedy=f"{alone}, or mount the folder {posixpath.dirname(named.path)}",
    )


def _only_one_of_its_kind(name: str, names: list[str]) -> str | None:
    """The one file of a volume, where it ends as the mount path does, or is mounted as a certificate or key."""
    if len(names) != 1:
        return None
    end = posixpath.splitext(name)[1].lower()
    return names[0] if end == posixpath.splitext(names[0])[1].lower() or end in _OF_CERTIFICATES else None


def _with_sub_path(world: World, mount: Mount, key: str | None) -> tuple[Change, ...]:
    held = None if key is None else owner(world.cluster, mount.place)
    return () if held is None else (put(held, mount.place, "subPath", key),)


def _names(world: World, workload: Workload, volume: Volume) -> Iterator[str]:
    """The files of a volume, as far as they are known."""
    for source in volume.files:
        if source.items is not None:
            yield from (posixpath.normpath(item.path) for item in source.items)
            continue
        held = held_by(world.cluster, (source.kind, workload.id.namespace, source.name))
        yield from held.entries if held is not None else ()


def _named_by(
    world: World, workload: Workload, container: Container, mount: Mount, *, looks_like_one: bool, has_key: bool
) -> Iterator[NamedFile]:
    """Who takes the path for a file: settings, a command, a known program."""
    path = posixpath.normpath(mount.mount_path)
    told: set[str] = set()
    for named in named_files(world, workload, container):
        if posixpath.normpath(named.path) == path and named.who not in told:
            runs_it = named.needed and named.who.startswith("its ")  # command, probe or hook
            if looks_like_one or runs_it or (has_key and _FOR_A_FILE.search(named.who)):
                told.add(named.who)
                yield named
    for one in programs_of(world, workload) if not told else ():
        if one.container is container and (path in needed_files(one) or _reads(one, path)):
            yield NamedFile(path, one.running.program.name, mount.place.at("mountPath"), needed=True)


def _reads(one: RunningProgram, path: str) -> bool:
    return any(
        one.told.applies(entry) is True and any(fits(end, path.strip("/")) for end in texts(entry.file))
        for entry in one.running.entries(Reads)
    )


def _is_a_folder(container: Container, path: str) -> bool:
    """Whether anything in the container says that there are files below: further mounts, settings, its command."""
    below = f"{path}/"
    told = [word.text for word in container.words]
    told.extend(variable.value for variable in container.env if variable.value)
    told.extend(
        word
        for probe in (container.startup, container.liveness, container.readiness)
        if probe
        for word in probe.command
    )
    return any(below in text for text in told) or any(
        is_within(posixpath.normpath(other.mount_path), path) and posixpath.normpath(other.mount_path) != path
        for other in container.mounts
    )
