"""A unified diff of single lines of a values file. Around a change stands only what can be no secret: values files are
where passwords are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mblint.regex import regex

_CONTEXT = 3
_PLAIN = regex(
    r"""\s*(?:\#[^:=]*                                    # a comment that sets nothing
        |(?:-\s+)?["']?[\w./-]+["']?:\s*(?:\#[^:=]*)?     # a key alone
        |(?:-\s+)?["']?(?P<key>[\w./-]+)["']?:\s*["']?(?:\d[\w.]{0,8}|true|false|\{\}|\[\])["']?\s*
        )?$""",
    re.VERBOSE,
)
_SECRET = regex(r"pass|secret|token|key|cred|auth|pin|salt|dsn", re.IGNORECASE)


def line_diff(name: str, lines: Sequence[str], changed: Mapping[int, str]) -> Iterator[str]:
    """The diff, each line with its end. `changed`: new lines by their numbers, counted from 1."""
    yield f"--- a/{name}\n"
    yield f"+++ b/{name}\n"
    for first, last in _runs(sorted(_shown(lines, changed))):
        size = last - first + 1
        yield f"@@ -{first},{size} +{first},{size} @@\n"
        for number in range(first, last + 1):
            old = lines[number - 1]
            yield f"{'-' if number in changed else ' '}{old}\n"
            if number in changed:
                yield f"+{changed[number]}\n"


def _shown(lines: Sequence[str], changed: Mapping[int, str]) -> set[int]:
    shown = set(changed)
    last = len(lines) - (lines[-1:] == [""])
    for number in changed:
        for step in (-1, 1):
            at = number + step
            while 1 <= at <= last and abs(at - number) <= _CONTEXT and (at in changed or _is_plain(lines[at - 1])):
                shown.add(at)
                at += step
    return shown


def _is_plain(line: str) -> bool:
    found = _PLAIN.match(line.rstrip("\r"))
    return found is not None and not (found["key"] and _SECRET.search(found["key"]))


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as their first and last."""
    first = previous = numbers[0]
    for number in numbers[1:]:
        if number != previous + 1:
            yield first, previous
            first = number
        previous = number
    yield first, previous
