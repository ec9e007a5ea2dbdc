"""Which one line of the repository sets a rendered value: by its name, or by the keys that lead to it, through the
chart's template.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from mblint.findings.placement.charts import document_in
from mblint.findings.placement.lines import (
    Line,
    Part,
    around,
    holds,
    key_lines,
    lines_by_keys,
    references,
    setting_lines,
)
from mblint.findings.placement.origin import Origin, manifests_of, nearest, origin_of
from mblint.findings.placement.origin import values_files as files_with_values
from mblint.findings.placement.releases import Release
from mblint.findings.placement.releases import releases as defined_releases
from mblint.findings.placement.repository import Repository
from mblint.findings.placement.wanted import Wanted, wanted_at
from mblint.manifests.documents import Document, Place
from mblint.manifests.read import STDIN


class SettingLines:
    """Those of one repository; what several values need is looked up once."""

    def __init__(self, repository: Repository, told: Sequence[str] | None) -> None:
        """`told`: the only values files that a render takes, those that outrank the others first; None: unknown."""
        self.repository = repository
        self.told = None if told is None else tuple(Part(file, repository.lines(file)) for file in told)
        self._origins: dict[Document, Origin] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_document: dict[Document, list[str]] = {}
        self._by_path: dict[tuple[str, int], dict[tuple[str, ...], list[Line]]] = {}

    def line_of(self, place: Place) -> Line | None:
        """The one line of the repository that sets a rendered value; None where none does, or several do."""
        return self.setting(place.document, wanted_at(place))

    def setting(self, document: Document, wanted: Wanted) -> Line | None:
        """The same of what is looked for."""
        origin = self.origin(document)
        if wanted.setting is not None:
            for parts in self._searched(document, origin, wanted.setting):
                found = setting_lines(parts, wanted.setting, wanted.value)
                if found:
                    return self._taken_from(origin, found[0], None, (), wanted.value) if len(found) == 1 else None
            return None
        if origin.template is None or not wanted.keys:
            return None
        return self._by_keys(origin, wanted.keys, wanted.value)

    def _searched(self, document: Document, origin: Origin, name: str) -> Iterable[Sequence[Part]]:
        """Groups of files that may set a name, those that outrank the others first."""
        yield origin.values
        if (
            self.told is None
            and not any(part.end is None for part in origin.values)
            and self.may_come_from_here(document)
        ):
            yield from ([self.part(file) for file in group] for group in nearest(self.naming(name), origin))
        if origin.template is not None:
            yield [self.part(origin.template)]
            inside = [file for file in self.repository.files if file.startswith(f"{origin.chart}/")]
            yield [self.part(file) for file in inside if file == f"{origin.chart}/values.yaml"]
            yield [self.part(file) for file in inside if "/templates/" in file]
        elif document.source is None and self.may_come_from_here(document):
            yield [self.part(file) for file in self.manifests(document)]

    def may_come_from_here(self, document: Document) -> bool:
        """False for a file from elsewhere that neither a chart nor a release of this repository accounts for: a line of
        the same name says nothing then.
        """
        origin = self.origin(document)
        stream = document.file == STDIN
        return stream or origin.template is not None or origin.helmfile is not None or self._is_own(document.file)

    def _is_own(self, file: str) -> bool:
        return Path(os.path.abspath(file)).is_relative_to(self.repository.root)

    def _by_keys(self, origin: Origin, keys: Sequence[str], value: str | None) -> Line | None:
        """Through the template: the values that it takes in under the deepest of the keys that it names."""
        assert origin.template is not None
        part = document_in(self.repository, origin.template, origin.kind)
        for depth in range(len(keys), 0, -1):
            lines = key_lines(part, keys[depth - 1])
            if lines:
                return self._taken_from(origin, around(lines, part), keys[depth - 1], keys[depth:], value)
        return None

    def _taken_from(
        self, origin: Origin, lines: Line | Sequence[Line], key: str | None, below: Sequence[str], value: str | None
    ) -> Line | None:
        """Where the one value that template lines take in is set. A line that takes in none, or several, is itself
        the place of what it names (`key` None), and of no part of it.
        """
        alone = lines if isinstance(lines, Line) else None
        if origin.chart is None or (alone is not None and not in_template(alone)):
            return alone
        taken = references(self._said_by(lines) if isinstance(lines, Line) else lines, key)
        if len(taken) != 1:
            return alone
        path = (*taken.pop(), *below)
        defaults = [self.part(f"{origin.chart}/values.yaml")]
        own = [origin.values] if self.told is None else [(part,) for part in origin.values]  # in the order that counts
        for parts in (*own, defaults):
            for end in range(len(path), len(path) - len(below) - 1, -1):
                found = [line for part in parts for line in self.lines_at(part).get(path[:end], ())]
                if found:
                    return found[0] if len(found) == 1 else alone
            if parts == origin.values and value is not None:
                elsewhere = self._said_elsewhere(origin, path, value)
                if elsewhere is not None:
                    return elsewhere
        return alone

    def _said_elsewhere(self, origin: Origin, path: tuple[str, ...], value: str) -> Line | None:
        """Where nobody tells which values files a chart is given: the one line that says it, in the nearest of them."""
        if self.told is not None or origin.values:
            return None
        for files in nearest(self.naming(path[-1]), origin):
            found = [line for file in files for line in self.lines_at(self.part(file)).get(path, ())]
            if found:
                return found[0] if len(found) == 1 and holds(found[0].text, value) else None
        return None

    def lines_at(self, part: Part) -> dict[tuple[str, ...], list[Line]]:
        """The lines of a file by the keys that lead to them."""
        key = (part.file, part.first)
        if key not in self._by_path:
            self._by_path[key] = lines_by_keys(part)
        return self._by_path[key]

    def _said_by(self, line: Line) -> list[Line]:
        """A line, and the `value:` of the entry whose name it is."""
        following = self.repository.lines(line.file)[line.number : line.number + 1]
        is_value = bool(following) and following[0].lstrip().startswith("value:")
        return [line, Line(line.file, line.number + 1, following[0])] if is_value else [line]

    @cached_property
    def releases(self) -> list[Release]:
        """Those of the repository's helmfiles."""
        return defined_releases(self.repository)

    @cached_property
    def values_files(self) -> list[str]:
        """The tracked files outside charts that may set values."""
        return files_with_values(self.repository)

    def naming(self, name: str) -> list[str]:
        """The values files in which a name stands at all: of thousands of files few, whatever is looked for."""
        if name not in self._by_name:
            self._by_name[name] = [file for file in self.values_files if name in self.repository.text(file)]
        return self._by_name[name]

    def manifests(self, document: Document) -> list[str]:
        """The tracked manifests (of a kustomization) that define a document's object."""
        if document not in self._by_document:
            self._by_document[document] = manifests_of(document, self.repository)
        return self._by_document[document]

    def origin(self, document: Document) -> Origin:
        """Where a document comes from."""
        if document not in self._origins:
            origin = origin_of(document, self.repository, self.releases)
            self._origins[document] = origin if self.told is None else replace(origin, values=self.told)
        return self._origins[document]

    def part(self, file: str) -> Part:
        """A whole file."""
        return Part(file, self.repository.lines(file))


def in_template(line: Line) -> bool:
    """Whether a line stands in a chart's template."""
    return "/templates/" in f"/{line.file}"
