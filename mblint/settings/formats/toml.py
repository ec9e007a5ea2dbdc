"""TOML: checked and read by the standard library; places found by looking for each value behind its key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.settings.formats.leaf import Leaf, UnreadableText


def read_toml(text: str) -> Iterator[Leaf]:
    """The values of a TOML text, in its order (`redis.address`). Raises UnreadableText."""
    import tomllib  # noqa: PLC0415  few containers have TOML files, and every run pays for imports

    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise UnreadableText from None
    reached = 0
    listed = ""  # the list whose elements are being read: they stand behind one key
    for key, value, name in _values(tree, "", ""):
        element_of = key.rpartition("[")[0] if key.endswith("]") else ""
        if not element_of or element_of != listed:
            assigned = re.compile(rf"{re.escape(name)}[\"']?\s*=").search(text, reached)
            reached = reached if assigned is None else assigned.end()
        listed = element_of
        found = text.find(value, reached)
        reached = max(reached, found + len(value))
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
