"""Every connection that policies allow, between workloads and with outside addresses, to the letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address

from msgspec import Struct

from mblint.cluster.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies import Direction
from mblint.cluster.ports import EMPTY, PortSet
from mblint.cluster.reachable import Partition
from mblint.cluster.universe import Mask, bits


class AddressRange(Struct, frozen=True):
    """Outside IPv4 addresses, both ends inclusive, that no policy tells apart in one direction."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"ip/{IPv4Address(self.first)}-{IPv4Address(self.last)}"


class Connection(Struct, frozen=True):
    """Who may connect to whom, on which pod ports."""

    source: Workload | AddressRange
    target: Workload | AddressRange
    ports: PortSet


def connections(engine: PolicyEngine) -> Iterator[Connection]:
    """All of them, by source in the order of identifiers: workloads to workloads, to addresses, from addresses.

    A workload and itself are left out. Address ranges are cut wherever a policy of that direction names a boundary,
    so that ranges of one direction never overlap.
    """
    ordered = sorted(range(len(engine.universe.workloads)), key=lambda number: engine.universe.workloads[number].id)
    servers = _by_ingress(engine)
    to_outside = address_ranges(engine, Direction.EGRESS)
    for number in ordered:
        client = engine.universe.workloads[number]
        egress = engine.reachable(client, Direction.EGRESS)
        allowed = _allowed(egress, 1 << number, servers)
        for other in ordered:
            if other in allowed:
                yield Connection(client, engine.universe.workloads[other], allowed[other])
        for addresses, ports in _outside(egress, to_outside):
            yield Connection(client, addresses, ports)
    from_outside = address_ranges(engine, Direction.INGRESS)
    for number in ordered:
        server = engine.universe.workloads[number]
        for addresses, ports in _outside(engine.reachable(server, Direction.INGRESS), from_outside):
            yield Connection(addresses, server, ports)


Servers = list[tuple[Partition, Mask]]


def _by_ingress(engine: PolicyEngine) -> Servers:
    """Workloads that the same policies protect are looked at together."""
    grouped: dict[int, tuple[Partition, Mask]] = {}
    for number, workload in enumerate(engine.universe.workloads):
        partition = engine.reachable(workload, Direction.INGRESS)
        _, mask = grouped.get(id(partition), (partition, 0))
        grouped[id(partition)] = partition, mask | 1 << number
    return list(grouped.values())


def _allowed(egress: Partition, client: Mask, servers: Servers) -> dict[int, PortSet]:
    """Ports by the number of the server. The client itself is left out."""
    peers_by_ports: defaultdict[PortSet, Mask] = defaultdict(int)
    for ingress, protected in servers:
        into = next((ports for mask, ports in ingress if mask & client), EMPTY)
        if not into:
            continue
        for mask, out_of in egress:
            peers = mask & protected & ~client
            if peers:
                peers_by_ports[out_of & into] |= peers
    return {number: ports for ports, peers in peers_by_ports.items() if ports for number in bits(peers)}


def address_ranges(engine: PolicyEngine, direction: Direction) -> list[tuple[AddressRange, Mask]]:
    """The IPv4 ranges that policies of one direction tell apart, ascending, each with one bit of its cells."""
    ranges: list[tuple[AddressRange, Mask]] = []
    universe = engine.universe
    for number, cell in enumerate(universe.cells, start=len(universe.workloads)):
        if cell.version != 4:
            continue
        if ranges and cell.first not in universe.cuts[direction]:
            before, mask = ranges[-1]
            ranges[-1] = AddressRange(before.first, cell.last), mask
        else:
            ranges.append((AddressRange(cell.first, cell.last), 1 << number))
    return ranges


def _outside(partition: Partition, ranges: list[tuple[AddressRange, Mask]]) -> Iterator[tuple[AddressRange, PortSet]]:
    for addresses, bit in ranges:
        for mask, ports in partition:
            if mask & bit:
                yield addresses, ports
