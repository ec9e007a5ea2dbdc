"""Two linted renders side by side."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.facts.callers.dependencies import dependencies
from mblint.facts.world import World
from mblint.findings.finding import Finding, Report
from mblint.findings.review import connections, objects
from mblint.findings.review import dependencies as calls
from mblint.findings.review.rows import Review


def reviewed(old: World, found_in_old: Report, new: World, found_in_new: Report) -> Review:
    """What differs. Findings are the same where their root cause is, wherever they stand."""
    return Review(
        dependencies=calls.compared(dependencies(old), dependencies(new)),
        connections=connections.compared(old.engine, new.engine),
        new=_beyond(found_in_new.findings, found_in_old.findings),
        fixed=_beyond(found_in_old.findings, found_in_new.findings),
        objects=objects.compared(old.cluster, new.cluster),
    )


def _beyond(findings: Sequence[Finding], known: Sequence[Finding]) -> tuple[Finding, ...]:
    causes = {finding.cause for finding in known}
    return tuple(finding for finding in findings if finding.cause not in causes)
