"""Who calls whom, as a graph: every workload, what else their settings lead to, and each call.

Callers that are no workload, routes and webhooks and monitors, are nodes of it, too: see `callers_graph`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from mblint.cluster.objects import ObjectId, Workload
from mblint.facts.callers.called import Traced
from mblint.facts.callers.callers_graph import callers_graph
from mblint.facts.callers.dependencies import Found, dependencies, find
from mblint.facts.callers.graph import ELSEWHERE, OUTSIDE, CallGraph, Edge, Group, Node
from mblint.facts.callers.rows import Dependency
from mblint.facts.callers.ways import way_of_called
from mblint.facts.way.reach import Connection
from mblint.facts.way.steps.whole import Way, way
from mblint.facts.world import World


def call_graph(world: World) -> CallGraph:
    """The whole graph: the calls that the rules judge, grouped by who calls, host and port."""
    callers = callers_graph(world)
    found = (*_edges(world), *callers.edges)
    edges = tuple(sorted(found, key=lambda edge: (edge.source, edge.target, edge.host, edge.port or 0, edge.about)))
    nodes = {str(workload.id): _workload(workload) for workload in world.cluster.workloads}
    nodes |= {node.id: node for node in callers.nodes}
    clients: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.target not in nodes:
            clients[edge.target].append(edge)
    others = [_elsewhere(calls, {nodes[edge.source].group for edge in calls}) for calls in clients.values()]
    ordered = sorted((*nodes.values(), *others), key=lambda node: (node.group[0] == "", node.group, node.id))
    return CallGraph(tuple(ordered), edges)


def _workload(workload: Workload) -> Node:
    own = workload.id
    group = own.namespace, workload.release or own.namespace
    return Node(str(own), own.name, own.kind, own.namespace, group, workload.place)


def _elsewhere(calls: list[Edge], groups: set[Group]) -> Node:
    edge = calls[0]
    if edge.verdict in ("external", "external-denied"):
        return Node(edge.target, edge.host, "outside", None, OUTSIDE, None)
    kind = {"no-service": "no such Service", "no-pods": "no pods", "no-port": "no such port"}.get(
        edge.verdict, "unknown"
    )
    return Node(edge.target, edge.host, kind, None, next(iter(groups)) if len(groups) == 1 else ELSEWHERE, None)


def _edges(world: World) -> Iterator[Edge]:
    found = {_key(each.row): each for each in find(world)}
    rows = sorted(dependencies(world), key=_cause)
    for _, group in groupby(rows, key=_cause):
        same = list(group)
        yield _edge(same, found[_key(same[0])])


def _key(row: Dependency) -> tuple[ObjectId, str | None, str, str, int | None, str]:
    return (row.object, row.container, row.settings, row.host, row.port, row.protocol)


def _cause(row: Dependency) -> tuple[str, str, int, str, str]:
    return (row.client, row.host, row.port or 0, row.protocol, row.verdict)


def _edge(rows: list[Dependency], found: Found) -> Edge:
    row = rows[0]
    return Edge(
        source=row.client,
        target=target_of(row),
        host=row.host,
        port=row.port,
        pod_port=row.pod_port,
        protocol=row.protocol,
        verdict=row.verdict,
        settings=tuple(dict.fromkeys(each.settings for each in rows)),
        shared_by=tuple(dict.fromkeys(name for each in rows for name in each.shared_by)),
        place=row.place,
        about=row.about,
        facts=sum(each.linted for each in rows),
        origin=found,
    )


def target_of(row: Dependency) -> str:
    """The id of the node that a dependency leads to. Names are relative to a namespace where Services may have them."""
    if row.server is not None:
        return row.server
    if row.verdict in ("external", "external-denied") or "." in row.host:
        return f"host/{row.host}"
    return f"host/{row.object.namespace}/{row.host}"


def way_of(world: World, edge: Edge) -> Way | None:
    """The way of an edge; None where the host is the value of a Secret."""
    if isinstance(edge.origin, Traced):
        return way_of_called(world, edge.origin)
    destination, reached = edge.origin.destination, edge.origin.reached
    if destination.hidden and reached.service is None:
        return None
    call = Connection(destination.setting.workload, destination.port, edge.protocol, destination.assumed)
    return replace(way(world, destination.host, call, edge.origin.resolution, reached), port=edge.port)
