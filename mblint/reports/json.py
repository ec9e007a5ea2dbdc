"""The JSON report (schema: `schemas/report.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator

from mblint import __version__
from mblint.findings.finding import Finding, Report
from mblint.manifests.documents import InputError
from mblint.remedies.edits import as_json
from mblint.reports.unlooked import left_out_value, skipped_value
from mblint.reports.values import Json, error_value, location_value, object_value, serialised
from mblint.reports.volume import MOST, within

VERSION = 1


def render(report: Report) -> str:
    """The report as JSON, byte-identical for the same input."""
    return serialised({"version": VERSION, "tool": {"name": "mblint", "version": __version__}, **report_value(report)})


def report_value(report: Report) -> dict[str, Json]:
    """What the report says, without who says it."""
    findings = within((finding_value(finding) for finding in report.findings), MOST)
    missing = len(report.findings) - len(findings)
    return {
        "findings": findings,
        "errors": [error_value(error) for error in (*report.errors, *_cut(missing))],
        "ignored": [
            {
                "rule": one.rule,
                "object": object_value(one.object),
                "origin": one.origin,
                "reason": one.reason,
            }
            for one in report.ignored
        ],
        "left_out": [left_out_value(one) for one in report.left_out],
        "skipped": [skipped_value(one) for one in report.skipped],
        "stats": {
            "objects": report.stats.objects,
            "skipped": report.stats.skipped,
            "unknown": [{"reason": reason, "count": count} for reason, count in report.stats.unknown],
            "dependencies": {},
            **report.stats.counts,
        },
    }


def _cut(missing: int) -> Iterator[InputError]:
    if missing:
        yield InputError("-", None, None, f"{missing} more findings are left out: this report would be too large")


def finding_value(finding: Finding) -> dict[str, Json]:
    """A finding of the JSON report."""
    return {
        "rule": finding.rule.id,
        "level": str(finding.level),
        "message": finding.message,
        "notes": finding.notes,
        "fix": finding.fix,
        "object": object_value(finding.object, finding.container),
        "location": location_value(finding.location),
        "related": [
            {
                "message": related.message,
                "location": location_value(related.location),
                "object": None if related.object is None else object_value(related.object),
            }
            for related in finding.related
        ],
        "facts": finding.facts,
        "edits": [as_json(edit) for edit in finding.edits],
        "fingerprint": finding.fingerprint,
    }
