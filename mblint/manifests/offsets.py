"""A character of a scalar's decoded text to the character of the document's text that it was written as."""

from __future__ import annotations

import math
from bisect import bisect_right

from mblint.manifests.documents import Document
from mblint.manifests.spans import Span
from mblint.regex import regex

_WRITTEN_BREAK = regex("\r\n|[\n\r\x85\u2028\u2029]")
_DECODED_BREAK = regex("[\n\u2028\u2029]")


def index_of(document: Document, span: Span, offset: int) -> int | None:
    """The index into the document's text, or None where no position is exact (folded, escaped, several lines)."""
    if span.scalar is None or span.alias_of is not None:
        return None
    if span.style == "|":
        lines = span.lines = span.lines or _literal_lines(document, span.start, span.scalar)
        decoded, written, length = lines[bisect_right(lines, (offset, math.inf, 0)) - 1]
        return written + min(offset - decoded, length)
    quote = 1 if span.style in ("'", '"') else 0
    written_text = document.text[span.start + quote : span.end - quote]
    exact = span.style != ">" and written_text == span.scalar and "\n" not in span.scalar
    return span.start + quote + offset if exact else None


def _literal_lines(document: Document, start: int, scalar: str) -> list[tuple[int, int, int]]:
    """Each line of literal text: offset in the scalar, index in the document behind the indentation, length.

    Literal lines stand in the document one by one, each behind the indentation that all of them share.
    """
    text = document.text
    header = _WRITTEN_BREAK.search(text, start)
    index = header.end() if header else len(text)
    written: list[tuple[int, int]] = []
    decoded = _DECODED_BREAK.split(scalar)
    for _ in decoded:
        found = _WRITTEN_BREAK.search(text, index)
        line_end = found.start() if found else len(text)
        written.append((index, line_end))
        index = found.end() if found else line_end
    indentation = next(
        (end - begin - len(line) for line, (begin, end) in zip(decoded, written, strict=True) if line), 0
    )
    lines: list[tuple[int, int, int]] = []
    offset = 0
    for line, (begin, end) in zip(decoded, written, strict=True):
        lines.append((offset, min(begin + indentation, end), len(line)))
        offset += len(line) + 1
    return lines
