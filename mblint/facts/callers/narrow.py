"""Parts of the graph: what lies on the ways between some nodes, what is denied."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from mblint.cluster.by_name import workloads_named
from mblint.cluster.cluster import Cluster
from mblint.cluster.services import members
from mblint.facts.callers.call_graph import target_of
from mblint.facts.callers.graph import CallGraph, Edge, Node
from mblint.facts.callers.questions import Pair, after, before, directed
from mblint.facts.callers.rows import Dependency

DENIED = frozenset(("egress-denied", "ingress-denied", "external-denied"))


class Scope(Struct, frozen=True):
    """What is asked for. `starts`, `ends`: ids of nodes; None: any. `denied`: only calls that are; `abouts`: only those
    of these kinds; None: of every kind.
    """

    starts: frozenset[str] | None = None
    ends: frozenset[str] | None = None
    denied: bool = False
    abouts: frozenset[str] | None = None

    @property
    def named(self) -> frozenset[str]:
        """The nodes that it names: these are shown even if nothing leads to them."""
        return (self.starts or frozenset()) | (self.ends or frozenset())


def nodes_named(graph: CallGraph, cluster: Cluster, name: str) -> frozenset[str]:
    """The ids that a name means: workloads, else those behind a Service (`name`, `ns/name`), else hosts, else none."""
    named = {str(workload.id) for workload in workloads_named(cluster, name)}
    behind = {
        str(workload.id)
        for (namespace, service), each in cluster.services.items()
        if name in (service, f"{namespace}/{service}")
        for workload in members(cluster, each)
    }
    others = {node.id for node in graph.nodes if (node.place is None and node.name == name) or _is_caller(node, name)}
    return frozenset(named or behind or others)


def _is_caller(node: Node, name: str) -> bool:
    """Whether `[ns/][Kind/]name` means a route, a webhook or a monitor."""
    *before, last = name.lower().split("/")
    known = {node.kind.lower(), (node.namespace or "").lower(), node.id.split("/")[1].lower() if node.caller else ""}
    return node.caller and node.name.lower() == last and known.issuperset(before)


def narrowed(graph: CallGraph, scope: Scope) -> CallGraph:
    """What is left of a graph. Without a scope everything, else the edges that fit, and the nodes that they join."""
    if scope == Scope():
        return graph
    fits = on_the_way([(edge.source, edge.target) for edge in graph.edges], scope)
    edges = [edge for edge in graph.edges if fits((edge.source, edge.target)) and _wanted(edge, scope)]
    return graph.part(scope.named, edges)


def narrowed_rows(rows: Iterable[Dependency], graph: CallGraph, scope: Scope) -> list[Dependency]:
    """The same for dependencies, in their order; ways lead through all calls of the graph."""
    fits = on_the_way([(edge.source, edge.target) for edge in graph.edges], scope)
    return [row for row in rows if fits((row.client, target_of(row))) and _wanted(row, scope)]


def on_the_way(pairs: Iterable[Pair], scope: Scope) -> Callable[[Pair], bool]:
    """Tells of a pair whether it lies on a way from a start to an end."""
    if scope.starts is None and scope.ends is None:
        return lambda _: True
    graph = directed(scope.named, pairs)
    reached = set(graph) if scope.starts is None else after(graph, scope.starts)
    reaching = set(graph) if scope.ends is None else before(graph, scope.ends)
    return lambda pair: pair[0] in reached and pair[1] in reaching


def _wanted(call: Edge | Dependency, scope: Scope) -> bool:
    known = scope.abouts is None or call.about in scope.abouts
    return known and (not scope.denied or call.verdict in DENIED)
