"""`mblint diff` for a pull request or a job summary: at most 60 kB, one screen, the rest folded."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.findings.review.rows import Review
from mblint.reports.markdown import findings_list
from mblint.reports.markup import LARGEST, code, fitting, folded, plain
from mblint.reports.review_words import (
    call,
    connection,
    nothing_differs,
    numbers,
    outcome,
    worst_changes_first,
    worst_first,
)
from mblint.reports.text import heading_place

_FOR_FINDINGS = 26_000  # bytes of the whole; the lists share the rest
_SUMS = 2_000
_LISTS = 6


def render(review: Review) -> str:
    """A heading that sums up, new findings, and folded lists of what else differs."""
    if nothing_differs(review):
        return "### mblint: nothing differs\n"
    calls, connections = review.dependencies, review.connections
    lists = (
        ("fixed", [f"{one.rule.id} at {heading_place(one).file}: {one.message}" for one in review.fixed]),
        (
            "calls with another answer",
            [
                f"{call(one.now)}: {one.now.verdict}, was {one.was.verdict}"
                for one in worst_changes_first(calls.changed)
            ],
        ),
        ("calls added", [f"{call(row)}: {row.verdict}" for row in worst_first(calls.added)]),
        ("calls gone", [f"{call(row)} (was {row.verdict})" for row in worst_first(calls.removed)]),
        ("connections that policies open", [connection(row) for row in connections.added]),
        ("connections that policies close", [connection(row) for row in connections.removed]),
    )
    parts = [
        f"### mblint: {outcome(review)}\n",
        f"{plain('; '.join(numbers(review)))}\n" if numbers(review) else "",
        findings_list(sorted(review.new, key=lambda one: -one.level), _FOR_FINDINGS),
        *(_list(title, rows) for title, rows in lists),
    ]
    return "\n".join(part for part in parts if part)


def _list(title: str, rows: Sequence[str]) -> str:
    room = (LARGEST - _FOR_FINDINGS - _SUMS) // _LISTS
    items = [f"- {code(' '.join(row.split()))}\n" for row in rows]
    return folded(f"{title}: {len(rows)}", fitting(items, room, "line")) if rows else ""
