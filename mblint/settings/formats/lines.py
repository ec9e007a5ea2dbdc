"""Formats of one setting a line: INI, .properties, .env, and the `Key value` of redis.conf and fluent-bit.conf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.settings.formats.leaf import Leaf

_SECTION = re.compile(r"\[\[?([^\]]+)\]\]?$")
_SETTING = re.compile(r"(?:export\s+)?[\"']?([A-Za-z0-9_][\w.\-/\[\]]*)[\"']?(?:\s*[=:]\s*|\s+)(.*)")
_COMMENTS = ("#", ";", "//", "!")
_QUOTES = ("'", '"')


def read_lines(text: str) -> Iterator[Leaf]:
    """`key = value`, `key: value` or `key value`, below `[sections]` (`section.key`).

    Quotes around a value are not part of it.
    """
    section = ""
    for line, start in _lines(text):
        if (heading := _SECTION.match(line)) is not None:
            section = heading[1].strip().strip("\"'") + "."
        elif (found := _SETTING.match(line)) is not None:
            value, offset = found[2], start + found.start(2)
            if value.startswith(_QUOTES) and (closing := value.find(value[0], 1)) > 0:
                value, offset = value[1:closing], offset + 1
            yield Leaf(section + found[1], value, offset)


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Every line that is no comment, without its indentation, and the offset at which it begins."""
    start = 0
    for line in text.split("\n"):
        content = line.strip()
        if content and not content.startswith(_COMMENTS):
            yield content, start + line.index(content)
        start += len(line) + 1
