"""One YAML document to its value, as sigs.k8s.io/yaml reads it: tags construct nothing, keys become strings.

Anchors are shared, not copied. What an alias stands for is counted as the Go library counts it, so that a small
document cannot grow without bounds in whoever walks its value.
"""

from __future__ import annotations

from msgspec import Struct
from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from mblint.manifests.documents import KeyPath, Scalar, Value
from mblint.manifests.events import NO_UTF8, BrokenYaml, EventParser, broken
from mblint.manifests.scalars import MERGE_TAG, UnreadableScalar, key_text, plain, tagged, through_json

DEPTH_LIMIT = 200  # far deeper than any manifest, and safe for recursive readers of the value
# Plain text that starts so is never a number or one of YAML's words: most texts need no look at the table.
_TEXT_STARTS = frozenset("abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ/_$(")


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


class _Open(Struct):
    """A collection that is being read; a mapping with the key that waits for its value."""

    value: dict[str, Value] | list[Value]
    key: str | None
    merging: bool  # the waiting key is "<<"
    start: MappingStartEvent | SequenceStartEvent | None  # None: the document itself
    nodes_before: int


class _Anchored(Struct, frozen=True):
    """What an anchor names, and of how many nodes it is. None: it is still being read."""

    value: Value
    nodes: int | None


class _Composer:
    """The state of reading one document."""

    __slots__ = ("_anchors", "_documents", "_duplicates", "_expanded", "_next", "_nodes", "_open", "_parents")

    def __init__(self, text: str) -> None:
        self._next = EventParser(text).get_event
        self._open = _Open([], None, False, None, 0)
        self._parents: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._duplicates: list[KeyPath] = []
        self._documents = 0
        self._nodes = 0  # as the Go library's decoder would visit them, aliases expanded
        self._expanded = 0  # those of them that stand behind an alias

    def run(self) -> Composed:
        """Reads every event."""
        while not isinstance(event := self._next(), StreamEndEvent):
            if isinstance(event, ScalarEvent):
                self._scalar(event)
            elif isinstance(event, MappingStartEvent):
                self._start({}, event)
            elif isinstance(event, CollectionEndEvent):
                self._end(event)
            elif isinstance(event, SequenceStartEvent):
                self._start([], event)
            elif isinstance(event, AliasEvent):
                self._alias(event)
            elif isinstance(event, DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise _at(event, "a second document begins here without a line '---' before it")
        root = self._open.value
        value = root[0] if self._documents and isinstance(root, list) else None
        return Composed(value, tuple(self._duplicates), not self._documents)

    def bracket(self) -> int | None:
        """The index of the innermost bracket that is open, if one is."""
        start = self._open.start
        return start.start_mark.index if start is not None and start.flow_style and start.start_mark else None

    def _scalar(self, event: ScalarEvent) -> None:
        self._nodes += 1
        text: str = event.value
        opened = self._open
        waits_for_key = self._waits_for_key()
        if waits_for_key and text == "<<" and (event.implicit[0] or event.tag == MERGE_TAG):
            self._nodes -= 1
            opened.merging = True
            return
        value: Scalar = text
        if event.tag is not None or (event.implicit[0] and text[:1] not in _TEXT_STARTS):
            value = _resolved(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, 1)
        if waits_for_key:
            self._key(value, event)
        else:
            self._put(value if type(value) is str else _as_json(value, event), event)

    def _key(self, value: Scalar, event: Event) -> None:
        try:
            key = key_text(value)
        except UnreadableScalar as error:
            raise _at(event, str(error)) from None
        opened = self._open
        opened.key = key
        if key in opened.value:
            self._duplicates.append(self._path())

    def _put(self, value: Value, event: Event) -> None:
        opened = self._open
        collection = opened.value
        if isinstance(collection, list):
            collection.append(value)
        elif opened.key is not None:
            collection[opened.key] = value
            opened.key = None
        elif opened.merging:
            _merge(value, collection, event)
            opened.merging = False
        else:
            raise _at(event, "a mapping or a list cannot be a key")

    def _start(self, collection: dict[str, Value] | list[Value], event: MappingStartEvent | SequenceStartEvent) -> None:
        self._nodes += 1
        if self._waits_for_key():
            raise _at(event, "a mapping or a list cannot be a key")
        if len(self._parents) >= DEPTH_LIMIT:
            raise _at(event, f"this is nested more than {DEPTH_LIMIT} levels deep")
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(collection, None)
        self._parents.append(self._open)
        self._open = _Open(collection, None, False, event, self._nodes - 1)

    def _end(self, event: Event) -> None:
        closed = self._open
        self._open = self._parents.pop()
        if closed.start is not None and closed.start.anchor is not None:
            self._anchors[closed.start.anchor] = _Anchored(closed.value, self._nodes - closed.nodes_before)
        self._put(closed.value, event)

    def _alias(self, event: AliasEvent) -> None:
        anchored = self._anchors.get(event.anchor or "")
        if anchored is None:
            raise _at(event, "this alias refers to an anchor that does not exist")
        if anchored.nodes is None:
            raise _at(event, "this alias stands inside the value that it refers to")
        self._nodes += 1 + anchored.nodes
        self._expanded += anchored.nodes
        if self._expanded > 100 and self._nodes > 1000 and self._expanded > self._nodes * _allowed_ratio(self._nodes):
            raise _at(event, "the aliases of this document make it too large")
        value = anchored.value
        if self._open.merging and not isinstance(value, dict):
            raise _at(event, "only mappings can be merged with '<<'")
        if isinstance(value, dict | list):
            self._put(value, event)
        elif self._waits_for_key():
            self._key(value, event)
        else:
            self._put(_as_json(value, event), event)

    def _waits_for_key(self) -> bool:
        opened = self._open
        return opened.key is None and not opened.merging and isinstance(opened.value, dict)

    def _path(self) -> KeyPath:
        collections = [*self._parents[1:], self._open]
        return tuple(
            len(opened.value) if isinstance(opened.value, list) else opened.key or "" for opened in collections
        )


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


def _merge(value: Value, target: dict[str, Value], event: Event) -> None:
    """`<<`: in the order written, a merged key also replaces one that stands before it, as in the Go library."""
    sources = value[::-1] if isinstance(value, list) else [value]
    for source in sources:
        if not isinstance(source, dict):
            raise _at(event, "only mappings can be merged with '<<'")
        target.update(source)


def _allowed_ratio(nodes: int) -> float:
    """Which part of all nodes may come from aliases: go.yaml.in/yaml/v2, decode.go, allowedAliasRatio."""
    if nodes <= 400_000:
        return 0.99
    return max(0.10, 0.99 - 0.89 * (nodes - 400_000) / 3_600_000)
