"""Globs of tables and configuration: `*` is any text, `?` one character, `[…]` one of several. Case counts.

The standard library compiles each glob to a regular expression, which takes longer than a run looks at most of them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(text: str, glob: str) -> bool:
    """True where the glob is the whole text. As fnmatchcase, and quick where `*` is all that it leaves open."""
    head, star, tail = glob.partition("*")
    if "?" in glob or "[" in glob:
        return fnmatchcase(text, glob)
    if not star:
        return text == glob
    if "*" in tail:
        *middle, tail = tail.split("*")
        return _has_in_order(text, head, middle, tail)
    return len(text) >= len(head) + len(tail) and text.startswith(head) and text.endswith(tail)


def _has_in_order(text: str, head: str, middle: list[str], tail: str) -> bool:
    """Whether the parts stand one behind the other, each as early as it can."""
    position, end = len(head), len(text) - len(tail)
    if not (text.startswith(head) and text.endswith(tail)):
        return False
    for part in middle:
        found = text.find(part, position, max(end, 0))
        if found < 0:
            return False
        position = found + len(part)
    return position <= end
