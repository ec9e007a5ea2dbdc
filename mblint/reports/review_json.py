"""`mblint diff` as JSON (schema: `schemas/diff.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.facts.callers.rows import Dependency
from mblint.findings.finding import Finding
from mblint.findings.review.rows import Allowed, Changed, Review
from mblint.reports.graph_json import dependency_value
from mblint.reports.json import finding_value
from mblint.reports.values import Json, serialised
from mblint.reports.volume import MOST, within

VERSION = 1
_LISTS = 7  # which share the room of a report


def render(review: Review) -> str:
    """Everything that differs, byte-identical for the same inputs."""
    calls, connections, objects = review.dependencies, review.connections, review.objects
    value: dict[str, Json] = {
        "version": VERSION,
        "dependencies": {
            "added": _calls(calls.added),
            "removed": _calls(calls.removed),
            "changed": _listed(map(_changed, calls.changed)),
        },
        "connections": {"added": _allowed(connections.added), "removed": _allowed(connections.removed)},
        "findings": {"new": _findings(review.new), "fixed": _findings(review.fixed)},
        "objects": {"added": objects.added, "removed": objects.removed, "changed": objects.changed},
    }
    return serialised(value | ({"connections_cut": True} if connections.cut else {}))


def _listed(entries: Iterable[dict[str, Json]]) -> list[dict[str, Json]]:
    return within(entries, MOST // _LISTS)


def _calls(rows: Iterable[Dependency]) -> list[dict[str, Json]]:
    return _listed(_call(row) for row in rows)


def _call(row: Dependency) -> dict[str, Json]:
    return {**dependency_value(row)}


def _changed(one: Changed) -> dict[str, Json]:
    return {"was": _call(one.was), "is": _call(one.now)}


def _allowed(rows: Iterable[Allowed]) -> list[dict[str, Json]]:
    return _listed({"from": row.source, "to": row.target, "ports": row.ports.names()} for row in rows)


def _findings(findings: Iterable[Finding]) -> list[dict[str, Json]]:
    return _listed(map(finding_value, findings))
