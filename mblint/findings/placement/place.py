"""Places findings in the user's repository, each at the best line that there is for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from mblint.findings.finding import Finding, How, Placed, RelatedLocation
from mblint.findings.placement.charts import best_line, document_in
from mblint.findings.placement.lines import Line, equal_lines
from mblint.findings.placement.releases import helmfiles
from mblint.findings.placement.repository import Repository
from mblint.findings.placement.setting_line import SettingLines, in_template
from mblint.findings.placement.wanted import Wanted, rule_lines, wanted_at
from mblint.manifests.documents import Document, Location, Place
from mblint.manifests.locate import locate

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
        self.lines = SettingLines(repository, told)

    def finding(self, finding: Finding) -> Finding:
        """The finding with its own place."""
        place = self.spot(finding.place, [row.place for row in finding.related], finding.location)
        return replace(finding, placed=place or self._project(finding.place.document))

    def spot(self, place: Place, related: Sequence[Place], location: Location | None = None) -> Placed | None:
        """The line that sets a value, or that made it. `related`: other places of the same root cause."""
        where = locate(place) if location is None else location
        policies = [(row, said) for row in related if (said := rule_lines(row))]
        settings = [place, *(row for row in related if wanted_at(row).setting)]
        return self._own(place, where) or self._rendered(settings, where, policies)

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
            return self.at(line, How.VALUES)
        line = self._template(settings[0].document, wanted_at(settings[0]))
        return self.at(line, How.TEMPLATE) if line is not None else self._as_read(location)

    # ------------------------------------------------------------ the line that sets it

    def _first(self, settings: Sequence[Place]) -> Line | None:
        """That of the value at fault. Where only its chart's template sets it, what a values file of the same app sets
        for the same reason is nearer to what is to be changed.
        """
        line = self.lines.setting(settings[0].document, wanted_at(settings[0]))
        chart = self.lines.origin(settings[0].document).chart
        if line is None or not in_template(line):
            return line
        for place in settings[1:]:
            if self.lines.origin(place.document).chart == chart:
                other = self.lines.setting(place.document, wanted_at(place))
                if other is not None and not in_template(other):
                    return other
        return line

    def _policy(self, policies: Sequence[tuple[Place, Sequence[str]]]) -> Line | None:
        for place, said in policies:
            origin = self.lines.origin(place.document)
            for text in said:
                for parts in (origin.values, [self.lines.part(origin.template)] if origin.template else ()):
                    found = equal_lines(parts, text)
                    if len(found) == 1:
                        return found[0]
        return None

    # ------------------------------------------------------------ else

    def _template(self, document: Document, wanted: Wanted) -> Line | None:
        template = self.lines.origin(document).template
        if template is None and document.source is None and self.lines.may_come_from_here(document):
            manifests = self.lines.manifests(document)
            template = manifests[0] if len(manifests) == 1 else None
        if template is None:
            return None
        return best_line(document_in(self.repository, template, self.lines.origin(document).kind), wanted.keys)

    def _as_read(self, location: Location) -> Placed | None:
        return None if self.repository.own_name(location.file) is None else Placed(location, How.READ)

    def _project(self, document: Document) -> Placed | None:
        release = self.lines.origin(document).helmfile
        if release is not None:
            return self.at(self._line(release.helmfile, release.first), How.PROJECT)
        files = helmfiles(self.repository) or [
            file for name in _CHART_FILES for file in sorted(self.repository.ending_in(name), key=_depth)
        ]
        return self.at(self._line(files[0], 1), How.PROJECT) if files else None

    def _line(self, file: str, number: int) -> Line:
        return Line(file, number, self.repository.lines(file)[number - 1])

    def at(self, line: Line, how: How) -> Placed:
        """The text of a line, from its first character to behind its last, in a file as seen from here."""
        start = len(line.text) - len(line.text.lstrip()) + 1
        end = max(start + 1, len(line.text.rstrip()) + 1)
        file = os.path.relpath(self.repository.root / line.file, Path.cwd())
        return Placed(Location(file, line.number, start, line.number, end, None), how)


def _depth(file: str) -> tuple[int, str]:
    return file.count("/"), file
