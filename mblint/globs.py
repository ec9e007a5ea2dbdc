"""Globs of tables and configuration: `*` is any text, `?` one character, `[…]` one of several. Case counts.

The standard library compiles each glob to a regular expression, which takes longer than a run looks at most of them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(text: str, glob: str) -> bool:
    """True where the glob is the whole text. As fnmatchcase, and quick where there is at most one `*`."""
    head, star, tail = glob.partition("*")
    if "*" in tail or "?" in glob or "[" in glob:
        return fnmatchcase(text, glob)
    if not star:
        return text == glob
    return len(text) >= len(head) + len(tail) and text.startswith(head) and text.endswith(tail)
