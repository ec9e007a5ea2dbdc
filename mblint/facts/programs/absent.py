"""Programs that probes, hooks and commands start, and that the image of their container does not have.

A distroless image has its own program and no shell; others leave curl out, or a new version takes a client away
(`mongo` of MongoDB 6). What a volume may bring is not judged, nor a script that asks before it starts something.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.pod_fields import container_fields
from mblint.facts.programs.rows import AbsentProgram
from mblint.facts.runs.commands import probe_programs
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_of_its_makers
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.software.running import Lacks
from mblint.software.setting_names import texts

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_ASKS_BEFORE = re.compile(r"\|\||(?<![\w-])(?:if|while|until|case|which|type|hash)(?![\w-])|command -v")
_OF_IMAGES = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin", "/")


class _Start(Struct, frozen=True):
    """One place that starts something. `where`: "the liveness probe"."""

    where: str
    words: Sequence[str]
    place: Place
    ends_it: bool


def absent_programs(world: World) -> Iterator[AbsentProgram]:
    """A row for each program that is started in a container whose image is known not to have it."""
    for one in running_programs(world):
        lacks = one.running.entries(Lacks) if one.running.program.has(Lacks) else ()
        if lacks and is_of_its_makers(one.running):
            for start in _starts(one.container):
                if (found := _absent(one, lacks, start)) is not None:
                    yield found


def _starts(container: Container) -> Iterator[_Start]:
    if container.command:
        words = [word.text for word in (*container.command, *(container.args or ()))]
        yield _Start("its command", words, container.command[0].place, ends_it=True)
    if container.role is ContainerRole.INIT:
        return
    for name, probe in probes(container):
        if probe.handler == "exec":
            yield _Start(f"the {name} probe", probe.command, probe.place, ends_it=True)
    fields = container_fields(container)
    for name, hook in (("postStart", fields.post_start), ("preStop", fields.pre_stop)):
        if hook is not None and hook.handler == "exec":
            yield _Start(f"the {name} hook", hook.command, hook.node.place, ends_it=name == "postStart")


def _absent(one: RunningProgram, lacks: Sequence[Lacks], start: _Start) -> AbsentProgram | None:
    for name in _started(one.container, start):
        for entry in lacks:
            missing = name in texts(entry.programs) if not entry.only else name not in texts(entry.only)
            if missing:
                version = f" {one.running.version}" if one.running.version else ""
                return AbsentProgram(
                    object=one.workload.id,
                    container=one.container.name,
                    place=start.place,
                    linted=one.workload.linted,
                    software=f"{one.running.program.name}{version}",
                    program=name,
                    where=start.where,
                    instead=entry.instead or None,
                    ends_it=start.ends_it,
                )
    return None


def _started(container: Container, start: _Start) -> Iterator[str]:
    """The names of the programs that a command starts for certain, as far as the image must have them."""
    words = list(start.words)
    if not words or not _is_of_image(container, words[0]):
        return
    first = posixpath.basename(words[0])
    yield first
    if first in _SHELLS and not _ASKS_BEFORE.search(" ".join(words)):
        for program in probe_programs(words, start.place):
            if program.name and "$" not in program.name:
                yield program.name


def _is_of_image(container: Container, path: str) -> bool:
    """Whether it is looked for where images have their programs, and no volume lies there."""
    folders = _OF_IMAGES if "/" not in path else (posixpath.dirname(path) or "/",)
    if "/" in path and folders[0] not in _OF_IMAGES:
        return False
    mounted = {posixpath.normpath(mount.mount_path) for mount in container.mounts}
    return not any(
        where in (folder, path) or folder.startswith(where.rstrip("/") + "/") for where in mounted for folder in folders
    )
