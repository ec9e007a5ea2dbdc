"""Commands of which several words stand in one: `command: ["python app.py"]`.

A command is a list of words, and nobody splits them: the runtime looks for a program that has the whole first word for
its name, with the space in it. So with `sh` and one word `-c …`: a shell takes its letters for options, the space too.
Source: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Container
from mblint.facts.words.rows import UnsplitCommand
from mblint.facts.words.run_directly import DirectCommand, direct_commands, is_for_windows, shown
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put
from mblint.settings.arguments import SHELLS

_PLAIN = regex(r"[\w./:=@%+,-]+(?: +[\w./:=@%+,-]+)*")  # nothing that a shell would read in another way
_OPTION_AND_SCRIPT = regex(r"(-[a-z]*c)\s+(\S.*)", re.S)
_CONSEQUENCES = {
    "command": "the container never starts",
    "livenessProbe": "the probe always fails, and the kubelet restarts the container again and again",
    "readinessProbe": "the probe always fails, and the pod is never ready",
    "startupProbe": "the probe always fails, and the kubelet restarts the container again and again",
    "postStart": "the hook fails, and the kubelet ends the container",
    "preStop": "the hook fails, and nothing is done before the container ends",
}


def unsplit_commands(world: World) -> Iterator[UnsplitCommand]:
    """A row for each command whose first word, or whose shell's option, holds several words."""
    for command in direct_commands(world.cluster):
        if _is_name_with_spaces(command.container, command.words[0].text):
            yield _program(world, command)
        elif command.program in SHELLS and len(command.words) > 1:
            found = _OPTION_AND_SCRIPT.fullmatch(command.words[1].text)
            if found is not None:
                yield _option(world, command, found)
            elif _is_line(command.words[1].text) and not _lies_below_a_mount(command.container, command.words[1].text):
                yield _script(world, command)


def _is_name_with_spaces(container: Container, word: str) -> bool:
    if not re.search(r"\s", word) or is_for_windows(word):
        return False
    return not _lies_below_a_mount(container, word)


def _lies_below_a_mount(container: Container, word: str) -> bool:
    return any(" " in mount.mount_path and word.startswith(mount.mount_path) for mount in container.mounts)


def _is_line(word: str) -> bool:
    """Whether a word is a line for a shell, and not the name of a script."""
    return not word.startswith(("-", "+")) and re.search(r"\S\s+\S", word) is not None


def _program(world: World, command: DirectCommand) -> UnsplitCommand:
    text = command.words[0].text
    split = text.split() if _PLAIN.fullmatch(text) else []
    meaning = "the runtime looks for a program of that whole name, with the space in it, and finds none"
    return _row(command, 0, meaning, _split(world, command, split, 1), "program")


def _option(world: World, command: DirectCommand, found: re.Match[str]) -> UnsplitCommand:
    meaning = f"{command.program} takes each letter of the word for an option, and refuses the space"
    return _row(command, 1, meaning, _split(world, command, [command.words[0].text, found[1], found[2]], 2), "option")


def _script(world: World, command: DirectCommand) -> UnsplitCommand:
    first, line = command.words[0].text, command.words[1].text
    meaning = f"without -c {command.program} looks for a script of that name, and finds none"
    return _row(command, 1, meaning, _split(world, command, [first, "-c", line], 2), "script")


def _row(command: DirectCommand, at: int, meaning: str, edits: tuple[Edit, ...], verdict: str) -> UnsplitCommand:
    return UnsplitCommand(
        object=command.workload.id,
        container=command.container.name,
        place=command.words[at].place,
        linted=command.workload.linted,
        where=command.where,
        text=shown(command.words[at].text),
        meaning=meaning,
        consequence=_CONSEQUENCES[command.where],
        verdict=verdict,
        edits=edits,
    )


def _split(world: World, command: DirectCommand, begins: Sequence[str], instead_of: int) -> tuple[Edit, ...]:
    """The list with other words in place of its first ones, where all of these stand in it."""
    own = command.words[: command.first_args]
    if not begins or instead_of > len(own) or owner(world.cluster, command.place) is not command.workload:
        return ()
    words: list[Value] = [*begins, *(word.text for word in own[instead_of:])]
    return (put(command.workload, command.place, "command", words),)
