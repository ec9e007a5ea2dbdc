"""Lines that set something: by its name, or by the keys that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from mblint.regex import regex

_COMMENT = regex(r"\s*(?:#|//|\{\{-?\s*/\*)")
_ENTRY = regex(r"""(?P<indent>\s*)(?P<dash>-\s+)?["']?(?P<key>[\w./-]+)["']?\s*:(?:\s|$)""")
_REFERENCE = regex(r"\.Values((?:\.[A-Za-z_]\w*)+)")
_GENERAL = regex(r"[a-z]+")


class Line(Struct, frozen=True):
    """A line of a file of the repository, counted from 1."""

    file: str
    number: int
    text: str


class Part(Struct, frozen=True):
    """A file of the repository, or the lines of it from `first` (counted from 1) up to and without `end`."""

    file: str
    lines: Sequence[str]
    first: int = 1
    end: int | None = None

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Its lines with their numbers in the file."""
        return enumerate(self.lines[self.first - 1 : None if self.end is None else self.end - 1], self.first)


def setting_lines(parts: Iterable[Part], name: str, value: str | None) -> list[Line]:
    """The lines that set a name: as a key, as an entry's `name:`, as an assignment or a flag. Comments set nothing.

    Of several, those that hold the rendered value, where any does. A name that is a common word (`host`) is taken for
    the same thing only beside the value.
    """
    pattern = _sets(name)
    found = [
        Line(part.file, number, text)
        for part in parts
        for number, text in part.numbered()
        if name in text and pattern.search(text) and not _COMMENT.match(text)
    ]
    beside = [line for line in found if value is not None and holds(line.text, value)]
    return beside if (beside and len(found) > 1) or _GENERAL.fullmatch(name) else found


def equal_lines(parts: Iterable[Part], said: str) -> list[Line]:
    """The lines that say exactly this `key: value`, quoted or not."""
    return [
        Line(part.file, number, text)
        for part in parts
        for number, text in part.numbered()
        if text.strip().removeprefix("- ").replace('"', "").replace("'", "") == said
    ]


def key_lines(part: Part, key: str) -> list[Line]:
    """The lines that begin with a key."""
    return [
        Line(part.file, number, text)
        for number, text in part.numbered()
        if key in text and (entry := _ENTRY.match(text)) and entry["key"] == key
    ]


def lines_by_keys(part: Part) -> dict[tuple[str, ...], list[Line]]:
    """The lines by the path of keys that they stand at, as indentation says: templates of values files are no YAML."""
    found: dict[tuple[str, ...], list[Line]] = {}
    above: list[tuple[int, str]] = []
    for number, text in part.numbered():
        if ":" not in text or text.lstrip()[:1] == "#":  # most lines of a chart's values are comments
            continue
        entry = _ENTRY.match(text)
        if entry is None:
            continue
        indent = len(entry["indent"]) + len(entry["dash"] or "")
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, entry["key"]))
        found.setdefault(tuple(key for _, key in above), []).append(Line(part.file, number, text))
    return found


def references(lines: Iterable[Line], key: str | None) -> set[tuple[str, ...]]:
    """The values that template lines take in, as paths of keys. With a key: only those that end in it."""
    found = {tuple(match[1].split(".")[1:]) for line in lines for match in _REFERENCE.finditer(line.text)}
    return {path for path in found if key is None or path[-1] == key}


def around(lines: Sequence[Line], part: Part) -> list[Line]:
    """Lines of a template, each with what is taken in for it beside it: `{{- with .Values.x }}` above, or
    `{{- toYaml .Values.x | nindent 4 }}` below.
    """
    near = {line.number + by for line in lines for by in (-1, 1)}
    own = {line.number for line in lines}
    return [
        Line(part.file, number, text)
        for number, text in part.numbered()
        if number in own or (number in near and text.lstrip().startswith("{{"))
    ]


def _sets(name: str) -> re.Pattern[str]:
    word = re.escape(name)
    if name.startswith("-"):
        return re.compile(rf"""(?:^|[\s"'\[,=]){word}(?:[\s"'=,\]]|$)""")
    return re.compile(rf"""(?:^|[\s"'{{,\[-]){word}["']?\s*[:=](?![:=/])|\bname:\s*["']?{word}["']?\s*(?:[,}}#]|$)""")


def holds(text: str, value: str) -> bool:
    """Whether a line says a value, as a word of its own."""
    return re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w-])", text) is not None
