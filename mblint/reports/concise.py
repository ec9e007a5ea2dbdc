"""One line a finding, for commit hooks and editors: place, level, rule, message."""

from __future__ import annotations

from mblint.findings.finding import Finding, Report
from mblint.reports.groups import grouped
from mblint.reports.printable import inert, printable
from mblint.reports.text import heading_place, place
from mblint.reports.volume import MOST, texts_within


def render(report: Report, group_by: str | None = None) -> str:
    """A line for each finding; empty where there is none."""
    shown = (_line(finding) for group in grouped(report.findings, group_by) for finding in group.findings)
    return "".join(texts_within(shown, MOST, "{} more findings are left out: this report would be too large\n"))


def _line(finding: Finding) -> str:
    message = printable(" ".join(finding.message.split()))
    return inert(f"{place(heading_place(finding))}: {finding.level}[{finding.rule.id}]: {message}") + "\n"
