"""What differs between two renders, in the words that text and Markdown share."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.facts.callers.rows import Dependency
from mblint.findings.review.rows import Allowed, Changed, Review
from mblint.reports.text import by_level, counted

_BAD_FIRST = ("egress-denied", "ingress-denied", "external-denied", "no-service", "no-port", "no-pods")


def nothing_differs(review: Review) -> bool:
    """True where there is not one difference."""
    return not any((*numbers(review), review.new, review.fixed))


def numbers(review: Review) -> tuple[str, ...]:
    """How much differs: objects, calls, connections; those of which nothing does are left out."""
    calls, connections, objects = review.dependencies, review.connections, review.objects
    found = (
        _sum("object", (objects.added, "added"), (objects.removed, "removed"), (objects.changed, "changed")),
        _sum(
            "dependency",
            (len(calls.added), "added"),
            (len(calls.removed), "gone"),
            (len(calls.changed), "with another answer"),
        ),
        _sum("connection", (len(connections.added), "opened"), (len(connections.removed), "closed")),
    )
    return tuple(part for part in found if part)


def outcome(review: Review) -> str:
    """`3 new errors, 8 new warnings, 2 fixed`."""
    new = ", ".join(part.replace(" ", " new ", 1) for part in by_level(review.new).split(", ") if part)
    parts = [new or "nothing new found", f"{len(review.fixed)} fixed" if review.fixed else ""]
    return ", ".join(part for part in parts if part)


def worst_first(rows: Sequence[Dependency]) -> list[Dependency]:
    """Calls that do not get there first."""
    return sorted(rows, key=lambda row: row.verdict not in _BAD_FIRST)


def worst_changes_first(rows: Sequence[Changed]) -> list[Changed]:
    """Calls that no longer get there first."""
    return sorted(rows, key=lambda one: one.now.verdict not in _BAD_FIRST)


def call(row: Dependency) -> str:
    """`default/Deployment/web calls db:5432 (default/StatefulSet/db)`."""
    port = "" if row.port is None else f":{row.port}"
    return f"{row.client} calls {row.host}{port}" + (f" ({row.server})" if row.server else "")


def connection(row: Allowed) -> str:
    """`default/Deployment/web → default/StatefulSet/db: TCP/5432`."""
    ports = row.ports.names()
    more = len(ports) - _PORTS_SHOWN
    shown = ", ".join(ports[:_PORTS_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{row.source} → {row.target}: {shown}"


_PORTS_SHOWN = 6


def _sum(noun: str, *parts: tuple[int, str]) -> str:
    said = [(number, word) for number, word in parts if number]
    if not said:
        return ""
    (first, word), *rest = said
    return ", ".join((f"{counted(first, noun)} {word}", *(f"{number} {other}" for number, other in rest)))
