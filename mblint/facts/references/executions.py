"""The files that a container executes by their paths: as its command, in plain scripts, by exec probes and hooks.

A file that a shell is told to read (`sh /scripts/run.sh`) is not executed: it needs no permission for that, and no
first line that names an interpreter.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.pod_fields import container_fields
from mblint.facts.plain_scripts import plain_script
from mblint.facts.references.named_files import is_plain_path
from mblint.manifests.documents import Place
from mblint.settings.arguments import SHELLS, WRAPPERS

COMMAND = "its command"


class Execution(Struct, frozen=True):
    """A path that is executed, and who does it: COMMAND, "its liveness probe".

    `how`: runtime (the container runtime does it), wrapper (`tini --`), script (a step of a script), or shell: a shell
    reads it. `ends_it`: what executes it ends if it fails.
    """

    path: str
    who: str
    place: Place
    how: str
    ends_it: bool = True


def executions(container: Container) -> Iterator[Execution]:
    """Every path that is executed, as far as it stands there as it is."""
    if container.command:
        words = [(word.text, word.place) for word in (*container.command, *(container.args or ()))]
        found = _executed(container, words, COMMAND)
        if found is not None:
            yield found
        else:
            yield from _in_script(container)
    if container.role is not ContainerRole.INIT:
        for who, command, place in _probes_and_hooks(container):
            words = [(text, place.at(index)) for index, text in enumerate(command)]
            found = _executed(container, words, who)
            if found is not None:
                yield found


def _probes_and_hooks(container: Container) -> Iterator[tuple[str, Sequence[str], Place]]:
    for name in ("startup", "liveness", "readiness"):
        probe = getattr(container, name)
        if probe is not None and probe.command:
            yield f"its {name} probe", probe.command, probe.place.at("exec", "command")
    if isinstance(container.place.value, dict) and "lifecycle" in container.place.value:
        fields = container_fields(container)
        for name, hook in (("postStart", fields.post_start), ("preStop", fields.pre_stop)):
            if hook is not None and hook.command:
                yield f"its {name} hook", hook.command, hook.node.place.at("exec", "command")


def _executed(container: Container, words: Sequence[tuple[str, Place]], who: str) -> Execution | None:
    """What a command in its exec form executes; None for scripts after -c."""
    for number, (text, place) in enumerate(words):
        if text in WRAPPERS or posixpath.basename(text) in WRAPPERS:
            continue
        if posixpath.basename(text) not in SHELLS:
            path = _path(container, text)
            return None if path is None else Execution(path, who, place, "wrapper" if number else "runtime")
        options = [word for word, _ in words[number + 1 :]]
        return _read_by_shell(container, options, words[number + 1 :], who)
    return None


def _read_by_shell(
    container: Container, options: Sequence[str], words: Sequence[tuple[str, Place]], who: str
) -> Execution | None:
    file = next((index for index, option in enumerate(options) if not option.startswith(("-", "+"))), None)
    before = options[:file]
    if file is None or any("c" in option for option in before) or (before and "o" in before[-1]):
        return None
    path = _path(container, options[file])
    return None if path is None else Execution(path, who, words[file][1], "shell")


def _path(container: Container, text: str) -> str | None:
    if "/" in text and not text.startswith("/") and (container.working_dir or "").startswith("/"):
        text = posixpath.normpath(posixpath.join(container.working_dir or "/", text))
    return text if is_plain_path(text) else None


def _in_script(container: Container) -> Iterator[Execution]:
    script = plain_script(container)
    if script is None or any("()" in command.text or "{" in command.text for command in script.commands):
        return
    for command in script.commands:
        words = [word for word in command.text.split() if word not in WRAPPERS]
        if words and is_plain_path(words[0]):
            yield Execution(words[0], COMMAND, script.place, "script", ends_it=command.ends_it)
