"""The JSON report (schema: `schemas/report.schema.json`)."""

from __future__ import annotations

from mblint import __version__
from mblint.findings.finding import Finding, Report
from mblint.remedies.edits import as_json
from mblint.reports.values import Json, error_value, location_value, object_value, serialised

VERSION = 1


def render(report: Report) -> str:
    """The report as JSON, byte-identical for the same input."""
    return serialised(
        {
            "version": VERSION,
            "tool": {"name": "mblint", "version": __version__},
            "findings": [_finding(finding) for finding in report.findings],
            "errors": [error_value(error) for error in report.errors],
            "ignored": [
                {
                    "rule": one.rule,
                    "object": object_value(one.object),
                    "origin": one.origin,
                    "reason": one.reason,
                }
                for one in report.ignored
            ],
            "stats": {
                "objects": report.stats.objects,
                "skipped": report.stats.skipped,
                "dependencies": {},
                **report.stats.counts,
            },
        }
    )


def _finding(finding: Finding) -> dict[str, Json]:
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
