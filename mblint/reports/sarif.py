"""SARIF 2.1.0 (OASIS), within what GitHub code scanning takes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mblint import __version__
from mblint.cluster.objects import ObjectId
from mblint.findings.finding import Finding, RelatedLocation, Report
from mblint.judge.rule import Level, Rule
from mblint.manifests.documents import InputError, Location
from mblint.reports import unlooked
from mblint.reports.files import SOURCE_ROOT, artifact_location
from mblint.reports.same_line import one_for_each_line
from mblint.reports.sarif_fixes import Fixes
from mblint.reports.values import Json, serialised
from mblint.reports.volume import MOST, within

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"  # as GitHub's documentation names it
RESULT_LIMIT = 5000  # GitHub shows no more of one run
_TAG_LIMIT = 10  # GitHub shows no more, and refuses a rule with more than 20
_DESCRIPTION_LIMIT = 1024  # characters; GitHub cuts there
_LOCATION_LIMIT = 100  # further places of a result; GitHub refuses one with more than 1000
_SEVERITIES = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}


def render(report: Report, category: str | None, root: Path) -> str:
    """The report as SARIF.

    `category` keeps the results of several renders of one repository apart; `root` is the directory of that repository,
    which files below it are given relative to.
    """
    indices = {rule.id: index for index, rule in enumerate(report.rules)}
    shown = _worst(one_for_each_line(report.findings))
    fixes = Fixes(root)
    results = within((_result(finding, indices, root) | fixes.of(finding) for finding in shown), MOST)
    notifications = [_notification(error, root) for error in report.errors]
    notifications += [_unlooked(*one, root) for one in unlooked.notifications(report)][:RESULT_LIMIT]
    if len(results) < len(shown) or len(shown) == RESULT_LIMIT < len(report.findings):
        notifications.append(_cut(len(report.findings), len(results)))
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "mblint",
                "semanticVersion": __version__,
                "rules": [rule_value(rule) for rule in report.rules],
            }
        },
        "automationDetails": {"id": f"mblint/{category}/" if category else "mblint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {SOURCE_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": not report.errors, "toolExecutionNotifications": notifications}],
        "results": [
            result | {"partialFingerprints": {"primaryLocationLineHash": mark}}
            for result, mark in zip(results, _marks(shown), strict=False)
        ],
    }
    return serialised({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _marks(findings: Iterable[Finding]) -> Iterator[str]:
    """The fingerprints; GitHub takes results of one fingerprint for one, so a second (Jobs that differ by a number at
    the end of their names) is counted.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.fingerprint] += 1
        number = seen[finding.fingerprint]
        yield finding.fingerprint if number == 1 else f"{finding.fingerprint}:{number}"


def _worst(findings: Sequence[Finding]) -> Sequence[Finding]:
    if len(findings) <= RESULT_LIMIT:
        return findings
    return sorted(findings, key=lambda finding: -finding.level)[:RESULT_LIMIT]


def rule_value(rule: Rule) -> dict[str, Json]:
    """What GitHub shows of a rule."""
    level = max((rule.levels.get(line.level, line.level) or Level.NOTE for line in rule.judge if line.level), default=1)
    see = "".join(f"\n- <{link}>" for link in rule.see)
    described: dict[str, Json] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": _cut_at_sentence(rule.title)},
        "fullDescription": {"text": _cut_at_sentence(rule.why or rule.title)},
        "help": {
            "text": "\n\n".join((rule.title, rule.why, _more(rule), *rule.see)),
            "markdown": f"**{rule.title}**\n\n{rule.why}\n\n{_more(rule)}\n{see}\n",
        },
        "defaultConfiguration": {"level": str(Level(level))},
        "properties": {
            "precision": rule.precision,
            "problem.severity": _SEVERITIES[Level(level)],
            "tags": rule.tags[:_TAG_LIMIT],
        },
    }
    return described | ({"helpUri": rule.see[0]} if rule.see else {})


def _more(rule: Rule) -> str:
    return (
        f"`mblint explain {rule.id}` shows examples. Where it is meant to be so, the annotation "
        f'`mblint.dev/ignore.{rule.id}: "the reason"` on the object takes the alert away.'
    )


def _cut_at_sentence(text: str) -> str:
    if len(text) <= _DESCRIPTION_LIMIT:
        return text
    kept = text[:_DESCRIPTION_LIMIT]
    return kept[: kept.rfind(". ") + 1] or kept


def _result(finding: Finding, indices: Mapping[str, int], root: Path) -> dict[str, Json]:
    location = finding.shown_at
    text = "\n\n".join(part for part in (finding.message, *finding.notes, finding.fix) if part)
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": indices[finding.rule.id],
        "level": str(finding.level),
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": physical_location(location, root),
                "logicalLocations": [_logical(finding.object, finding.container)],
            }
        ],
        "relatedLocations": [_related(number, row, root) for number, row in enumerate(_shown(finding))],
    }


def _shown(finding: Finding) -> Sequence[RelatedLocation]:
    """The other places. Of a finding that stands in the repository only those that stand there too."""
    shown = [row for row in finding.related if finding.placed is None or row.placed is not None]
    return shown[:_LOCATION_LIMIT]


def _related(number: int, related: RelatedLocation, root: Path) -> dict[str, Json]:
    value: dict[str, Json] = {
        "id": number,
        "message": {"text": related.message},
        "physicalLocation": physical_location(related.shown_at, root),
    }
    return value | ({"logicalLocations": [_logical(related.object, None)]} if related.object else {})


def _logical(object_id: ObjectId, container: str | None) -> dict[str, Json]:
    name = f"{object_id}/{container}" if container else str(object_id)
    return {"name": container or object_id.name, "fullyQualifiedName": name, "kind": "object"}


def physical_location(location: Location, root: Path) -> dict[str, Json]:
    """A place, in a file below `root` where it is there."""
    return {
        "artifactLocation": artifact_location(location.file, root),
        "region": {
            "startLine": location.line,
            "startColumn": location.column,
            "endLine": location.end_line,
            "endColumn": location.end_column,
        },
    }


def _notification(error: InputError, root: Path) -> dict[str, Json]:
    physical: dict[str, Json] = {"artifactLocation": artifact_location(error.file, root)}
    if error.line is not None:
        region: dict[str, Json] = {"startLine": error.line}
        physical["region"] = region if error.column is None else region | {"startColumn": error.column}
    return {
        "level": "error",
        "message": {"text": error.message},
        "locations": [{"physicalLocation": physical}],
    }


def _unlooked(text: str, file: str, line: int | None, root: Path) -> dict[str, Json]:
    """What was not judged; the run is none the worse for it."""
    return _notification(InputError(file, line, None, text), root) | {"level": "note"}


def _cut(found: int, listed: int) -> dict[str, Json]:
    which = "the worst" if listed == RESULT_LIMIT else "as many as there is room for,"
    text = f"{found} findings, of which {which} {listed} are listed. The other formats list all of them."
    return {"level": "warning", "message": {"text": text}}
