"""Programs that probes, hooks and commands start, and that the image of their container does not have.

A distroless image has its own program and no shell; others leave curl out, or a new version takes a client away
(`mongo` of MongoDB 6). What a volume may bring is not judged, nor what a script asks for before it starts it, installs
or downloads. A loop that waits until something answers (`until nc -z db 5432`) waits for ever without its program.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.pod_fields import container_fields
from mblint.facts.image_programs import lacked, may_lack
from mblint.facts.plain_scripts import plain_script
from mblint.facts.programs.rows import AbsentProgram
from mblint.facts.runs.commands import probe_programs
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_BRINGS = regex(
    r"(?<![\w-])(?:apk|apt|apt-get|yum|dnf|microdnf|pip3?|npm|go|tar|unzip|chmod|alias|function)(?![\w-])|PATH=|\(\)"
)
_ASKS = regex(r"(?<![\w-])(?:if|case|which|type|hash|trap)(?![\w-])|command -v")
_GOES_ON = regex(r"\|\||(?<![\w-])(?:while|until)(?![\w-])")
_FAILS = regex(r"\|\|\s*(?:exit\s+[1-9]\d*|false)\b")  # what it does where the command before fails
_WAITS_FOR = regex(r"(?<![\w-])(?:until|while\s+!)\s+(?:\[\s*\"?\$\()?([\w.-]+)(?=\s|$)")
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
        if may_lack(one):
            for start in _starts(one.container):
                if (found := _absent(one, start)) is not None:
                    yield found


def _starts(container: Container) -> Iterator[_Start]:
    if container.command:
        words = [word.text for word in (*container.command, *(container.args or ()))]
        yield _Start("the command", words, container.command[0].place, ends_it=True)
    if container.role is ContainerRole.INIT:
        return
    for name, probe in probes(container):
        if probe.handler == "exec":
            yield _Start(f"the {name} probe", probe.command, probe.place, ends_it=True)
    fields = container_fields(container)
    for name, hook in (("postStart", fields.post_start), ("preStop", fields.pre_stop)):
        if hook is not None and hook.handler == "exec":
            yield _Start(f"the {name} hook", hook.command, hook.node.place, ends_it=name == "postStart")


def _absent(one: RunningProgram, start: _Start) -> AbsentProgram | None:
    for name, ends_it in _started(one.container, start):
        entry = lacked(one, name)
        if entry is not None:
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
                ends_it=start.ends_it and ends_it,
            )
    return None


def _started(container: Container, start: _Start) -> Iterator[tuple[str, bool]]:
    """The programs that a command starts for certain, and must find in the image; whether it fails without each."""
    words = list(start.words)
    if not words or not _is_of_image(container, words[0]):
        return
    first = posixpath.basename(words[0])
    yield first, True
    script = " ".join(words)
    if first not in _SHELLS or _BRINGS.search(script) or _ASKS.search(script) or _has_own_path(container):
        return
    script = _FAILS.sub("", script)
    if _GOES_ON.search(script):
        yield from ((name, True) for name in _WAITS_FOR.findall(script) if _is_looked_for(name, script))
        return
    ends = _ending(container) if start.place == _place_of_command(container) else None
    for program in probe_programs(words, start.place):
        if program.name and "$" not in program.name and _is_looked_for(program.name, script):
            yield program.name, ends is None or program.name in ends


def _has_own_path(container: Container) -> bool:
    return any(variable.name == "PATH" for variable in container.env)


def _is_looked_for(name: str, script: str) -> bool:
    """Whether a script names a program alone, or in a folder of images: not the file that it has put elsewhere."""
    folders = {found.rstrip("/") or "/" for found in re.findall(rf"(\S*/){re.escape(name)}(?![\w.-])", script)}
    return folders <= set(_OF_IMAGES)


def _place_of_command(container: Container) -> Place | None:
    return container.command[0].place if container.command else None


def _ending(container: Container) -> frozenset[str] | None:
    """The programs whose failure ends the container's script; None where it is no plain sequence of commands."""
    script = plain_script(container)
    if script is None:
        return frozenset()
    return frozenset(
        posixpath.basename(command.text.split()[0]) for command in script.commands if command.ends_it and command.text
    )


def _is_of_image(container: Container, path: str) -> bool:
    """Whether it is looked for where images have their programs, and no volume lies there."""
    folders = _OF_IMAGES if "/" not in path else (posixpath.dirname(path) or "/",)
    if "/" in path and folders[0] not in _OF_IMAGES:
        return False
    mounted = {posixpath.normpath(mount.mount_path) for mount in container.mounts}
    return not any(
        where in (folder, path) or folder.startswith(where.rstrip("/") + "/") for where in mounted for folder in folders
    )
