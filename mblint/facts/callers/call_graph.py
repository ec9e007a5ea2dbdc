"""Who calls whom, as a graph: every workload, what else their settings lead to, and each call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import ObjectId, Workload
from mblint.facts.callers.dependencies import Found, dependencies, find
from mblint.facts.callers.rows import Dependency
from mblint.facts.way.reach import Connection
from mblint.facts.way.steps.whole import Way, way
from mblint.facts.world import World
from mblint.manifests.documents import Place

Group = tuple[str, str]

OUTSIDE: Group = ("", "outside the cluster")
ELSEWHERE: Group = ("", "not in these manifests")


class Node(Struct, frozen=True):
    """A workload, or (`place` None) what a call leads to that is none: an outside host, a name that leads nowhere.

    `namespace` None: it is in none. `group`: what is shown together, as namespace and Helm release (without one, the
    namespace twice); a name that leads nowhere belongs to its clients, where these are of one group.
    """

    id: str
    name: str
    kind: str
    namespace: str | None
    group: Group
    place: Place | None


class Edge(Struct, frozen=True):
    """A client's calls to one host and port, by however many settings. `found`: what the first was made from."""

    source: str
    target: str
    host: str
    port: int | None
    pod_port: int | None
    protocol: str
    verdict: str
    settings: tuple[str, ...]
    shared_by: tuple[str, ...]
    place: Place
    found: Found


class CallGraph(Struct, frozen=True):
    """Nodes by group and id; edges in the order of their ends."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def part(self, nodes: Iterable[str], edges: Iterable[Edge]) -> CallGraph:
        """The given part of it, in its order; ends of edges belong to it."""
        kept = tuple(edges)
        known = set(nodes) | {end for edge in kept for end in (edge.source, edge.target)}
        return CallGraph(tuple(node for node in self.nodes if node.id in known), kept)


def call_graph(world: World) -> CallGraph:
    """The whole graph: the dependencies that the rules judge, grouped by client, host and port."""
    edges = tuple(sorted(_edges(world), key=lambda edge: (edge.source, edge.target, edge.host, edge.port or 0)))
    nodes = {str(workload.id): _workload(workload) for workload in world.cluster.workloads}
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
        found=found,
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
    destination, reached = edge.found.destination, edge.found.reached
    if destination.hidden and reached.service is None:
        return None
    call = Connection(destination.setting.workload, destination.port, edge.protocol, destination.assumed)
    return replace(way(world, destination.host, call, edge.found.resolution, reached), port=edge.port)
