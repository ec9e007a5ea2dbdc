"""One YAML document to its value, as sigs.k8s.io/yaml reads it: tags construct nothing, keys become strings.

Anchors are shared, not copied. What an alias stands for is counted as the Go library counts it, so that a small
document cannot grow without bounds in whoever walks its value. Equal texts are one text: a render repeats its keys,
names and labels thousands of times (at 17,600 objects a seventh of all memory).
"""

from __future__ import annotations

from sys import intern

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

from mblint.manifests.documents import KeyPath, Scalar, Value
from mblint.manifests.events import NO_UTF8, BrokenYaml, broken, events
from mblint.manifests.scalars import MERGE_TAG, TEXT_STARTS, UnreadableScalar, key_text, plain, tagged, through_json

DEPTH_LIMIT = 200  # far deeper than any manifest, and safe for recursive readers of the value


class Composed(Struct, frozen=True):
    """A document's value, and the paths of the keys that it has twice. `empty`: the text holds no document."""

    value: Value
    duplicates: tuple[KeyPath, ...]
    empty: bool


def compose(text: str) -> Composed:
    """The value of the one document in `text`. Raises BrokenYaml."""
    composer: _Composer | None = None
    try:
        composer = _Composer(text)
        return composer.run()
    except YAMLError as error:
        raise broken(error, text, composer.bracket() if composer else None) from None
    except UnicodeEncodeError as error:
        raise BrokenYaml(NO_UTF8, error.start) from None


class _Anchored(Struct, frozen=True):
    """What an anchor names, and of how many nodes it is. None: it is still being read."""

    value: Value
    nodes: int | None


