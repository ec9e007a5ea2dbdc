"""Which calls come, go and change their verdict. Another way to the same answer (a new pod port) is no change."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.stable_names import stable_name
from mblint.facts.callers.edges import edges
from mblint.facts.callers.rows import Dependency
from mblint.findings.review.rows import Changed, Dependencies


def compared(old: Iterable[Dependency], new: Iterable[Dependency]) -> Dependencies:
    """The calls of two renders, each side by caller, host and port."""
    before, after = edges(old, stable_name), edges(new, stable_name)
    return Dependencies(
        added=_ordered(row for edge, row in after.items() if edge not in before),
        removed=_ordered(row for edge, row in before.items() if edge not in after),
        changed=tuple(
            sorted(
                (
                    Changed(before[edge], row)
                    for edge, row in after.items()
                    if edge in before and before[edge].verdict != row.verdict
                ),
                key=lambda one: _order(one.now),
            )
        ),
    )


def _ordered(rows: Iterable[Dependency]) -> tuple[Dependency, ...]:
    return tuple(sorted(rows, key=_order))


def _order(row: Dependency) -> tuple[str, str, int]:
    return row.client, row.host, row.port or 0
