"""Where the engine and a plain reading of the same policies disagree: asked for every pair, port and protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.connections import AddressRange, connections
from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.ports import PortSet

from .random_clusters import ADDRESSES, PORTS, PROTOCOLS

Ports = list[tuple[str, int]]
EVERY_PORT: Ports = [(protocol, port) for protocol in PROTOCOLS for port in PORTS]
End = Workload | IPv4Address | IPv6Address
Graph = dict[tuple[Workload | AddressRange, Workload | AddressRange], PortSet]
SideAllows = Callable[[End, End, Direction, str, int], bool]  # judged side, its peer, direction, protocol, port


def disagreements(cluster: Cluster, side_allows: SideAllows, asked: Ports = EVERY_PORT) -> list[str]:
    """All connections to one of these ports that only one of the two lets through."""
    graph: Graph = {}
    for connection in connections(PolicyEngine(cluster)):
        key = connection.source, connection.target
        assert key not in graph, "one entry for each pair"
        assert connection.ports, "no empty connection"
        graph[key] = connection.ports
    found = []
    ends: list[End] = [*cluster.workloads, *(ip_address(text) for text in ADDRESSES)]
    for source in ends:
        for target in ends:
            if source is target or not (isinstance(source, Workload) or isinstance(target, Workload)):
                continue
            ports = _ports_between(graph, source, target)
            for protocol, port in asked:
                plain = side_allows(source, target, Direction.EGRESS, protocol, port) and side_allows(
                    target, source, Direction.INGRESS, protocol, port
                )
                if ports.has(port, protocol) != plain:
                    found.append(f"{source} -> {target} {protocol}/{port}")
    return found


def _ports_between(graph: Graph, source: End, target: End) -> PortSet:
    found = [ports for (one, other), ports in graph.items() if _is(one, source) and _is(other, target)]
    assert len(found) <= 1, "ranges of one direction do not overlap"
    return found[0] if found else PortSet()


def _is(end: Workload | AddressRange, wanted: End) -> bool:
    if isinstance(end, AddressRange):
        return not isinstance(wanted, Workload) and end.first <= int(wanted) <= end.last
    return end is wanted


def decisions(
    cluster: Cluster, asked: Ports = EVERY_PORT
) -> Iterator[tuple[Workload, Workload, Direction, str, int, Decision]]:
    """Every single answer between two workloads: judged side, its peer, direction, protocol, port, and what is said."""
    engine = PolicyEngine(cluster)
    for judged in cluster.workloads:
        for peer in cluster.workloads:
            if judged is not peer:
                for protocol, port in asked:
                    egress = engine.egress(judged, peer, port, protocol)
                    ingress = engine.ingress(judged, peer, port, protocol)
                    yield judged, peer, Direction.EGRESS, protocol, port, egress
                    yield judged, peer, Direction.INGRESS, protocol, port, ingress


def contradicts(decision: Decision, plain: bool) -> bool:
    """True for a certain answer that the plain reading does not give."""
    if decision.outcome is Outcome.ALLOWED:
        return not plain
    return plain and decision.outcome in (Outcome.DENIED, Outcome.ADDRESS_ONLY)
