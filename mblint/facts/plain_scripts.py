"""What a container runs, where that is a plain sequence of commands: no branches, no loops, nothing caught.

Then each command runs, and whether the script ends at one that fails is known: `set -e`, `&&`, or it is the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Container
from mblint.manifests.documents import Place
from mblint.regex import regex

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_STOPS_AT_ERRORS = regex(r"(?:^|[\s;&])set\s+-\w*e")
_UNCERTAIN = regex(r"(?<![\w-])(?:if|while|until|for|case|trap|test)(?![\w-])|\[|\|\||\$\(|`|<<|rm\s")
_COMMANDS = regex(r"[\n;]|&&")
_LONGEST = 8192  # characters of a script


class PlainCommand(Struct, frozen=True):
    """A command as it was written. `ends_it`: if it fails, the container fails."""

    text: str
    ends_it: bool


class PlainScript(Struct, frozen=True):
    """A container's commands, and where they stand."""

    commands: tuple[PlainCommand, ...]
    place: Place


def plain_script(container: Container) -> PlainScript | None:
    """What a container runs; None for the image's own command, and where it is more than a sequence of commands."""
    words = container.words
    if not words:
        return None
    program = words[0].text.rpartition("/")[2]
    if container.command is None and " " in words[0].text.strip():  # a script for the image's own entry point
        return None
    if program not in _SHELLS:
        whole = PlainCommand(" ".join(word.text for word in words), ends_it=True)
        return PlainScript((whole,), words[0].place)
    options = [word.text for word in words[1:] if word.text.startswith("-")]
    scripts = [word for word in words[1:] if not word.text.startswith("-")]
    if not scripts or not any("c" in option for option in options) or len(scripts[0].text) > _LONGEST:
        return None
    text = scripts[0].text.replace("\\\n", " ")
    if _UNCERTAIN.search(text) or any(_is_quoted_on(line) for line in text.splitlines()):
        return None
    stops = any("e" in option for option in options) or _STOPS_AT_ERRORS.search(text) is not None
    return PlainScript(tuple(_commands(text, stops)), scripts[0].place)


def _is_quoted_on(line: str) -> bool:
    """Whether a text in quotes may go on in the next line, which then is no command."""
    return (
        "\\" not in line
        and (line.count("'") % 2 == 1 or line.count('"') % 2 == 1)
        and not line.lstrip().startswith("#")
    )


def _commands(text: str, stops: bool) -> Iterator[PlainCommand]:
    commands = [command.strip() for command in _COMMANDS.split(text) if command.strip()]
    chained = "&&" in text and not re.search(r"[\n;]", text.strip())
    for number, command in enumerate(commands):
        # Elsewhere the shell goes on after it.
        yield PlainCommand(command, stops or chained or number == len(commands) - 1)
