"""Calls as edges of the graph: each caller, host and port once, whatever number of settings say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mblint.facts.callers.rows import Dependency

Edge = tuple[str, str, int | None]

# Where several containers or protocols of one caller differ, the edge is what the worst of them is.
_WORST_FIRST = (
    "egress-denied",
    "ingress-denied",
    "external-denied",
    "no-service",
    "no-port",
    "no-pods",
    "service-port-only",
    "address-only",
    "self",
    "unknown",
    "external",
    "allowed",
)
_RANK = {verdict: rank for rank, verdict in enumerate(_WORST_FIRST)}


def edges(rows: Iterable[Dependency], name: Callable[[str], str] = str) -> dict[Edge, Dependency]:
    """The rows by caller, host and port. `name`: what callers are known by."""
    found: dict[Edge, Dependency] = {}
    for row in rows:
        edge = (name(row.client), row.host, row.port)
        if edge not in found or _order(row) < _order(found[edge]):
            found[edge] = row
    return found


def _order(row: Dependency) -> tuple[int, str, int]:
    return _RANK[row.verdict], row.server or "", row.pod_port or 0
