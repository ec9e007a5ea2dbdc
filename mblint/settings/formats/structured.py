"""YAML and JSON, read from the C parser's events: JSON is read as YAML, for its places.

Values stay texts: what is asked of them is hosts and ports. Nulls are absent; anchors, tags and merge keys are not
followed. A stream of several documents is read as one.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from mblint.manifests.events import events
from mblint.settings.formats.leaf import Leaf, UnreadableText

_NULLS = ("", "~", "null", "Null", "NULL")


def read_structured(text: str) -> Iterator[Leaf]:
    """The scalars of a YAML or JSON text with their key paths (`a.b[0].c`). A text that is one scalar has none.

    Raises UnreadableText.
    """
    try:
        leaves = _Reader(text).run()
    except (yaml.YAMLError, RecursionError, UnicodeError):
        leaves = list(_json_only(text))
    return iter(leaves)


class _Reader:
    """The state of reading one text: a method for each kind of collection, which calls those of the ones inside."""

    __slots__ = ("_leaves", "_next", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = events(text)
        self._leaves: list[Leaf] = []

    def run(self) -> list[Leaf]:
        """Reads every event."""
        while type(event := self._next()) is not yaml.StreamEndEvent:
            if type(event) is yaml.MappingStartEvent:
                self._mapping("")
            elif type(event) is yaml.SequenceStartEvent:
                self._sequence("")
        return self._leaves

    def _mapping(self, path: str) -> None:
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self._key(event)
            self._value(self._next(), f"{path}.{key}" if path else key)

    def _sequence(self, path: str) -> None:
        index = 0
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            self._value(event, f"{path}[{index}]")
            index += 1

    def _value(self, event: yaml.Event, path: str) -> None:
        if type(event) is yaml.ScalarEvent:
            if event.style or event.value not in _NULLS:
                self._leaves.append(Leaf(path, event.value, _offset(self._text, event)))
        elif type(event) is yaml.MappingStartEvent:
            self._mapping(path)
        elif type(event) is yaml.SequenceStartEvent:
            self._sequence(path)

    def _key(self, event: yaml.Event) -> str:
        if type(event) is yaml.ScalarEvent:
            return str(event.value)
        known = len(self._leaves)
        self._value(event, "")
        del self._leaves[known:]  # a mapping as a key: its parts are no settings
        return "?"


def _json_only(text: str) -> Iterator[Leaf]:
    """JSON that is no YAML: tabs, and characters escaped as surrogate pairs. Without places."""
    from json import loads  # noqa: PLC0415  few renders hold any

    try:
        tree: object = loads(text)
        if isinstance(tree, dict | list):
            yield from _tree(tree, "")
    except (ValueError, RecursionError):
        raise UnreadableText from None


def _tree(value: object, path: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, element in value.items():
            yield from _tree(element, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _tree(element, f"{path}[{index}]")
    elif value is not None:
        yield Leaf(path, str(value).lower() if isinstance(value, bool) else str(value), None)


def _offset(text: str, event: yaml.ScalarEvent) -> int | None:
    """Where the value stands as it is: behind its quote, or, in a block scalar, at its first line."""
    if event.start_mark is None or event.end_mark is None:
        return None
    start: int = event.start_mark.index
    if event.style in ("'", '"'):
        start += 1
    elif event.style in ("|", ">"):
        first = event.value.lstrip("\n ").split("\n", 1)[0]
        found = text.find(first, start, event.end_mark.index) if first else -1
        return found if found >= 0 else None
    return start if text.startswith(event.value, start) else None
