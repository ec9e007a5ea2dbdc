"""Environment variables that hold a command line: `JAVA_OPTS`, `GUNICORN_CMD_ARGS`, Collabora's `extra_params`."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.arguments import Argument, read_options
from mblint.settings.environment import Variable
from mblint.settings.words import Word

_OPTIONS = regex(r"-[^=]*=|--[A-Za-z][\w.-]*\s+[^\s-]")  # --key=value, or --key value


def read_option_list(variable: Variable) -> Iterator[Argument]:
    """The options in a variable's value, as far as it begins with one."""
    whole = Word(variable.value, variable.place, variable.exact)
    text = whole.plain
    if not _OPTIONS.match(text) or "\n-" in text.removeprefix("---"):
        return
    for argument in read_options("", tuple(_split(whole, text))):
        if argument.value:
            yield argument


def _split(whole: Word, text: str) -> Iterator[Word]:
    position = 0
    for part in text.split():
        position = text.index(part, position)
        yield whole.part(position, len(part))
        position += len(part)
