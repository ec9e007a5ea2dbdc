"""`mblint diff` for people: what is newly wrong, what is mended, who calls whom now, what policies open and close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.findings.finding import Finding
from mblint.findings.review.rows import Review
from mblint.reports.printable import inert, printable
from mblint.reports.review_words import (
    call,
    connection,
    nothing_differs,
    numbers,
    outcome,
    worst_changes_first,
    worst_first,
)
from mblint.reports.style import Style
from mblint.reports.text import finding_text, heading_place, place
from mblint.reports.volume import MOST, texts_within

_SHOWN = 40  # lines of a section


def render(review: Review, style: Style) -> str:
    """New findings as lint shows them, then lists, then the numbers."""
    if nothing_differs(review):
        return "nothing differs\n"
    left_out = "{} more are left out: this report would be too large\n"
    return "".join(texts_within(_parts(review, style), MOST, left_out))


def _parts(review: Review, style: Style) -> Iterator[str]:
    if review.new:
        yield f"{style.strong(f'new findings: {len(review.new)}')}\n\n"
    for finding in review.new:
        yield f"{finding_text(finding, style)}\n"
    calls, connections = review.dependencies, review.connections
    yield _section("fixed", [_fixed(finding) for finding in review.fixed], style)
    yield _section("calls added", [f"{call(row)}: {row.verdict}" for row in worst_first(calls.added)], style)
    yield _section("calls gone", [f"{call(row)} (was {row.verdict})" for row in worst_first(calls.removed)], style)
    yield _section(
        "calls with another answer",
        [f"{call(one.now)}: {one.now.verdict}, was {one.was.verdict}" for one in worst_changes_first(calls.changed)],
        style,
    )
    yield _section("connections that policies open", [connection(row) for row in connections.added], style)
    yield _section("connections that policies close", [connection(row) for row in connections.removed], style)
    yield f"{'; '.join((*numbers(review), style.strong(outcome(review))))}\n"


def _fixed(finding: Finding) -> str:
    message = " ".join(finding.message.split())
    return f"{place(heading_place(finding))}: {finding.level}[{finding.rule.id}]: {message}"


def _section(title: str, rows: Sequence[str], style: Style) -> str:
    """A heading with the first rows; empty where there is none."""
    if not rows:
        return ""
    more = len(rows) - _SHOWN
    lines = [
        style.strong(f"{title}: {len(rows)}"),
        *(f"  {inert(printable(row))}" for row in rows[:_SHOWN]),
        *([style.faint(f"  and {more} more (--format json has all)")] if more > 0 else []),
        "",
    ]
    return "".join(f"{line}\n" for line in lines)
