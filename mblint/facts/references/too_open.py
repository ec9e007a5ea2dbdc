"""Files of ConfigMaps and Secrets that their reader refuses, since their mode lets too many in.

The kubelet writes such files as root, with the mode of their item or of the volume, else 0644. With fsGroup it lets
that group read them, whatever the mode. Who looks at the mode, and which bits must not be set, says
`rules/tables/private-files.yaml`. A container that copies files or changes modes makes another file of it: silent.
Sources: https://kubernetes.io/docs/concepts/configuration/secret/ (defaultMode);
https://github.com/kubernetes/kubernetes/blob/03e060242dcb9ab9191451bbe2bd16d1e5d43733/pkg/volume/volume_linux.go.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, KeyPathItem, Mount, ObjectFiles, Volume, Workload
from mblint.cluster.pod_fields import container_fields, pod_fields, user_of, volume_source
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.references import held_by
from mblint.facts.programs.image_user import image_user
from mblint.facts.references.rows import OpenFile
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.world import World
from mblint.globs import matches
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.shipped import read_table
from mblint.software.storage import RunsAs

_SHOWN = ("configMap", "secret", "projected")
_DEFAULT = 0o644
_BY_FS_GROUP = 0o440
_ASSIGNED = regex(r"^[\w.-]+=")  # of `-c ssl_key_file=/tls/server.key`
_MAKES_ANOTHER = regex(r"(?<![\w-])(?:chmod|cp|install|rsync)(?![\w-])")


class _Row(Struct, frozen=True, rename="kebab"):
    reader: str
    refused: int
    otherwise: str
    remedy: str
    source: str
    programs: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    as_root: bool = False


class _Table(Struct, frozen=True):
    private: tuple[_Row, ...]


class _Shown(Struct, frozen=True):
    """A file that a mount shows, and the mode that it has in the pod."""

    path: str
    mode: int
    mount: Mount
    source: ObjectFiles
    item: KeyPathItem | None  # where the mode stands, if the file has one of its own


@cache
def _rows() -> tuple[_Row, ...]:
    return convert(read_table("tables/private-files.yaml"), _Table).private


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def open_files(world: World) -> Iterator[OpenFile]:
    """A row for each file whose reader refuses its mode."""
    for workload in world.cluster.workloads:
        if any(volume.kind in _SHOWN for volume in workload.pod.volumes.values()):
            for container in workload.pod.containers:
                if any(_volume(workload, mount) for mount in container.mounts):
                    yield from _of_container(world, workload, container)


def _volume(workload: Workload, mount: Mount) -> Volume | None:
    volume = workload.pod.volumes.get(mount.volume)
    return volume if volume is not None and volume.kind in _SHOWN else None


def _of_container(world: World, workload: Workload, container: Container) -> Iterator[OpenFile]:
    words = "\n".join(_words(container))
    if any(_MAKES_ANOTHER.search(text) for text in (words, *_scripts(world, workload, container, words))):
        return
    program = program_of(world, workload, container)
    told = "\n".join((words, *(variable.value for variable in container.env if variable.value)))
    names = frozenset(variable.name for variable in container.env)
    for row in _rows():
        if not _concerns(row, program, words) or any(one in names or one in told for one in row.unless):
            continue
        if (user := _user(row, workload, container, program)) is None:
            continue
        files = [file for file in _files(world, workload, container) if file.mode & row.refused]
        asked = _asked(row, container, program, told) if files else frozenset()
        for file in files:
            if file.path in asked or _shows_itself(row, file.path):
                yield _found(workload, container, row, file, user)


def _words(container: Container) -> Iterator[str]:
    yield " ".join(word.text for word in container.words)
    for probe in (container.startup, container.liveness, container.readiness):
        if probe is not None and probe.command:
            yield " ".join(probe.command)
    if "lifecycle" in (container.place.value or {}):  # type: ignore[operator]
        fields = container_fields(container)
        yield from (" ".join(hook.command) for hook in (fields.post_start, fields.pre_stop) if hook is not None)


def _scripts(world: World, workload: Workload, container: Container, words: str) -> Iterator[str]:
    """The texts of the mounted files that its command names."""
    for each in mounted_files(world.cluster, workload, container):
        if each.entry.text is not None and each.path in words:
            yield reveal(each.entry.text)


def _concerns(row: _Row, program: RunningProgram | None, words: str) -> bool:
    if row.programs:
        return program is not None and program.running.program.name in row.programs
    return not row.runs or any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", words) for name in row.runs)


def _user(row: _Row, workload: Workload, container: Container, program: RunningProgram | None) -> str | None:
    """The verdict that who runs the container leaves open; None where the reader does not look at the file."""
    if not row.as_root:
        return "refused"
    if (user := user_of(workload, container)) is not None:
        return None if user else "refused"
    security = container_fields(container).security.run_as_non_root, pod_fields(workload).security.run_as_non_root
    if True in security:
        return None
    entry = None if program is None or not program.running.program.has(RunsAs) else image_user(program)
    if entry is None:
        return "likely"  # most images are root's, and so is /root
    return None if entry.uid else "refused"


def _files(world: World, workload: Workload, container: Container) -> Iterator[_Shown]:
    group = _BY_FS_GROUP if pod_fields(workload).security.fs_group is not None else 0
    for mount in container.mounts:
        volume = _volume(workload, mount)
        if volume is None:
            continue
        default = volume_source(volume).default_mode
        for source in volume.files:
            for name, item in _names(world, workload, source):
                own = None if item is None else item.mode
                mode = (own if own is not None else _DEFAULT if default is None else default) | group
                if mount.sub_path is None:
                    path = posixpath.normpath(posixpath.join(mount.mount_path, name))
                elif posixpath.normpath(mount.sub_path) == name:
                    path = posixpath.normpath(mount.mount_path)
                else:
                    continue
                yield _Shown(path, mode, mount, source, item if own is not None else None)


def _names(world: World, workload: Workload, source: ObjectFiles) -> Iterator[tuple[str, KeyPathItem | None]]:
    if source.items is not None:
        yield from ((posixpath.normpath(item.path), item) for item in source.items)
        return
    held = held_by(world.cluster, (source.kind, workload.id.namespace, source.name))
    yield from ((key, None) for key in (held.entries if held is not None else ()))


def _asked(row: _Row, container: Container, program: RunningProgram | None, told: str) -> frozenset[str]:
    """The paths that settings and commands name as the reader's."""
    found = [match for text in row.named for match in _pattern(text).findall(told)]
    setting = program.told.first(row.setting) if program is not None and row.setting else None
    if setting is not None and isinstance(setting.value, str):
        found.append(_ASSIGNED.sub("", setting.value))
    found.extend(variable.value for variable in container.env if variable.name in row.setting and variable.value)
    return frozenset(posixpath.normpath(path) for path in found)


def _shows_itself(row: _Row, path: str) -> bool:
    parts = path.strip("/")
    if any(matches(parts, f"*{end}") for end in row.but_not):
        return False
    return any(matches(parts, end) or matches(parts, end.removeprefix("*/")) for end in row.paths)


def _found(workload: Workload, container: Container, row: _Row, file: _Shown, verdict: str) -> OpenFile:
    grouped = pod_fields(workload).security.fs_group is not None
    volume = workload.pod.volumes[file.mount.volume]
    place = file.item.place if file.item is not None else volume.place
    return OpenFile(
        object=workload.id,
        container=container.name,
        place=place,
        related=(Related(f"the mount of {file.mount.mount_path}", file.mount.place, workload.id),),
        linted=workload.linted,
        path=file.path,
        source=f"{file.source.kind} {file.source.name}",
        mode=f"0{file.mode:03o}" + (" with the group of fsGroup" if grouped else ""),
        reader=row.reader,
        otherwise=row.otherwise,
        remedy=row.remedy,
        verdict=verdict,
    )
