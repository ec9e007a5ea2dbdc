"""A part of the graph as JSON, of the same shape as the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.connections import Connection, connections
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.services import members
from mblint.facts.callers.call_graph import target_of
from mblint.facts.callers.narrow import Scope, narrowed_rows, on_the_way
from mblint.facts.callers.rows import Dependency
from mblint.reports.graph_json import end_name, graph_pieces, nodes_of, service_value


def part_json(
    cluster: Cluster, engine: PolicyEngine, dependencies: Iterable[Dependency], scope: Scope
) -> Iterator[str]:
    """The part that a scope asks for, in pieces: each kind of edge narrowed by itself, and what is at their ends.

    Of what is denied nothing is a connection: these are shown between the nodes that are left.
    """
    rows = narrowed_rows(dependencies, scope)
    joined = set(scope.named) | {end for row in rows for end in (row.client, target_of(row))}
    found = list(connections(engine))
    fits = on_the_way([_ends(each) for each in found], scope)
    kept = [each for each in found if fits(_ends(each)) and (not scope.denied or joined.issuperset(_ends(each)))]
    joined.update(end for each in kept for end in _ends(each))
    services = [
        service_value(cluster, cluster.services[key])
        for key in sorted(cluster.services)
        if any(str(workload.id) in joined for workload in members(cluster, cluster.services[key]))
    ]
    return graph_pieces((node for node in nodes_of(cluster, engine) if node["id"] in joined), services, kept, rows)


def _ends(connection: Connection) -> tuple[str, str]:
    return end_name(connection.source), end_name(connection.target)
