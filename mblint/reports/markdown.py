"""Findings for a pull request or a job summary: at most 60 kB, what does not fit one screen folded."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.findings.finding import Finding, Report
from mblint.reports.groups import grouped
from mblint.reports.markup import LARGEST, code, fitting, folded, plain
from mblint.reports.text import by_level, counted, error_line, heading_place
from mblint.reports.unlooked import lines

_OPEN = 6  # findings that are not folded
_SUMS = 2_500  # bytes for headings, and for what was not judged


def render(report: Report, group_by: str | None = None) -> str:
    """A heading that sums up, what could not be read, the findings."""
    problems = counted(len(report.errors), "problem") + " with the input" if report.errors else ""
    said = ", ".join(part for part in (by_level(report.findings), problems) if part) or "nothing found"
    errors = fitting([f"- {plain(error_line(error))}\n" for error in report.errors], LARGEST // 6, "problem")
    room = LARGEST - _SUMS - len(errors.encode("utf-8", "backslashreplace"))
    ordered = [finding for group in grouped(report.findings, group_by or "level") for finding in group.findings]
    unlooked = "".join(f"{plain(line)}\n" for line in lines(report))[:_SUMS]
    parts = (f"### mblint: {said}\n", errors, findings_list(ordered, room), unlooked)
    return "\n".join(part for part in parts if part)


def findings_list(findings: Sequence[Finding], room: int) -> str:
    """The first findings, and the others folded; `room`: bytes."""
    items = [_item(finding) for finding in findings]
    first = fitting(items[:_OPEN], room // 2, "finding")
    left = room - len(first.encode("utf-8", "backslashreplace"))
    rest = fitting(items[_OPEN:], left, "finding")
    return "\n".join(part for part in (first, folded(counted(len(items) - _OPEN, "more finding"), rest)) if part)


def _item(finding: Finding) -> str:
    where = heading_place(finding)
    message = plain(" ".join(finding.message.split()))
    return f"- **{finding.level}** {code(finding.rule.id)} at {code(f'{where.file}:{where.line}')}<br>{message}\n"
