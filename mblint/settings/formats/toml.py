"""TOML: checked and read by the standard library; places found by looking for each value behind its key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from mblint.settings.formats.leaf import Leaf, UnreadableText


def read_toml(text: str) -> Iterator[Leaf]:
    """The values of a TOML text, in its order (`redis.address`). Raises UnreadableText."""
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise UnreadableText from None
    reached = 0
    for key, value, name in _values(tree, "", ""):
        named = text.find(name, reached)
        found = text.find(value, named + len(name)) if named >= 0 else -1
        end_of_line = text.find("\n", found)
        if found >= 0:
            reached = found if end_of_line < 0 else min(end_of_line, found + len(value))
        yield Leaf(key, value, found if found >= 0 else None)


def _values(value: object, path: str, name: str) -> Iterator[tuple[str, str, str]]:
    """(key path, last key, text) of everything below a value."""
    if isinstance(value, dict):
        for key, element in value.items():
            yield from _values(element, f"{path}.{key}" if path else str(key), str(key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _values(element, f"{path}[{index}]", name)
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value), name
