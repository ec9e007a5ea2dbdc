"""Places findings in the user's repository, each at the best line that there is for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from mblint.findings.finding import Finding, How, Placed, RelatedLocation
from mblint.findings.placement.charts import best_line, document_in
from mblint.findings.placement.lines import Line, Part, equal_lines, key_lines, lines_by_keys, references, setting_lines
from mblint.findings.placement.origin import Origin, manifests_of, nearest, origin_of, values_files
from mblint.findings.placement.releases import Release, helmfiles, releases
from mblint.findings.placement.repository import Repository
from mblint.findings.placement.wanted import Wanted, rule_lines, wanted_at
from mblint.manifests.documents import Document, Location, Place

_CHART_FILES = ("Chart.yaml", "kustomization.yaml", "kustomization.yml")


def in_it(repository: Repository, files: Sequence[str]) -> tuple[str, ...]:
    """Files, as seen from the working directory, by their names in the repository; without those that are not in it."""
    return tuple(name for file in files if (name := repository.own_name(file)) is not None)


class Placing:
    """Places findings in one repository; what several of them need is looked up once.

    In this order: the line of a values file or template that sets the value, where exactly one does (else that of the
    policy's labels or ports); the chart template that Helm names; the file that was read, where it is tracked; the
    helmfile or chart file. None where there is none of them.
    """

    def __init__(self, repository: Repository, told: Sequence[str] | None = None) -> None:
        """`told`: the values files that a render was told to take, as the repository names them; no other counts."""
        self.repository = repository
        self._told = None if told is None else tuple(Part(file, repository.lines(file)) for file in told)
        self._origins: dict[Document, Origin] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_document: dict[Document, list[str]] = {}
        self._by_path: dict[tuple[str, int], dict[tuple[str, ...], list[Line]]] = {}

    def finding(self, finding: Finding) -> Finding:
        """The finding with its own place."""
        policies = [(row.place, said) for row in finding.related if (said := rule_lines(row.place))]
        settings = [finding.place, *(row.place for row in finding.related if wanted_at(row.place).setting)]
        place = self._own(finding.place, finding.location) or self._rendered(settings, finding.location, policies)
        return replace(finding, placed=place or self._project(finding.place.document))

    def related(self, finding: Finding) -> Finding:
        """The finding with the places of what is related to it, for formats that show those in the repository."""
        return replace(finding, related=tuple(self._related(row) for row in finding.related))

    def _related(self, row: RelatedLocation) -> RelatedLocation:
        return replace(row, placed=self._own(row.place, row.location) or self._rendered([row.place], row.location, ()))

    def _own(self, place: Place, location: Location) -> Placed | None:
        """A tracked file that is no render of Helm's is itself what its author writes."""
        return self._as_read(location) if place.document.source is None else None

    def _rendered(
        self, settings: Sequence[Place], location: Location, policies: Sequence[tuple[Place, Sequence[str]]]
    ) -> Placed | None:
        """`settings`: the value at fault, and the others of the same root cause."""
        line = self._first(settings) or self._policy(policies)
        if line is not None:
            return self._at(line, How.VALUES)
        line = self._template(settings[0].document, wanted_at(settings[0]))
        return self._at(line, How.TEMPLATE) if line is not None else self._as_read(location)

    # ------------------------------------------------------------ the line that sets it

    def _first(self, settings: Sequence[Place]) -> Line | None:
        """That of the value at fault. Where only its chart's template sets it, what a values file of the same app sets
        for the same reason is nearer to what is to be changed.
        """
        line = self._setting(settings[0].document, wanted_at(settings[0]))
        chart = self._origin(settings[0].document).chart
        if line is None or not _in_template(line):
            return line
        for place in settings[1:]:
            if self._origin(place.document).chart == chart:
                other = self._setting(place.document, wanted_at(place))
                if other is not None and not _in_template(other):
                    return other
        return line

    def _setting(self, document: Document, wanted: Wanted) -> Line | None:
        origin = self._origin(document)
        if wanted.setting is not None:
            for parts in self._searched(document, origin, wanted.setting):
                found = setting_lines(parts, wanted.setting, wanted.value)
                if found:
                    return self._taken_from(origin, found[0], None, ()) if len(found) == 1 else None
            return None
        if origin.template is None or not wanted.keys:
            return None
        return self._by_keys(origin, wanted.keys)

    def _searched(self, document: Document, origin: Origin, name: str) -> Iterable[Sequence[Part]]:
        """Groups of files that may set a name, those that outrank the others first."""
        yield origin.values
        if self._told is None and not any(part.end is None for part in origin.values):
            yield from ([self._part(file) for file in group] for group in nearest(self._naming(name), origin))
        if origin.template is not None:
            yield [self._part(origin.template)]
            inside = [file for file in self.repository.files if file.startswith(f"{origin.chart}/")]
            yield [self._part(file) for file in inside if file == f"{origin.chart}/values.yaml"]
            yield [self._part(file) for file in inside if "/templates/" in file]
        elif document.source is None:
            yield [self._part(file) for file in self._manifests(document)]

    def _by_keys(self, origin: Origin, keys: Sequence[str]) -> Line | None:
        """Through the template: the values that it takes in under the deepest of the keys that it names."""
        assert origin.template is not None
        part = document_in(self.repository, origin.template, origin.kind)
        for depth in range(len(keys), 0, -1):
            lines = key_lines(part, keys[depth - 1])
            if lines:
                return self._taken_from(origin, lines, keys[depth - 1], keys[depth:])
        return None

    def _taken_from(
        self, origin: Origin, lines: Line | Sequence[Line], key: str | None, below: Sequence[str]
    ) -> Line | None:
        """Where the one value that template lines take in is set. A line that takes in none, or several, is itself
        the place of what it names (`key` None), and of no part of it.
        """
        alone = lines if isinstance(lines, Line) else None
        if origin.chart is None or (alone is not None and not _in_template(alone)):
            return alone
        taken = references(self._said_by(lines) if isinstance(lines, Line) else lines, key)
        if len(taken) != 1:
            return alone
        path = (*taken.pop(), *below)
        defaults = [self._part(f"{origin.chart}/values.yaml")]
        for parts in (origin.values, defaults):
            for end in range(len(path), len(path) - len(below) - 1, -1):
                found = [line for part in parts for line in self._lines_at(part).get(path[:end], ())]
                if found:
                    return found[0] if len(found) == 1 else alone
        return alone

    def _lines_at(self, part: Part) -> dict[tuple[str, ...], list[Line]]:
        key = (part.file, part.first)
        if key not in self._by_path:
            self._by_path[key] = lines_by_keys(part)
        return self._by_path[key]

    def _said_by(self, line: Line) -> list[Line]:
        """A line, and the `value:` of the entry whose name it is."""
        following = self.repository.lines(line.file)[line.number : line.number + 1]
        is_value = bool(following) and following[0].lstrip().startswith("value:")
        return [line, Line(line.file, line.number + 1, following[0])] if is_value else [line]

    def _policy(self, policies: Sequence[tuple[Place, Sequence[str]]]) -> Line | None:
        for place, said in policies:
            origin = self._origin(place.document)
            for text in said:
                for parts in (origin.values, [self._part(origin.template)] if origin.template else ()):
                    found = equal_lines(parts, text)
                    if len(found) == 1:
                        return found[0]
        return None

    # ------------------------------------------------------------ else

    def _template(self, document: Document, wanted: Wanted) -> Line | None:
        template = self._origin(document).template
        if template is None and document.source is None:
            manifests = self._manifests(document)
            template = manifests[0] if len(manifests) == 1 else None
        if template is None:
            return None
        return best_line(document_in(self.repository, template, self._origin(document).kind), wanted.keys)

    def _as_read(self, location: Location) -> Placed | None:
        return None if self.repository.own_name(location.file) is None else Placed(location, How.READ)

    def _project(self, document: Document) -> Placed | None:
        release = self._origin(document).helmfile
        if release is not None:
            return self._at(self._line(release.helmfile, release.first), How.PROJECT)
        files = helmfiles(self.repository) or [
            file for name in _CHART_FILES for file in sorted(self.repository.ending_in(name), key=_depth)
        ]
        return self._at(self._line(files[0], 1), How.PROJECT) if files else None

    # ------------------------------------------------------------ looked up once

    @cached_property
    def _releases(self) -> list[Release]:
        return releases(self.repository)

    @cached_property
    def _values_files(self) -> list[str]:
        return values_files(self.repository)

    def _naming(self, name: str) -> list[str]:
        """The values files in which a name stands at all: of thousands of files few, whatever is looked for."""
        if name not in self._by_name:
            self._by_name[name] = [file for file in self._values_files if name in self.repository.text(file)]
        return self._by_name[name]

    def _manifests(self, document: Document) -> list[str]:
        if document not in self._by_document:
            self._by_document[document] = manifests_of(document, self.repository)
        return self._by_document[document]

    def _origin(self, document: Document) -> Origin:
        if document not in self._origins:
            origin = origin_of(document, self.repository, self._releases)
            self._origins[document] = origin if self._told is None else replace(origin, values=self._told)
        return self._origins[document]

    def _part(self, file: str) -> Part:
        return Part(file, self.repository.lines(file))

    def _line(self, file: str, number: int) -> Line:
        return Line(file, number, self.repository.lines(file)[number - 1])

    def _at(self, line: Line, how: How) -> Placed:
        """The text of a line, from its first character to behind its last, in a file as seen from here."""
        start = len(line.text) - len(line.text.lstrip()) + 1
        end = max(start + 1, len(line.text.rstrip()) + 1)
        file = os.path.relpath(self.repository.root / line.file, Path.cwd())
        return Placed(Location(file, line.number, start, line.number, end, None), how)


def _in_template(line: Line) -> bool:
    return "/templates/" in f"/{line.file}"


def _depth(file: str) -> tuple[int, str]:
    return file.count("/"), file
