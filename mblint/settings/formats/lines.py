"""Formats of one setting a line: INI, .properties, .env, the `Key value` of redis.conf and fluent-bit.conf, and the
`<blocks>` of Fluentd and Apache."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf

_SECTION = regex(r"\[\[?([^\]]+)\]\]?$")
_HEADING = regex(r"^[ \t]*\[\[?([^\]\n]+?)[ \t]*\]\]?[ \t]*$", re.M)
_BLOCK = regex(r"<(/?)(\w+)[^>]*>$")
_DEEPEST = 20
_SETTING = regex(r"(?:export\s+)?[\"']?([A-Za-z0-9_*][\w.\-/\[\]]*)[\"']?(?:\s*[=:]\s*|\s+)(.*)")
_ESCAPED = regex(r"\\([:=#!\\ ])")
_COMMENTS = ("#", ";", "//", "!")
_QUOTES = ("'", '"')


def read_lines(text: str) -> Iterator[Leaf]:
    """`key = value`, `key: value` or `key value`, below `[sections]` (`section.key`) and `<blocks>` (`block[0].key`).

    A section that occurs several times is numbered (`OUTPUT[1].Host`). Quotes around a value are not part of it.
    """
    path = _Path(text)
    for line, start in _lines(text):
        if (heading := _SECTION.match(line)) is not None:
            path.section(heading[1].strip().strip("\"'"))
        elif (block := _BLOCK.match(line)) is not None:
            path.block(block[2], opens=not block[1])
        elif (found := _SETTING.match(line)) is not None:
            value, offset = found[2], start + found.start(2)
            if value.startswith(_QUOTES) and (closing := value.find(value[0], 1)) > 0:
                value, offset = value[1:closing], offset + 1
            yield Leaf(f"{path}{found[1]}", value, offset)


def read_properties(text: str) -> Iterator[Leaf]:
    """The lines of a .properties file: `\\:`, `\\=` and the like stand for the character itself.

    Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
    """
    for leaf in read_lines(text):
        plain = _ESCAPED.sub(r"\1", leaf.value) if "\\" in leaf.value else leaf.value
        yield leaf if plain == leaf.value else Leaf(leaf.key, plain, None)


class _Path:
    """Where a line stands: its section, and the blocks that are open."""

    def __init__(self, text: str) -> None:
        headings = Counter(match[1] for match in _HEADING.finditer(text))
        self._repeated = {name for name, times in headings.items() if times > 1}
        self._numbers: Counter[str] = Counter()
        self._section = ""
        self._blocks: list[str] = []

    def __str__(self) -> str:
        return "".join(f"{part}." for part in (self._section, *self._blocks) if part)

    def section(self, name: str) -> None:
        """A section begins."""
        self._section = self._numbered(name) if name in self._repeated else name

    def block(self, name: str, *, opens: bool) -> None:
        """A block begins or ends."""
        if opens and len(self._blocks) < _DEEPEST:
            self._blocks.append(self._numbered(name))
        elif not opens and self._blocks:
            self._blocks.pop()

    def _numbered(self, name: str) -> str:
        self._numbers[name] += 1
        return f"{name}[{self._numbers[name] - 1}]"


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Every line that is no comment, without its indentation, and the offset at which it begins."""
    start = 0
    for line in text.split("\n"):
        content = line.strip()
        if content and not content.startswith(_COMMENTS):
            yield content, start + line.index(content)
        start += len(line) + 1
