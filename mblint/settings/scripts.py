"""What shell scripts do, as far as settings stand in them: their commands, with what was assigned before.

Control flow is not followed: every command of a script counts as one that runs, but for those of functions that nobody
calls; those of a loop over words that are known (`for host in db cache; do nc -z $host 80; done`) as often as there are
words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from mblint.cluster.secrets import SecretText, Text
from mblint.settings.shell import Lexer, is_name
from mblint.settings.shell_functions import parts_that_run
from mblint.settings.words import Command, Word

_MOST_TIMES = 32  # that the commands of one loop are read
_BEFORE_LOOPS = frozenset(("do", "then", "else", "{", "!", "time"))
_LOOPS = frozenset(("for", "select", "while", "until"))
_MOST_CHARACTERS = 200_000  # that are read again for loops, in one script
KEYWORDS = frozenset(
    (
        *("if", "then", "elif", "else", "fi", "while", "until", "do", "done", "for", "case", "esac", "in"),
        *("function", "time", "!", "exec", "eval", "{", "}", "nohup"),
    )
)


_Said = tuple[Text | None, ...]


class _Loop(Struct):
    """A loop that is open: its variable, the values it has not had yet, and where its commands begin."""

    variable: str
    values: list[str]
    start: int
    seen: set[_Said] = field(default_factory=set)  # the commands that were read in it


class _Running(Struct):
    """A script that is being read, and the variables that are known so far."""

    lexer: Lexer
    scope: dict[str, Text | None]
    left: int = _MOST_CHARACTERS


def read_script(script: Word, known: Mapping[str, Text | None]) -> Iterator[Command]:
    """The simple commands of a script, in order, assignments included (`NAME=value` words).

    A variable that the script assigns has that value afterwards; one that it assigns in a way that cannot be followed
    (`read`, a command's output, a loop over what is not known) has none.
    """
    scope = dict(known)
    running = _Running(Lexer(script, scope), scope)
    for start, end in parts_that_run(script.plain):
        yield from _commands(running, start, end)


def _commands(running: _Running, start: int, end: int) -> Iterator[Command]:
    """The commands between two offsets; those of loops again for every further value."""
    loops: list[_Loop] = []
    for command in running.lexer.commands(start, end):
        words = _without(_BEFORE_LOOPS, command)
        first = words[0].plain if words else ""
        if first == "done" and loops:
            yield from _again(running, loops.pop())
        elif first in _LOOPS:
            loops.append(_opened(running, words))
        words = _without(KEYWORDS, words)
        if words and first not in ("for", "select"):
            _assign(running, words)
            for loop in loops:
                loop.seen.add(_said(words))
            yield tuple(words)


def _without(keywords: frozenset[str], command: Sequence[Word]) -> list[Word]:
    start = next((number for number, word in enumerate(command) if word.plain not in keywords), len(command))
    return list(command[start:])


def _assign(running: _Running, words: Sequence[Word]) -> None:
    """What a command makes of the variables after it."""
    if array_name(words) is None:
        running.scope.update(_assigned(words))
    if words[0].plain in ("read", "local"):
        for word in words[1:]:
            running.scope.pop(word.plain, None)


def _opened(running: _Running, words: Sequence[Word]) -> _Loop:
    """The loop that a word opens. `for NAME in WORDS`: its variable has the first value, if any is known."""
    if words[0].plain not in ("for", "select") or len(words) < 2:
        return _Loop("", [], 0)
    variable = words[1].plain
    known = [word.text for word in words[3:] if isinstance(word.text, str) and not isinstance(word.text, SecretText)]
    values = [value for text in known for value in text.split()][:_MOST_TIMES]
    if values:
        running.scope[variable] = values.pop(0)
    else:
        running.scope.pop(variable, None)
    return _Loop(variable, values, running.lexer.position)


def _again(running: _Running, loop: _Loop) -> Iterator[Command]:
    """The commands of a loop that has come to its `done`, for all values but the first: those that differ."""
    end = running.lexer.position
    pending, running.lexer.heredocs = running.lexer.heredocs, []
    for value in loop.values:
        running.left -= end - loop.start
        if running.left < 0:
            break
        running.scope[loop.variable] = value
        for command in _commands(running, loop.start, end):
            if (said := _said(command)) not in loop.seen:
                loop.seen.add(said)
                yield command
    running.lexer.heredocs, running.lexer.position = pending, end


def _said(command: Sequence[Word]) -> _Said:
    return tuple(word.text for word in command)


def array_name(words: Sequence[Word]) -> str | None:
    """The variable that a command gives a list (`hosts=(a b)`, `args+=(--flag)`): its other words are the elements."""
    first = words[0].plain if words else ""
    return first.removesuffix("(").rstrip("+=") if first.endswith("=(") else None


def _assigned(words: Sequence[Word]) -> Iterator[tuple[str, Text | None]]:
    """The variables that a command assigns for those after it: `A=1`, `export A=1`; not `A=1 command`."""
    names = words[1:] if words and words[0].plain in ("export", "local", "readonly", "declare", "typeset") else words
    pairs = [pair for word in names if (pair := split_assignment(word)) is not None]
    if len(pairs) == len(names):
        yield from ((name, value.text) for name, value in pairs)


def split_assignment(word: Word) -> tuple[str, Word] | None:
    """`NAME=value` as the name and the word of the value; None for any other word."""
    if word.text is None:
        name, equals, _ = word.before.partition("=")
        return (name, Word(None, word.place, exact=False)) if equals and is_name(name) else None
    name, equals, _ = word.plain.partition("=")
    return (name, word.part(len(name) + 1)) if equals and is_name(name) else None
