"""The engine agrees with the naive reading of the same policies, for every pair, port and protocol."""

from __future__ import annotations

from hypothesis import given, settings

from mblint.cluster.cluster import Cluster
from mblint.cluster.connections import AddressRange, connections
from mblint.cluster.decision import Outcome
from mblint.cluster.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies import Direction
from mblint.cluster.ports import PortSet

from .naive import End, address, may_connect, side_allows
from .random_clusters import ADDRESSES, ADDRESSES_OF_VERSION_6, PORTS, PROTOCOLS, clusters

EXAMPLES = settings().max_examples  # 100, but where a profile says otherwise: benchmarks/mutation
_EVERY_PORT = [(protocol, port) for protocol in PROTOCOLS for port in PORTS]
Graph = dict[tuple[Workload | AddressRange, Workload | AddressRange], PortSet]


def _disagreements(cluster: Cluster) -> list[str]:
    graph: Graph = {}
    for connection in connections(PolicyEngine(cluster)):
        key = connection.source, connection.target
        assert key not in graph, "one entry for each pair"
        assert connection.ports, "no empty connection"
        graph[key] = connection.ports
    found = []
    outside = [address(text) for text in ADDRESSES]
    ends: list[End] = [*cluster.workloads, *outside]
    for source in ends:
        for target in ends:
            if source is target or not (isinstance(source, Workload) or isinstance(target, Workload)):
                continue
            ports = _ports_between(graph, source, target)
            found += [
                f"{source} -> {target} {protocol}/{port}"
                for protocol, port in _EVERY_PORT
                if ports.has(port, protocol) != may_connect(cluster, source, target, protocol, port)
            ]
    return found


def _ports_between(graph: Graph, source: End, target: End) -> PortSet:
    found = [ports for (one, other), ports in graph.items() if _is(one, source) and _is(other, target)]
    assert len(found) <= 1, "ranges of one direction do not overlap"
    return found[0] if found else PortSet()


def _is(end: Workload | AddressRange, wanted: End) -> bool:
    if isinstance(end, AddressRange):
        return not isinstance(wanted, Workload) and end.first <= int(wanted) <= end.last
    return end is wanted


@settings(max_examples=EXAMPLES * 3 // 2, deadline=None)
@given(clusters(admin=False))
def test_network_policies_mean_what_a_plain_reading_says(cluster: Cluster) -> None:
    assert _disagreements(cluster) == []


@settings(max_examples=EXAMPLES * 3 // 2, deadline=None)
@given(clusters(admin=True))
def test_admin_policies_mean_what_a_plain_reading_says(cluster: Cluster) -> None:
    assert _disagreements(cluster) == []


@settings(deadline=None)
@given(clusters(admin=True))
def test_single_answers_agree_with_the_plain_reading_where_they_are_certain(cluster: Cluster) -> None:
    engine = PolicyEngine(cluster)
    for client in cluster.workloads:
        for server in cluster.workloads:
            if client is server:
                continue
            for protocol, port in _EVERY_PORT:
                egress = engine.egress(client, server, port, protocol)
                ingress = engine.ingress(server, client, port, protocol)
                plain_egress = side_allows(cluster, client, server, Direction.EGRESS, protocol, port)
                plain_ingress = side_allows(cluster, server, client, Direction.INGRESS, protocol, port)
                for decision, plain in ((egress, plain_egress), (ingress, plain_ingress)):
                    if decision.outcome is Outcome.ALLOWED:
                        assert plain
                    if decision.outcome in (Outcome.DENIED, Outcome.ADDRESS_ONLY):
                        assert not plain


@settings(deadline=None)
@given(clusters(admin=True))
def test_outside_is_reachable_when_some_address_is(cluster: Cluster) -> None:
    engine = PolicyEngine(cluster)
    for client in cluster.workloads:
        for protocol, port in _EVERY_PORT:
            some = any(
                side_allows(cluster, client, address(text), Direction.EGRESS, protocol, port) for text in ADDRESSES
            )
            if some:
                assert engine.egress_outside(client, port, protocol).outcome is Outcome.ALLOWED


@settings(deadline=None)
@given(clusters(admin=True))
def test_addresses_of_version_6_mean_what_a_plain_reading_says(cluster: Cluster) -> None:
    engine = PolicyEngine(cluster)
    for workload in cluster.workloads:
        for direction in Direction:
            for text in ADDRESSES_OF_VERSION_6:
                ports = _ports_at(engine, workload, direction, text)
                for protocol, port in _EVERY_PORT:
                    plain = side_allows(cluster, workload, address(text), direction, protocol, port)
                    assert ports.has(port, protocol) == plain, f"{workload} {direction} {text} {protocol}/{port}"


def _ports_at(engine: PolicyEngine, workload: Workload, direction: Direction, text: str) -> PortSet:
    number, first = int(address(text)), len(engine.universe.workloads)
    (bit,) = (
        1 << bit
        for bit, cell in enumerate(engine.universe.cells, start=first)
        if cell.version == 6 and cell.first <= number <= cell.last
    )
    found = [ports for mask, ports in engine.reachable(workload, direction) if mask & bit]
    assert len(found) <= 1
    return found[0] if found else PortSet()
