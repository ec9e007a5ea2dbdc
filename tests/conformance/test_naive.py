"""The engine agrees with the naive reading of the same policies, for every pair, port and protocol."""

from __future__ import annotations

from functools import partial

from hypothesis import given, settings

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.decision import Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.ports import PortSet

from .agreement import EVERY_PORT, SideAllows, contradicts, decisions, disagreements
from .naive import address, side_allows
from .random_clusters import ADDRESSES, ADDRESSES_OF_VERSION_6, clusters

EXAMPLES = settings().max_examples  # 100, but where a profile says otherwise: benchmarks/mutation


def _plain(cluster: Cluster) -> SideAllows:
    return partial(side_allows, cluster)


@settings(max_examples=EXAMPLES * 3 // 2, deadline=None)
@given(clusters(admin=False))
def test_network_policies_mean_what_a_plain_reading_says(cluster: Cluster) -> None:
    assert disagreements(cluster, _plain(cluster)) == []


@settings(max_examples=EXAMPLES * 3 // 2, deadline=None)
@given(clusters(admin=True))
def test_admin_policies_mean_what_a_plain_reading_says(cluster: Cluster) -> None:
    assert disagreements(cluster, _plain(cluster)) == []


@settings(deadline=None)
@given(clusters(admin=True))
def test_single_answers_agree_with_the_plain_reading_where_they_are_certain(cluster: Cluster) -> None:
    for judged, peer, direction, protocol, port, decision in decisions(cluster):
        plain = side_allows(cluster, judged, peer, direction, protocol, port)
        assert not contradicts(decision, plain), f"{judged} {direction} {peer} {protocol}/{port}"


@settings(deadline=None)
@given(clusters(admin=True))
def test_outside_is_reachable_when_some_address_is(cluster: Cluster) -> None:
    engine = PolicyEngine(cluster)
    for client in cluster.workloads:
        for protocol, port in EVERY_PORT:
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
                for protocol, port in EVERY_PORT:
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
