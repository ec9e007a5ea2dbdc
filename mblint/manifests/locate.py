"""A place to a line and a column, on demand: only what is reported is parsed a second time, with its marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from mblint.manifests.documents import Document, KeyPath, Location, Place
from mblint.manifests.offsets import index_of
from mblint.manifests.spans import Span, spans
from mblint.regex import regex

_WORD = regex(r"[^\s\"'<>]+")


def locate(place: Place) -> Location:
    """Where a value stands in what was read, from its first character to behind its last one.

    * A value that is empty is located by its key, one that does not exist by the key of what should hold it.
    * What is reached through an alias or a merge (`<<`) stands where the alias is used, not where its anchor is.
    * An offset into literal text (`|`), or into one line without escapes, leads to that character and the word it
      begins; elsewhere (folded, quoted over several lines, escaped) to the key, since no position is exact there.
    """
    document = place.document
    span, complete = _find(document.positions.of(document, document.text, spans), place.path)
    if not complete:
        start, end = _heading(span)
    elif place.offset is not None:
        start, end = _character(document, span, place.offset)
    elif span.empty:
        start, end = _heading(span)
    else:
        start, end = span.start, span.end
    return _location(document, start, max(start, end))


def locate_all(places: Iterable[Place]) -> Mapping[Place, Location]:
    """Where many values stand, document by document: what is asked for in turns would be parsed again and again."""
    by_document: defaultdict[Document, dict[Place, None]] = defaultdict(dict)
    for place in places:
        by_document[place.document][place] = None
    return {place: locate(place) for of_one in by_document.values() for place in of_one}


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


def _location(document: Document, start: int, end: int) -> Location:
    line, column = _line_and_column(document, start)
    end_line, end_column = _line_and_column(document, end)
    return Location(document.file, line, column, end_line, end_column, document.source)


def _line_and_column(document: Document, index: int) -> tuple[int, int]:
    line = document.first_line + document.text.count("\n", 0, index)
    return line, index - document.text.rfind("\n", 0, index)
