"""A part of the graph as JSON, of the same shape as the whole."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.engine.connections import Connection, connections
from mblint.cluster.services import members
from mblint.facts.callers.call_graph import target_of
from mblint.facts.callers.called import Traced
from mblint.facts.callers.dependencies import dependencies
from mblint.facts.callers.graph import CallGraph
from mblint.facts.callers.narrow import Scope, narrowed, narrowed_rows, on_the_way
from mblint.facts.world import World
from mblint.reports.graph_json import Parts, callers_of, end_name, graph_pieces, nodes_of, service_value


def part_json(world: World, graph: CallGraph, scope: Scope) -> Iterator[str]:
    """The part that a scope asks for, in pieces: each kind of edge narrowed by itself, and what is at their ends.

    Of what is denied nothing is a connection: these are shown between the nodes that are left, as where only some
    callers are asked for.
    """
    cluster = world.cluster
    part = narrowed(graph, scope)
    rows = narrowed_rows(dependencies(world), graph, scope)
    calls = [edge for edge in part.edges if isinstance(edge.origin, Traced)]
    joined = set(scope.named) | {end for row in rows for end in (row.client, target_of(row))}
    joined.update(end for edge in calls for end in (edge.source, edge.target))
    found = list(connections(world.engine))
    fits = on_the_way([_ends(each) for each in found], scope)
    some = scope.denied or scope.abouts is not None
    kept = [each for each in found if fits(_ends(each)) and (not some or joined.issuperset(_ends(each)))]
    joined.update(end for each in kept for end in _ends(each))
    services = [
        service_value(cluster, cluster.services[key])
        for key in sorted(cluster.services)
        if any(str(workload.id) in joined for workload in members(cluster, cluster.services[key]))
    ]
    nodes = (node for node in (*nodes_of(cluster, world.engine), *callers_of(graph)) if node["id"] in joined)
    return graph_pieces(cluster, Parts(nodes, services, kept, rows, calls))


def _ends(connection: Connection) -> tuple[str, str]:
    return end_name(connection.source), end_name(connection.target)
