"""Where every value of a document's text begins and ends, from the marks of the parser's events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from mblint.manifests.events import events
from mblint.manifests.scalars import MERGE_TAG, TEXT_STARTS, UnreadableScalar, key_text, plain, tagged
from mblint.regex import regex

_PROPERTIES = regex(r"(?:[&!]\S*+(?:\s++|(?<=\s)#[^\n]*+)*+)*+")
_BLOCK_STYLES = frozenset("|>")
_SURROGATE_ESCAPE = regex(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|[^u])")


_NO_CHILDREN: Mapping[str | int, Span] = MappingProxyType({})


class Span(Struct):
    """A value's section of the text: character `start` up to `end`. `key`: the section of its mapping key."""

    start: int
    end: int
    key: tuple[int, int] | None = None
    children: Mapping[str | int, Span] = _NO_CHILDREN
    alias_of: Span | None = None
    scalar: str | None = None  # a scalar's decoded text
    style: str = ""  # a scalar's: "" plain, or one of "'", '"', "|", ">"
    lines: list[tuple[int, int, int]] | None = None  # of literal text, once somebody asked: see `offsets`

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


class _Reader:
    """The state of reading one document's marks: a method for each kind of node, which calls those of the nodes inside.

    Each gives the node's span.
    """

    __slots__ = ("_anchors", "_next", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = events(_for_yaml(text))
        self._anchors: dict[str, Span] = {}

    def run(self) -> Span:
        """Reads all events."""
        root = Span(0, 0)
        while type(event := self._next()) is not StreamEndEvent:
            if type(event) is DocumentStartEvent:
                root = self._value(self._next())
        return root

    def _value(self, event: Event) -> Span:
        if type(event) is MappingStartEvent:
            return self._mapping(event)
        if type(event) is ScalarEvent:
            return self._scalar(event)
        if type(event) is SequenceStartEvent:
            return self._sequence(event)
        return self._alias(event)

    def _mapping(self, begin: MappingStartEvent) -> Span:
        end = start = self._content(begin)
        children: dict[str | int, Span] = {}
        next_event = self._next
        while type(event := next_event()) is not MappingEndEvent:
            key, section = self._key(event)
            event = next_event()
            child = self._scalar(event) if type(event) is ScalarEvent else self._value(event)
            end = max(section[1], child.end)
            if key is None:
                _merge(child, children)
            else:
                child.key = section
                children[key] = child
        return self._collection(begin, event, Span(start, end, children=children))

    def _sequence(self, begin: SequenceStartEvent) -> Span:
        end = start = self._content(begin)
        children: dict[str | int, Span] = {}
        next_event = self._next
        while type(event := next_event()) is not SequenceEndEvent:
            child = self._value(event)
            if child.start == child.end and child.style == "" and child.scalar is not None:
                child.start = max(self._text.rfind("-", 0, child.end), 0)  # of the element only its dash is written
            children[len(children)] = child
            end = max(end, child.end)
        return self._collection(begin, event, Span(start, end, children=children))

    def _collection(self, begin: CollectionStartEvent, end: Event, span: Span) -> Span:
        if begin.flow_style:
            span.end = _end(end)
        if begin.anchor is not None:
            self._anchors[begin.anchor] = span
        return span

    def _scalar(self, event: ScalarEvent) -> Span:
        start, end = self._section(event)
        style = event.style or ""
        if style in _BLOCK_STYLES:
            end = start + len(self._text[start:end].rstrip())
        span = Span(start, end, None, _NO_CHILDREN, None, event.value, style)
        if event.anchor is not None:
            self._anchors[event.anchor] = span
        return span

    def _key(self, event: Event) -> tuple[str | None, tuple[int, int]]:
        """A key as the value has it, and its section. None: it is "<<", which merges."""
        if type(event) is not ScalarEvent:
            span = self._value(event)
            return span.scalar or "", (span.start, span.end)
        section = self._section(event)
        if event.tag is None and event.anchor is None and event.value[:1] in TEXT_STARTS:
            return event.value, section
        if event.anchor is not None:
            self._anchors[event.anchor] = Span(*section, scalar=event.value, style=event.style or "")
        if event.value == "<<" and (event.implicit[0] or event.tag == MERGE_TAG):
            return None, section
        return _key_text(event), section

    def _alias(self, event: Event) -> Span:
        target = self._anchors.get(event.anchor or "") if isinstance(event, AliasEvent) else None
        return Span(_start(event), _end(event), alias_of=target or Span(0, 0), scalar=target.scalar if target else None)

    def _section(self, event: ScalarEvent) -> tuple[int, int]:
        begin, end = event.start_mark, event.end_mark
        if begin is None or end is None:
            return 0, 0
        if event.anchor is None and event.tag is None:
            return begin.index, end.index
        return min(self._content(event), end.index), end.index

    def _content(self, event: ScalarEvent | CollectionStartEvent) -> int:
        """Where a node begins, behind its anchor and tag."""
        start = _start(event)
        if event.anchor is None and event.tag is None:
            return start
        properties = _PROPERTIES.match(self._text, start)
        return properties.end() if properties else start


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


def _start(event: Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _key_text(event: ScalarEvent) -> str:
    text: str = event.value
    try:
        if event.tag is not None:
            return key_text(tagged(event.tag, text))
        return key_text(plain(text)) if event.implicit[0] else text
    except UnreadableScalar:
        return text