class _Composer:
    """The state of reading one document: a method for each kind of node, which calls those of the nodes inside.

    A render has tens of thousands of events. So the loops keep to local names, and what is common comes first.
    """

    __slots__ = ("_anchors", "_duplicates", "_expanded", "_next", "_nodes", "_open", "_path")

    def __init__(self, text: str) -> None:
        self._next = events(text)
        self._open: list[CollectionStartEvent] = []
        self._path: list[str | int] = []  # of keys, to the collection that is being read
        self._anchors: dict[str, _Anchored] = {}
        self._duplicates: list[KeyPath] = []
        self._nodes = 0  # as the Go library's decoder would visit them, aliases expanded
        self._expanded = 0  # those of them that stand behind an alias

    def run(self) -> Composed:
        """Reads every event."""
        value: Value = None
        documents = 0
        while type(event := self._next()) is not StreamEndEvent:
            if type(event) is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _at(event, "a second document begins here without a line '---' before it")
                value = self._value(self._next())
        return Composed(value, tuple(self._duplicates), not documents)

    def bracket(self) -> int | None:
        """The index of the innermost bracket that is open, if one is."""
        start = self._open[-1] if self._open else None
        return start.start_mark.index if start is not None and start.flow_style and start.start_mark else None

    def _value(self, event: Event) -> Value:
        if type(event) is MappingStartEvent:
            return self._mapping(event)
        if type(event) is ScalarEvent:
            return self._scalar(event)
        if type(event) is SequenceStartEvent:
            return self._sequence(event)
        aliased = self._alias(event)
        return aliased if isinstance(aliased, str | dict | list) else _as_json(aliased, event)

    def _mapping(self, start: MappingStartEvent) -> Value:
        mapping: dict[str, Value] = {}
        nodes_before = self._begin(mapping, start)
        next_event, path = self._next, self._path
        while type(event := next_event()) is not MappingEndEvent:
            key = self._key(event)
            if key is None:
                self._merge(mapping)
                continue
            if key in mapping:
                self._duplicates.append((*path, key))
            event = next_event()
            if type(event) is ScalarEvent:
                mapping[key] = self._scalar(event)
            else:
                path.append(key)
                mapping[key] = self._value(event)
                path.pop()
        self._end(mapping, start, nodes_before)
        return mapping

    def _merge(self, mapping: dict[str, Value]) -> None:
        """What follows "<<". In the order written, a merged key also replaces one that stands before it, as in Go."""
        event = self._next()
        self._path.append("")
        value = self._value(event)
        self._path.pop()
        for source in value[::-1] if isinstance(value, list) and type(event) is not AliasEvent else [value]:
            if not isinstance(source, dict):
                raise _at(event, "only mappings can be merged with '<<'")
            mapping.update(source)

    def _sequence(self, start: SequenceStartEvent) -> Value:
        sequence: list[Value] = []
        nodes_before = self._begin(sequence, start)
        next_event, path = self._next, self._path
        while type(event := next_event()) is not SequenceEndEvent:
            path.append(len(sequence))
            sequence.append(self._value(event))
            path.pop()
        self._end(sequence, start, nodes_before)
        return sequence

    def _begin(self, collection: Value, start: CollectionStartEvent) -> int:
        """Opens a collection. Returns how many nodes came before it."""
        if len(self._open) >= DEPTH_LIMIT:
            raise _at(start, f"this is nested more than {DEPTH_LIMIT} levels deep")
        if start.anchor is not None:
            self._anchors[start.anchor] = _Anchored(collection, None)
        self._open.append(start)
        self._nodes += 1
        return self._nodes - 1

    def _end(self, collection: Value, start: CollectionStartEvent, nodes_before: int) -> None:
        self._open.pop()
        if start.anchor is not None:
            self._anchors[start.anchor] = _Anchored(collection, self._nodes - nodes_before)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        """A scalar's value; it counts as a node."""
        self._nodes += 1
        text: str = intern(event.value)
        value: Scalar = text
        if event.tag is not None or (event.implicit[0] and text[:1] not in TEXT_STARTS):
            value = _resolved(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, 1)
        return value if type(value) is str else _as_json(value, event)

    def _key(self, event: Event) -> str | None:
        """A key as text. None: it is "<<", which merges."""
        if type(event) is ScalarEvent:
            text: str = event.value
            self._nodes += 1
            if event.tag is None and event.anchor is None and (text[:1] in TEXT_STARTS or not event.implicit[0]):
                return intern(text)
            if text == "<<" and (event.implicit[0] or event.tag == MERGE_TAG):
                self._nodes -= 1
                return None
            value = _resolved(event) if event.tag is not None or event.implicit[0] else text
            if event.anchor is not None:
                self._anchors[event.anchor] = _Anchored(value, 1)
        elif type(event) is AliasEvent and not isinstance(aliased := self._alias(event), dict | list):
            value = aliased
        else:
            raise _at(event, "a mapping or a list cannot be a key")
        try:
            return key_text(value)
        except UnreadableScalar as error:
            raise _at(event, str(error)) from None

    def _alias(self, event: Event) -> Value:
        anchored = self._anchors.get(event.anchor or "") if isinstance(event, AliasEvent) else None
        if anchored is None:
            raise _at(event, "this alias refers to an anchor that does not exist")
        if anchored.nodes is None:
            raise _at(event, "this alias stands inside the value that it refers to")
        self._nodes += 1 + anchored.nodes
        self._expanded += anchored.nodes
        if self._expanded > 100 and self._nodes > 1000 and self._expanded > self._nodes * _allowed_ratio(self._nodes):
            raise _at(event, "the aliases of this document make it too large")
        return anchored.value


def _at(event: Event, message: str) -> BrokenYaml:
    return BrokenYaml(message, event.start_mark.index if event.start_mark else 0)


def _resolved(event: ScalarEvent) -> Scalar:
    try:
        return plain(event.value) if event.tag is None else tagged(event.tag, event.value)
    except UnreadableScalar as error:
        raise _at(event, str(error)) from None


def _as_json(value: Scalar, event: Event) -> Scalar:
    try:
        return through_json(value)
    except UnreadableScalar as error:
        raise _at(event, str(error)) from None


def _allowed_ratio(nodes: int) -> float:
    """Which part of all nodes may come from aliases: go.yaml.in/yaml/v2, decode.go, allowedAliasRatio."""
    if nodes <= 400_000:
        return 0.99
    return max(0.10, 0.99 - 0.89 * (nodes - 400_000) / 3_600_000)
