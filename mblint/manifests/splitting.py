"""A stream to its documents, before any of them is parsed: a broken one must not take the others with it.

kubectl and Helm split at lines that begin with "---" too. No YAML value can contain such a line at column 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.regex import regex

_MARKER = regex(r"\n\ufeff?(---|\.\.\.)(?![^ \t\r\n])")  # a line break is found faster than a `^`
_LEADING_LINES = regex(r"(?:---(?!\S))?(?:[ \t\r]*+(?:#[^\n]*+)?\n)*+(?:[ \t]*+#[^\n]*+)?")
_SOURCE = regex(r"^(?:---)?[ \t]*+# Source:([^\n]*+)", re.MULTILINE)
_ONLY_DIRECTIVES = regex(r"(?:%[^\n]*\n|[ \t]*(?:#[^\n]*)?\r?\n)*")


class Part(Struct, frozen=True):
    """The text of one document, or of none (blank lines and comments)."""

    text: str  # from its "---" line, if it has one
    first_line: int
    source: str | None  # Helm's "# Source:" comment
    after_end: bool  # follows a "..." line without a "---" of its own


def split(text: str) -> Iterator[Part]:
    """The documents of a stream in order. Parts without content are left out; their "# Source:" goes to the next."""
    source: str | None = None
    line, counted = 1, 0
    for start, end, after_end in _bounds(text):
        line += text.count("\n", counted, start)
        counted = start
        part = text[start:end]
        leading = _LEADING_LINES.match(part)
        head = leading.end() if leading else 0
        found = _SOURCE.search(part, 0, head) if head else None
        source = found[1].strip() if found else source
        if head < len(part) and not part[head:].isspace():
            yield Part(part, line, source, after_end)
            source = None


def _bounds(text: str) -> Iterator[tuple[int, int, bool]]:
    start, after_end = 0, False
    for marker in _MARKER.finditer(f"\n{text}"):
        line, position = marker.start(), marker.start(1) - 1
        if marker[1] == "---":
            if "%" in text[start:position] and _ONLY_DIRECTIVES.fullmatch(text, start, position):
                after_end = False
                continue  # directives belong to the document that they stand before
            yield start, line, after_end
            start, after_end = position, False
        else:
            yield start, line, after_end
            start, after_end = marker.end() - 1, True
    yield start, len(text), after_end
