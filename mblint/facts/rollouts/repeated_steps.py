"""Commands of init containers that fail when they run a second time.

Init containers run again when the pod's sandbox is made anew, and with every new pod over a claim; what they left on
the volume is still there (Kubernetes, "Init Containers": they should be idempotent). `mkdir` without -p and `ln -s`
without -f then fail (POSIX.1-2017, mkdir, ln), and where the shell stops at errors the pod never starts again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Mount, Volume, Workload
from mblint.facts.rollouts.rows import RepeatedStep
from mblint.facts.world import World
from mblint.manifests.documents import Place

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_STOPS_AT_ERRORS = re.compile(r"(?:^|[\s;&])set\s+-\w*e")
_UNCERTAIN = re.compile(r"(?<![\w-])(?:if|while|until|for|case|trap|test)(?![\w-])|\[|\|\||\$\(|`|<<|rm\s")
_COMMANDS = re.compile(r"[\n;]|&&")
_LONGEST = 8192  # characters of a script


class _Script(Struct, frozen=True):
    """A container's commands, and whether it stops at the first that fails."""

    text: str
    stops: bool
    place: Place


def repeated_steps(world: World) -> Iterator[RepeatedStep]:
    """A row for each command of an init container that cannot be run twice over its volume."""
    for workload in world.cluster.workloads:
        if workload.lasting:
            for container in workload.pod.containers:
                if container.role is ContainerRole.INIT and (script := _script(container)) is not None:
                    yield from _rows(workload, container, script)


def _script(container: Container) -> _Script | None:
    """What an init container runs, where it is a plain sequence of commands."""
    words = (*(container.command or ()), *(container.args or ()))
    if not words:
        return None
    program = words[0].text.rpartition("/")[2]
    if program not in _SHELLS:
        return _Script(" ".join(word.text for word in words), stops=True, place=words[0].place)
    options = [word.text for word in words[1:] if word.text.startswith("-")]
    scripts = [word for word in words[1:] if not word.text.startswith("-")]
    if not scripts or not any("c" in option for option in options) or len(scripts[0].text) > _LONGEST:
        return None
    text = scripts[0].text
    if _UNCERTAIN.search(text):
        return None
    stops = any("e" in option for option in options) or _STOPS_AT_ERRORS.search(text) is not None
    return _Script(text, stops, scripts[0].place)


def _rows(workload: Workload, container: Container, script: _Script) -> Iterator[RepeatedStep]:
    commands = [command.strip() for command in _COMMANDS.split(script.text) if command.strip()]
    chained = "&&" in script.text and not re.search(r"[\n;]", script.text.strip())
    for number, command in enumerate(commands):
        if not (script.stops or chained or number == len(commands) - 1):
            continue  # the shell goes on after it
        path = _made(command)
        mount = None if path is None else _mount_of(container, path)
        volume = None if mount is None else workload.pod.volumes.get(mount.volume)
        if path is not None and volume is not None and _keeps(workload, volume) is not None:
            yield RepeatedStep(
                object=workload.id,
                container=container.name,
                place=script.place,
                linted=workload.linted,
                command=command if len(command) <= 80 else f"{command[:77]}…",
                path=path,
                volume=volume.name,
                keeps=_keeps(workload, volume) is True,
                better="mkdir -p" if command.startswith("mkdir") else "ln -sf",
            )


def _made(command: str) -> str | None:
    """The path that a command makes, and fails to make twice; None for any other command."""
    words = command.replace('"', "").replace("'", "").split()
    options = [word for word in words[1:] if word.startswith("-")]
    paths = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] == ["mkdir"] and paths and not any("p" in option for option in options):
        path = paths[-1]
    elif words[:1] == ["ln"] and len(paths) == 2 and any("s" in each for each in options):
        if any("f" in option for option in options):
            return None
        path = paths[1]
    else:
        return None
    return path if path.startswith("/") and "$" not in path and not path.endswith("/") else None


def _mount_of(container: Container, path: str) -> Mount | None:
    """The mount below which a path lies; not the mount itself, which exists."""
    above = [
        mount
        for mount in container.mounts
        if path != mount.mount_path.rstrip("/") and PurePosixPath(path).is_relative_to(mount.mount_path)
    ]
    return max(above, key=lambda mount: len(mount.mount_path), default=None)


def _keeps(workload: Workload, volume: Volume) -> bool | None:
    """True for what outlives the pod, False for what lives as long as it; None for what is made anew."""
    if volume.claim or volume.kind in ("hostPath", "nfs"):
        return True
    return False if volume.kind == "emptyDir" else None
