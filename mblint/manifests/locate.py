"""A place to a line and a column, on demand: only what is reported is parsed a second time, with its marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from msgspec import Struct

from mblint.manifests.documents import Document, KeyPath, Location, Place
from mblint.manifests.offsets import index_of
from mblint.manifests.spans import Span, spans

_WORD = re.compile(r"[^\s\"'<>]+")


class _Marked(Struct, frozen=True):
    """A document's spans, and where its lines begin."""

    root: Span
    line_starts: list[int]


def locate(place: Place) -> Location:
    """Where a value stands in what was read, from its first character to behind its last one.

    * A value that is empty is located by its key, one that does not exist by the key of what should hold it.
    * What is reached through an alias or a merge (`<<`) stands where the alias is used, not where its anchor is.
    * An offset into literal text (`|`), or into one line without escapes, leads to that character and the word it
      begins; elsewhere (folded, quoted over several lines, escaped) to the key, since no position is exact there.
    """
    document = place.document
    marked = _marked(document)
    span, complete = _find(marked.root, place.path)
    if not complete:
        start, end = _heading(span)
    elif place.offset is not None:
        start, end = _character(document, span, place.offset)
    elif span.empty:
        start, end = _heading(span)
    else:
        start, end = span.start, span.end
    return _location(document, marked.line_starts, start, max(start, end))


@lru_cache(maxsize=512)
def _marked(document: Document) -> _Marked:
    text = document.text
    return _Marked(spans(text), [0, *(match.end() for match in re.finditer("\n", text))])


def _find(root: Span, path: KeyPath) -> tuple[Span, bool]:
    """The span at a path. False: it does not exist, and the span is the nearest one that should hold it."""
    span = root
    for key in path:
        if span.alias_of is not None:
            return span, True
        child = span.children.get(key)
        if child is None:
            return span, False
        span = child
    return span, True


def _heading(span: Span) -> tuple[int, int]:
    """What names a value: its key; for an element of a list, and for a document, its own first key or text."""
    if span.key is not None:
        return span.key
    first = next(iter(span.children.values()), None)
    if first is not None and first.key is not None:
        return first.key
    return span.start, span.end


def _character(document: Document, span: Span, offset: int) -> tuple[int, int]:
    index = index_of(document, span, offset)
    if index is None:
        return _heading(span)
    index = min(index, span.end)
    word = _WORD.match(document.text, index, span.end)
    return index, word.end() if word else min(index + 1, span.end)


def _location(document: Document, line_starts: list[int], start: int, end: int) -> Location:
    line = bisect_right(line_starts, start)
    end_line = bisect_right(line_starts, end)
    return Location(
        document.file,
        document.first_line + line - 1,
        start - line_starts[line - 1] + 1,
        document.first_line + end_line - 1,
        end - line_starts[end_line - 1] + 1,
        document.source,
    )
