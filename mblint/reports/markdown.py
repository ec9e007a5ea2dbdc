"""Findings for a pull request or a job summary: at most 60 kB, what does not fit one screen folded."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.findings.finding import Finding, Report
from mblint.reports.markup import LARGEST, code, fitting, folded, plain
from mblint.reports.text import by_level, counted, error_line, heading_place

_OPEN = 6  # findings that are not folded
_SUMS = 2_000  # bytes for headings


def render(report: Report) -> str:
    """A heading that sums up, what could not be read, the findings."""
    problems = counted(len(report.errors), "problem") + " with the input" if report.errors else ""
    said = ", ".join(part for part in (by_level(report.findings), problems) if part) or "nothing found"
    errors = fitting([f"- {plain(error_line(error))}\n" for error in report.errors], LARGEST // 6, "problem")
    room = LARGEST - _SUMS - len(errors.encode("utf-8", "backslashreplace"))
    parts = (f"### mblint: {said}\n", errors, findings_list(report.findings, room))
    return "\n".join(part for part in parts if part)


def findings_list(findings: Sequence[Finding], room: int) -> str:
    """The worst findings, and the others folded; `room`: bytes."""
    items = [_item(finding) for finding in sorted(findings, key=lambda finding: -finding.level)]
    first = fitting(items[:_OPEN], room // 2, "finding")
    left = room - len(first.encode("utf-8", "backslashreplace"))
    rest = fitting(items[_OPEN:], left, "finding")
    return "\n".join(part for part in (first, folded(counted(len(items) - _OPEN, "more finding"), rest)) if part)


def _item(finding: Finding) -> str:
    where = heading_place(finding)
    message = plain(" ".join(finding.message.split()))
    return f"- **{finding.level}** {code(finding.rule.id)} at {code(f'{where.file}:{where.line}')}<br>{message}\n"
