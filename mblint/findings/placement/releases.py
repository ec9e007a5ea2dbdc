"""Releases as helmfiles define them: their charts and values files. Read line by line: they are templates."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.findings.placement.repository import Repository
from mblint.globs import matches
from mblint.regex import regex

_RELEASES = regex(r"(?P<indent>\s*)releases:\s*(?:#.*)?$")
_ITEM = regex(r"(?P<indent>\s*)-\s")
_NAMED = regex(r"""\s*(?:-\s+)?(?P<key>name|chart):\s*["']?(?P<value>[^"'#\s]+)""")
_VALUES_FILE = regex(r"""\s*-\s+["']?(?P<file>[^"'#]+?\.(?:ya?ml|gotmpl|json))["']?\s*(?:#.*)?$""")
_TEMPLATED = regex(r"\{\{.*?\}\}")
_DEFINING = regex(r"(?:^|/)(?:helmfile[^/]*\.ya?ml(?:\.gotmpl)?|helmfile\.d/.*\.ya?ml(?:\.gotmpl)?)$")


class Release(Struct, frozen=True):
    """A release: the lines of the helmfile that define it, from `first` (counted from 1) up to and without `end`."""

    name: str
    chart: str  # as written: a directory, or repository/name
    helmfile: str
    first: int
    end: int
    values: tuple[str, ...]  # tracked files, in the order given

    @property
    def chart_name(self) -> str:
        """The chart's own name, as far as its directory or address says."""
        return self.chart.rstrip("/").rpartition("/")[2]


def helmfiles(repository: Repository) -> list[str]:
    """The helmfiles, those nearest to the root first."""
    found = [file for file in repository.files if "helmfile" in file and _DEFINING.search(file)]
    return sorted(found, key=lambda file: (file.count("/"), file))


def releases(repository: Repository) -> list[Release]:
    """All releases of all helmfiles."""
    return [release for file in helmfiles(repository) for release in _defined(repository, file)]


def _defined(repository: Repository, file: str) -> Iterator[Release]:
    lines = repository.lines(file)
    for first, end in _items(lines):
        block = lines[first - 1 : end - 1]
        said = dict(reversed([(found["key"], found["value"]) for line in block if (found := _NAMED.match(line))]))
        if "name" in said:
            written = (found["file"] for line in block if (found := _VALUES_FILE.match(line)))
            values = tuple(dict.fromkeys(name for path in written for name in _tracked(repository, file, path)))
            yield Release(said["name"], said.get("chart", ""), file, first, end, values)


def _items(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The line ranges of the entries below `releases:`."""
    inside: int | None = None  # the indentation of `releases:`
    entries: int | None = None  # that of its entries
    start = 0
    for number, line in enumerate([*lines, "end:"], 1):
        if not line.strip() or line.lstrip().startswith(("#", "{{")):
            continue
        indent = len(line) - len(line.lstrip())
        item = _ITEM.match(line)
        if inside is not None and ((item and indent == entries) or (indent <= inside and not item)):
            if start:
                yield start, number
            start = number if item else 0
            inside = inside if item else None
        elif inside is not None and entries is None and item:
            entries, start = indent, number
        if found := _RELEASES.match(line):
            inside, entries, start = len(found["indent"]), None, 0


def _tracked(repository: Repository, helmfile: str, written: str) -> list[str]:
    """The tracked files that a path of a helmfile means; what is templated in it may be anything."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(helmfile), written))
    if path in repository.tracked:
        return [path]
    if "{{" not in path:
        return []
    pattern = _TEMPLATED.sub("*", path)
    return [name for name in repository.files if matches(name, pattern) and name.count("/") == path.count("/")]
