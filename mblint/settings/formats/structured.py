"""YAML and JSON, read from the C parser's events: JSON is read as YAML, for its places.

Values stay texts: what is asked of them is hosts and ports. Nulls are absent; anchors, tags and merge keys are not
followed. A stream of several documents is read as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import yaml

from mblint.settings.formats.leaf import Leaf, UnreadableText

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = ("", "~", "null", "Null", "NULL")


def read_structured(text: str) -> Iterator[Leaf]:
    """The scalars of a YAML or JSON text with their key paths (`a.b[0].c`). A text that is one scalar has none.

    Raises UnreadableText.
    """
    try:
        leaves = tuple(_streamed(text))
    except (yaml.YAMLError, RecursionError, UnicodeError):
        leaves = tuple(_json_only(text))
    return iter(leaves)


def _streamed(text: str) -> Iterator[Leaf]:
    events = yaml.parse(text, Loader=_LOADER)
    for event in events:
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            yield from _collection(text, events, event, "")


def _json_only(text: str) -> Iterator[Leaf]:
    """JSON that is no YAML: tabs, and characters escaped as surrogate pairs. Without places."""
    try:
        tree: object = json.loads(text)
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


def _collection(text: str, events: Iterator[yaml.Event], start: yaml.CollectionStartEvent, path: str) -> Iterator[Leaf]:
    """The leaves of a mapping or sequence, up to and with its end event."""
    mapping = isinstance(start, yaml.MappingStartEvent)
    index = 0
    key: str | None = None
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        if mapping and key is None:
            key = _key(text, events, event)
            continue
        below = f"{path}.{key}" if mapping and path else key if mapping else f"{path}[{index}]"
        if isinstance(event, yaml.ScalarEvent):
            if event.style or event.value not in _NULLS:
                yield Leaf(below or "", event.value, _offset(text, event))
        elif isinstance(event, yaml.CollectionStartEvent):
            yield from _collection(text, events, event, below or "")
        key = None
        index += 1


def _key(text: str, events: Iterator[yaml.Event], event: yaml.Event) -> str:
    if isinstance(event, yaml.CollectionStartEvent):  # a mapping as a key: its parts are no settings
        for _ in _collection(text, events, event, ""):
            pass
        return "?"
    return event.value if isinstance(event, yaml.ScalarEvent) else "?"


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
