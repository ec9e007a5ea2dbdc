"""The fleet as SARIF for GitHub code scanning: one run, with the worst of all findings that GitHub shows of one run."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from mblint import __version__
from mblint.fleet.causes import Causes
from mblint.fleet.reports.report import One, Totals
from mblint.fleet.result import FoundFinding, Row
from mblint.judge.rule import Rule
from mblint.reports.files import artifact_location
from mblint.reports.sarif import RESULT_LIMIT, SCHEMA, physical_location, rule_value
from mblint.reports.values import Json, serialised

_RELATED = 20  # places of one result
_ERRORS = 500  # notifications


class _Kept(Struct, frozen=True):
    """A result, ordered by how bad it is; of two alike that of the earlier environment is kept."""

    weight: int
    earlier: int
    finding: FoundFinding
    row: Row
    environment: str


class SarifReport:
    """Holds as many results as GitHub shows, however many there are. Written when all environments are in."""

    def __init__(self, rules: Sequence[Rule], category: str | None, root: Path) -> None:
        self._rules = rules
        self._category = category
        self._root = root
        self._worst: list[tuple[int, int, _Kept]] = []
        self._number = 0
        self._errors: list[Json] = []
        self._failed = False

    def begin(self) -> str:
        """Nothing."""
        return ""

    def environment(self, one: One) -> str:
        """Nothing yet."""
        for finding, row in zip(one.found.findings, one.linted.result.rows, strict=True):
            self._number += 1
            kept = _Kept(finding.weight, -self._number, finding, row, one.linted.name)
            push = heapq.heappushpop if len(self._worst) >= RESULT_LIMIT else _push
            push(self._worst, (kept.weight, kept.earlier, kept))
        for error in one.found.errors:
            self._failed = True
            if len(self._errors) < _ERRORS:
                place: dict[str, Json] = {"artifactLocation": artifact_location(error.location.file, self._root)}
                if error.location.line is not None:
                    place["region"] = {"startLine": error.location.line}
                self._errors.append(
                    {
                        "level": "error",
                        "message": {"text": f"{one.linted.name}: {error.message}"},
                        "locations": [{"physicalLocation": place}],
                    }
                )
        return ""

    def end(self, causes: Causes, totals: Totals) -> str:
        """All of it."""
        indices = {rule.id: index for index, rule in enumerate(self._rules)}
        shown = [kept for _, _, kept in sorted(self._worst, key=lambda entry: -entry[1])]
        notifications = list(self._errors)
        if len(shown) < self._number:
            text = f"{self._number} findings, of which the worst {RESULT_LIMIT} are listed. JSON lists all of them."
            notifications.append({"level": "warning", "message": {"text": text}})
        run: dict[str, Json] = {
            "tool": {
                "driver": {
                    "name": "mblint",
                    "semanticVersion": __version__,
                    "rules": [rule_value(rule) for rule in self._rules],
                }
            },
            "automationDetails": {"id": f"mblint/{self._category or 'fleet'}/"},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
            "invocations": [{"executionSuccessful": not self._failed, "toolExecutionNotifications": notifications}],
            "results": [self._result(kept, indices) for kept in shown],
        }
        return serialised({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})

    def _result(self, kept: _Kept, indices: Mapping[str, int]) -> dict[str, Json]:
        one = kept.finding
        text = "\n\n".join(part for part in (f"{kept.environment}: {one.message}", *one.notes, one.fix) if part)
        mark = sha256(f"{kept.environment}\0{one.fingerprint}".encode("utf-8", "surrogatepass")).hexdigest()
        related = zip(one.related, kept.row.related, strict=True)
        return {
            "ruleId": one.rule,
            "ruleIndex": indices[one.rule],
            "level": one.level,
            "message": {"text": text},
            "locations": [
                {
                    "physicalLocation": physical_location(kept.row.shown, self._root),
                    "logicalLocations": [
                        {"name": one.object.name, "fullyQualifiedName": str(one.object), "kind": "object"}
                    ],
                }
            ],
            "relatedLocations": [
                {
                    "id": number,
                    "message": {"text": row.message},
                    "physicalLocation": physical_location(place, self._root),
                }
                for number, (row, place) in enumerate(list(related)[:_RELATED])
            ],
            "partialFingerprints": {"primaryLocationLineHash": mark},
        }


def _push(heap: list[tuple[int, int, _Kept]], entry: tuple[int, int, _Kept]) -> None:
    heapq.heappush(heap, entry)
