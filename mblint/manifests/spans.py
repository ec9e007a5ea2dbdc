"""Where every value of a document's text begins and ends, from the marks of the parser's events."""

from __future__ import annotations

import re

from msgspec import Struct, field
from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from mblint.manifests.events import EventParser
from mblint.manifests.scalars import MERGE_TAG, UnreadableScalar, key_text, plain, tagged

_PROPERTIES = re.compile(r"(?:[&!]\S*+(?:\s++|(?<=\s)#[^\n]*+)*+)*+")
_SURROGATE_ESCAPE = re.compile(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|[^u])")


class Span(Struct):
    """A value's section of the text: character `start` up to `end`. `key`: the section of its mapping key."""

    start: int
    end: int
    key: tuple[int, int] | None = None
    children: dict[str | int, Span] = field(default_factory=dict)
    alias_of: Span | None = None
    scalar: str | None = None  # a scalar's decoded text
    style: str = ""  # a scalar's: "" plain, or one of "'", '"', "|", ">"

    @property
    def empty(self) -> bool:
        """True where nothing is written."""
        return self.start == self.end


def spans(text: str) -> Span:
    """The spans of the document in `text`. Of text that the parser cannot follow, only the whole."""
    try:
        return _Reader(text).run()
    except (YAMLError, UnicodeEncodeError):
        whole = text.strip()
        start = text.find(whole)
        return Span(start, start + len(whole))


class _Open(Struct):
    """A collection that is being read; a mapping with the key that waits for its value."""

    span: Span
    is_mapping: bool
    flow: bool
    anchor: str | None
    key: str | None = None
    key_section: tuple[int, int] = (0, 0)
    merging: bool = False  # the waiting key is "<<"

    @property
    def waits_for_key(self) -> bool:
        return self.is_mapping and self.key is None and not self.merging


class _Reader:
    """The state of reading one document's marks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = EventParser(_for_yaml(text)).get_event
        self._root = _Open(Span(0, 0), False, False, None)
        self._open = [self._root]
        self._anchors: dict[str, Span] = {}

    def run(self) -> Span:
        """Reads all events."""
        while not isinstance(event := self._next(), StreamEndEvent):
            if isinstance(event, ScalarEvent):
                self._scalar(event)
            elif isinstance(event, CollectionStartEvent):
                start = self._content(event)
                is_mapping = isinstance(event, MappingStartEvent)
                self._open.append(_Open(Span(start, start), is_mapping, bool(event.flow_style), event.anchor))
            elif isinstance(event, CollectionEndEvent):
                closed = self._open.pop()
                if closed.flow:
                    closed.span.end = _index(event, ended=True)
                self._done(closed.span, closed.anchor)
            elif isinstance(event, AliasEvent):
                target = self._anchors.get(event.anchor or "") or Span(0, 0)
                self._done(Span(_index(event), _index(event, ended=True), alias_of=target, scalar=target.scalar), None)
        return self._root.span.children.get(0) or Span(0, 0)

    def _content(self, event: ScalarEvent | CollectionStartEvent) -> int:
        """Where a node begins, behind its anchor and tag."""
        start = _index(event)
        if event.anchor is None and event.tag is None:
            return start
        properties = _PROPERTIES.match(self._text, start)
        return properties.end() if properties else start

    def _scalar(self, event: ScalarEvent) -> None:
        end = _index(event, ended=True)
        start = min(self._content(event), end)
        opened = self._open[-1]
        span = Span(start, end, scalar=event.value, style=event.style or "")
        if not opened.waits_for_key:
            if span.style in ("|", ">"):
                span.end = start + len(self._text[start:end].rstrip())
            elif span.empty and not opened.is_mapping:
                span.start = max(self._text.rfind("-", 0, end), 0)  # of the element only its dash is written
            self._done(span, event.anchor)
            return
        if event.anchor is not None:
            self._anchors[event.anchor] = span
        if event.value == "<<" and (event.implicit[0] or event.tag == MERGE_TAG):
            opened.merging = True
        else:
            opened.key = _key(event)
        opened.key_section = (start, end)
        opened.span.end = max(opened.span.end, end)

    def _done(self, span: Span, anchor: str | None) -> None:
        """Hands a whole value to the collection that it stands in."""
        if anchor is not None:
            self._anchors[anchor] = span
        opened = self._open[-1]
        children = opened.span.children
        opened.span.end = max(opened.span.end, span.end)
        if not opened.is_mapping:
            children[len(children)] = span
        elif opened.merging:
            opened.merging = False
            _merge(span, children)
        elif opened.key is None:
            opened.key, opened.key_section = span.scalar or "", (span.start, span.end)
        else:
            span.key = opened.key_section
            children[opened.key] = span
            opened.key = None


def _for_yaml(text: str) -> str:
    """JSON writes characters beyond U+FFFF as two escapes, which YAML refuses: others of the same length."""
    if not text.lstrip().startswith("{") or "\\u" not in text:
        return text
    return _SURROGATE_ESCAPE.sub(lambda escape: "\\ufffd" if escape[1] else escape[0], text)


def _merge(span: Span, children: dict[str | int, Span]) -> None:
    """The entries that `<<` brings in: through an alias they stand where the alias is used."""
    sources = list(span.children.values())[::-1] if 0 in span.children else [span]
    for source in sources:
        if source.alias_of is None:
            children.update(source.children)
            continue
        for key, child in source.alias_of.children.items():
            children[key] = Span(source.start, source.end, alias_of=child)


def _index(event: Event, *, ended: bool = False) -> int:
    mark = event.end_mark if ended else event.start_mark
    return mark.index if mark else 0


def _key(event: ScalarEvent) -> str:
    text: str = event.value
    try:
        if event.tag is not None:
            return key_text(tagged(event.tag, text))
        return key_text(plain(text)) if event.implicit[0] else text
    except UnreadableScalar:
        return text
