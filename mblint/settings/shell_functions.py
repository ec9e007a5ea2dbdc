"""The functions of a shell script that nobody calls: what stands in them does not run.

Charts write one script for several modes and call, at its end, what this mode needs. A script that calls none of its
functions is a library that others read in, and one that runs its arguments (`"$@"`) may call any: nothing is left out
of either. Only functions that close where they begin, at the same depth, are seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from mblint.regex import regex

_HEAD = regex(
    r"^(?P<indent>[ \t]*)(?:function[ \t]+)?(?P<name>[A-Za-z_][\w-]*)[ \t]*\(\)[ \t]*\n?[ \t]*\{[ \t]*$", re.M
)
_CLOSING = regex(r"^([ \t]*)\}[ \t]*$", re.M)
_WORD = regex(r"[A-Za-z_][\w-]*")
_CALLS_ANY = regex(r"\$\{?[@*]|\beval\b|(?:^|[;&|]|\bexec)[ \t]*[\"']?\$", re.M)
_LARGEST = 64 * 1024  # characters of a script that is looked through


class _Function(Struct, frozen=True):
    """A function, from its name to the brace that closes it, and the words in it."""

    name: str
    start: int
    end: int
    words: frozenset[str]


def parts_that_run(script: str) -> tuple[tuple[int, int], ...]:
    """The script without its functions that nobody calls, as pairs of offsets; mostly the whole."""
    whole = ((0, len(script)),)
    if not script.startswith("#!") or "()" not in script or len(script) > _LARGEST:
        return whole
    functions = tuple(_functions(script))
    outside = "".join(script[start:end] for start, end in _between(functions, len(script)))
    if _CALLS_ANY.search(outside):
        return whole
    called = _called(functions, frozenset(_WORD.findall(outside)))
    if not called:
        return whole
    return tuple(_between(tuple(each for each in functions if each.name not in called), len(script)))


def without_idle_functions(script: str) -> str:
    """The script with blanks where nothing runs, so that every place stays."""
    parts = parts_that_run(script)
    if len(parts) == 1:
        return script
    blank = re.sub(r"[^\n]", " ", script)
    ends = (0, *(end for _, end in parts))
    return "".join(blank[before:start] + script[start:end] for before, (start, end) in zip(ends, parts, strict=False))


def _functions(script: str) -> Iterator[_Function]:
    closings: defaultdict[str, list[int]] = defaultdict(list)  # by indentation: where a brace closes
    for match in _CLOSING.finditer(script):
        closings[match[1]].append(match.end())
    end = 0
    for match in _HEAD.finditer(script):
        ends = closings[match["indent"]]
        closing = bisect_right(ends, match.end())
        if match.start() >= end and closing < len(ends):
            end = ends[closing]
            yield _Function(match["name"], match.start(), end, frozenset(_WORD.findall(script, match.end(), end)))


def _between(functions: tuple[_Function, ...], end: int) -> Iterator[tuple[int, int]]:
    """What stands before, between and behind the functions."""
    starts = (0, *(function.end for function in functions))
    yield from zip(starts, (*(function.start for function in functions), end), strict=True)


def _called(functions: tuple[_Function, ...], outside: frozenset[str]) -> frozenset[str]:
    """The names of the functions that what stands outside of them leads to."""
    words_of: defaultdict[str, set[str]] = defaultdict(set)
    for function in functions:
        words_of[function.name] |= function.words
    called: set[str] = set()
    left = [outside]
    while left:
        named = (words_of.keys() & left.pop()) - called
        called |= named
        left += [frozenset(words_of[name]) for name in named]
    return frozenset(called)
