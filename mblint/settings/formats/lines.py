"""Formats of one `key = value` a line: INI, .properties, .env, and the plain `key value` of redis.conf and others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.settings.formats.leaf import Leaf

_SECTION = re.compile(r"\[([^\]]+)\]\s*$")
_ASSIGNED = re.compile(r"(?:export\s+)?([A-Za-z0-9_][\w.\-/\[\]\" ]*?)\s*[=:]\s*(.*?)\s*$")
_SPACED = re.compile(r"([A-Za-z_][\w.-]*)\s+(\S.*?)\s*$")
_COMMENTS = ("#", ";", "//", "!")
_QUOTES = "\"'"


def read_assignments(text: str) -> Iterator[Leaf]:
    """`key = value` or `key: value`, below `[sections]` (`section.key`). Quotes around a value are not part of it."""
    section = ""
    for line, start in _lines(text):
        if (heading := _SECTION.match(line)) is not None:
            section = heading[1].strip().strip(_QUOTES) + "."
        elif (assigned := _ASSIGNED.match(line)) is not None:
            key, value, offset = assigned[1].strip(_QUOTES), assigned[2], start + assigned.start(2)
            if value[:1] in _QUOTES and value[:1] and value.find(value[0], 1) > 0:
                value, offset = value[1 : value.find(value[0], 1)], offset + 1
            yield Leaf(section + key, value, offset)


def read_directives(text: str) -> Iterator[Leaf]:
    """`key value` (redis.conf, clamd.conf)."""
    for line, start in _lines(text):
        if (spaced := _SPACED.match(line)) is not None:
            yield Leaf(spaced[1], spaced[2].strip(_QUOTES), start + spaced.start(2) + (spaced[2][:1] in _QUOTES))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Every line that is no comment, without its indentation, and the offset at which it begins."""
    start = 0
    for line in text.split("\n"):
        content = line.lstrip()
        if content and not content.startswith(_COMMENTS):
            yield content.rstrip(), start + len(line) - len(content)
        start += len(line) + 1
