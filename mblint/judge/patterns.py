"""Regular expressions of rules, which look into the text of strangers: none that such a text can make run for ever.

Python's engine tries every way to match. A repetition inside a repetition has exponentially many of them; each
repetition that has no end adds a power of the text's length, so that few of them over a short text are harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants, _parser  # type: ignore[attr-defined]  # how Python itself reads a pattern
from typing import Any

Pattern = Iterable[tuple[object, Any]]  # operators and what they hold, as Python's own reader gives them

LONGEST = 1_000  # characters of a value that a pattern looks at; names, hosts and settings are shorter
_REPETITIONS = 3  # without an end, in one pattern; those inside of others count as often as they are repeated
_MANY = 30  # a repetition that may go so far counts as one without end


def why_refused(pattern: str) -> str | None:
    """Why a pattern is too dangerous, as a sentence without full stop; None where it is not. Raises re.error."""
    re.compile(pattern)
    weight = 0
    for found in _weights(_parser.parse(pattern), 1):
        if found is None:
            return "a text could make this pattern run for ever: it repeats what varies, or refers back to a group"
        weight += found
    if weight > _REPETITIONS:
        return f"this pattern could be slow: it has more than {_REPETITIONS} repetitions without an end (`*`, `+`)"
    return None


def _weights(pattern: Pattern, copies: int | None) -> Iterator[int | None]:
    """What each part adds; None: too dangerous. `copies`: how often it is repeated from outside; None: without end."""
    for operator, argument in pattern:
        if operator in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            least, most, inner = argument
            endless = most - least > _MANY
            yield _weight(copies, endless=endless, varies=most != least)
            yield from _weights(inner, None if endless or copies is None else copies * max(most, 1))
        elif operator is _constants.BRANCH:
            yield _weight(copies, endless=False, varies=True)
            for branch in argument[1]:
                yield from _weights(branch, copies)
        elif operator in (_constants.GROUPREF, _constants.GROUPREF_EXISTS):
            yield None
        else:
            for inner in _inner(argument):
                yield from _weights(inner, copies)


def _weight(copies: int | None, *, endless: bool, varies: bool) -> int | None:
    if copies is None:
        return None if varies else 0
    return copies if endless or (varies and copies > 1) else 0


def _inner(argument: object) -> Iterator[Pattern]:
    """The patterns within groups, lookaround and the like."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _inner(part)
