"""Versions of software, as tags of images give them, and the ranges for which an entry of a software file is true.

A tag often says less than the program knows of itself: `17` is any 17.x. So a version is as exact as it was written,
and whether it lies in a range is yes, no, or not known (None).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from mblint.regex import regex

Numbers = tuple[int, ...]

_VERSION = regex(r"[vV]?(\d+(?:\.\d+)*)(?P<rest>(?:\.?(?:alpha|beta|rc)\d*.*|[-+_.].*)?)")
_BOUND = regex(r"(?P<operator>>=|<=|>|<|=)?\s*[vV]?(?P<numbers>\d+(?:\.\d+)*)")


class Version(Struct, frozen=True):
    """The numbers of a version, as far as they were written, and what followed them (`alpine`, `debian-12-r3`)."""

    numbers: Numbers
    suffix: str = ""

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    @property
    def major(self) -> int:
        """The first number."""
        return self.numbers[0]


class RangeError(ValueError):
    """A text that is no range of versions."""


class _Span(Struct, frozen=True):
    """The versions from the first on and before the end; None: without end."""

    first: Numbers
    end: Numbers | None


@lru_cache(maxsize=1024)
def version_of_tag(tag: str, pattern: str | None = None) -> Version | None:
    """The version that a tag gives. None for `latest`, `stable`, a digest, and what a pattern does not match.

    `pattern`: a regular expression whose groups are the numbers (`RELEASE\\.(\\d+)-(\\d+)`), or whose one group is a
    whole version; without it, a tag that begins with numbers, after a `v` or not.
    """
    if pattern is None:
        found = _VERSION.fullmatch(tag)
        return None if found is None else Version(_numbers(found[1]), found["rest"].lstrip("-+._"))
    found = re.search(pattern, tag)
    groups = [] if found is None else [group for group in found.groups() if group is not None]
    if found is None or not all(re.fullmatch(r"\d+(\.\d+)*", group) for group in groups) or not groups:
        return None
    return Version(tuple(number for group in groups for number in _numbers(group)), tag[found.end() :].lstrip("-+._"))


def within(ranges: str | Sequence[str], version: Version | None) -> bool | None:
    """Whether a version lies in one of the ranges (none at all: in any). None where it is not exact enough to say.

    A range is what must hold at once, with blanks between: `>=25 <27`. `24` alone is 24 and every 24.x; so is `=24`.
    """
    alternatives = (ranges,) if isinstance(ranges, str) else tuple(ranges)
    if not alternatives:
        return True
    if version is None:
        return None
    answers = [_lies(version, _span(text)) for text in alternatives]
    return True if True in answers else None if None in answers else False


def of_newest(ranges: str | Sequence[str]) -> bool:
    """Whether the newest version lies in one of the ranges (none at all: in any): in those that have no end."""
    alternatives = (ranges,) if isinstance(ranges, str) else tuple(ranges)
    return not alternatives or any(_span(text).end is None for text in alternatives)


def check_range(text: str) -> None:
    """Raises RangeError where the text is no range."""
    _span(text)


@lru_cache(maxsize=1024)
def _span(text: str) -> _Span:
    first: Numbers = ()
    end: Numbers | None = None
    for part in re.sub(r"([<>=])\s+", r"\1", text).split() or [""]:
        found = _BOUND.fullmatch(part)
        if found is None:
            raise RangeError(f"{text!r} is no range of versions: write 24, or >=25 <27")
        numbers = _numbers(found["numbers"])
        operator = found["operator"] or "="
        if operator in (">=", ">", "="):
            first = max(first, _first(numbers) if operator != ">" else _after(numbers))
        if operator in ("<", "<=", "="):
            bound = _first(numbers) if operator == "<" else _after(numbers)
            end = bound if end is None else min(end, bound)
    return _Span(first, end)


def _lies(version: Version, span: _Span) -> bool | None:
    """A version stands for all that begin with its numbers, so it may lie in a range, outside, or across its edge."""
    first, end = _first(version.numbers), _after(version.numbers)
    if end <= span.first or (span.end is not None and span.end <= first):
        return False
    return True if span.first <= first and (span.end is None or end <= span.end) else None


def _first(numbers: Numbers) -> Numbers:
    """The first version of a series. 17 and 17.0 begin at the same one."""
    length = len(numbers)
    while length > 1 and numbers[length - 1] == 0:
        length -= 1
    return numbers[:length]


def _after(numbers: Numbers) -> Numbers:
    """The first version after a series."""
    return _first((*numbers[:-1], numbers[-1] + 1))


def _numbers(text: str) -> Numbers:
    return tuple(int(number) for number in text.split("."))
