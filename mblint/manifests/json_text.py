"""JSON objects, also several in a row, as kubectl reads a stream that begins with "{"."""

from __future__ import annotations

import json
import re

from msgspec import Struct

from mblint.manifests.compose import DEPTH_LIMIT
from mblint.manifests.documents import KeyPath, Scalar, Value
from mblint.manifests.scalars import UnreadableScalar, through_json
from mblint.regex import regex

_BLANK = regex(r"[ \t\r\n]*")
_SURROGATES = regex(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|[^u])"
)


class JsonObject(Struct, frozen=True):
    """One object of a text, from character `start` up to `end`, with the paths of the keys that it has twice."""

    start: int
    end: int
    value: Value
    duplicates: tuple[KeyPath, ...]


class _NotReadable(Exception):
    """JSON that only YAML's reading can judge, or say what is wrong with."""


def json_objects(text: str) -> tuple[JsonObject, ...]:
    """The JSON objects that `text` begins with; none where it is something else, which YAML then has to make out."""
    text = _SURROGATES.sub(_replacement, text)
    objects: list[JsonObject] = []
    start = _content(text, 0)
    while text.startswith("{", start):
        repeated: list[tuple[dict[str, Value], str]] = []
        try:
            value, end = _decoder(repeated).raw_decode(text, start)
            duplicates = _paths(value, repeated)
        except (ValueError, RecursionError, UnreadableScalar, _NotReadable):
            break
        objects.append(JsonObject(start, end, value, duplicates))
        start = _content(text, end)
    return tuple(objects)


def _content(text: str, start: int) -> int:
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def _replacement(escape: re.Match[str]) -> str:
    """Half of a surrogate pair is no character: Go reads U+FFFD."""
    return "\\ufffd" if escape["lone"] else escape[0]


def _decoder(repeated: list[tuple[dict[str, Value], str]]) -> json.JSONDecoder:
    def mapping(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
        built = dict(pairs)
        if len(built) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    repeated.append((built, key))
                seen.add(key)
        return built

    return json.JSONDecoder(object_pairs_hook=mapping, parse_int=_number, parse_float=_number, parse_constant=_constant)


def _number(text: str) -> Scalar:
    # Python refuses to read integers of many digits; beyond 20 none fits into 64 bits.
    return through_json(int(text) if len(text) < 21 and text.lstrip("-").isdigit() else float(text))


def _constant(_: str) -> Scalar:
    raise _NotReadable  # NaN and Infinity are Python's own


def _paths(root: Value, repeated: list[tuple[dict[str, Value], str]]) -> tuple[KeyPath, ...]:
    """The paths of the repeated keys. Raises _NotReadable for text that is too deep or holds half a character."""
    keys: dict[int, list[str]] = {}
    for mapping, key in repeated:
        keys.setdefault(id(mapping), []).append(key)
    found: list[KeyPath] = []
    waiting: list[tuple[Value, KeyPath]] = [(root, ())]
    while waiting:
        value, path = waiting.pop()
        if len(path) > DEPTH_LIMIT:
            raise _NotReadable
        if isinstance(value, dict):
            found += [(*path, key) for key in keys.get(id(value), ())]
            waiting += [(element, (*path, key)) for key, element in value.items() if isinstance(element, dict | list)]
        elif isinstance(value, list):
            waiting += [(element, (*path, i)) for i, element in enumerate(value) if isinstance(element, dict | list)]
    return tuple(sorted(found, key=str))
