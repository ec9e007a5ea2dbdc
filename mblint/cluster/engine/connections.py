"""Every connection that policies allow, between workloads and with outside addresses, to the letter.

There may be one for each pair of nodes. None is kept: what is kept are sets of nodes that policies treat alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address

from msgspec import Struct

from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.engine.reachable import Partition
from mblint.cluster.engine.universe import Mask, bits
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.ports import PortSet


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
    found = Connections(engine)
    workloads = engine.universe.workloads
    ordered = sorted(range(len(workloads)), key=lambda number: workloads[number].id)
    for number in ordered:
        allowed = found.servers(number)
        for other in ordered:
            if other in allowed:
                yield Connection(workloads[number], workloads[other], allowed[other])
        for addresses, ports in found.outside(number):
            yield Connection(workloads[number], addresses, ports)
    for number in ordered:
        for addresses, ports in found.from_outside(number):
            yield Connection(addresses, workloads[number], ports)


class Connections:
    """The same, workload by workload. A workload is named by its number in the engine's universe."""

    def __init__(self, engine: PolicyEngine) -> None:
        self._engine = engine
        self._servers = _Servers(engine)
        self._to, self._from = (_Outside(engine, direction) for direction in (Direction.EGRESS, Direction.INGRESS))

    def servers(self, number: int) -> dict[int, PortSet]:
        """The ports of those that it may connect to, by their numbers."""
        return self._servers.allowed(self._reachable(number, Direction.EGRESS), number)

    def outside(self, number: int) -> Iterator[tuple[AddressRange, PortSet]]:
        """The outside addresses that it may connect to, ascending."""
        return self._to.of(self._reachable(number, Direction.EGRESS))

    def from_outside(self, number: int) -> Iterator[tuple[AddressRange, PortSet]]:
        """The outside addresses that may connect to it, ascending."""
        return self._from.of(self._reachable(number, Direction.INGRESS))

    def _reachable(self, number: int, direction: Direction) -> Partition:
        return self._engine.reachable(self._engine.universe.workloads[number], direction)


# ---------------------------------------------------------------- between workloads


class _Servers:
    """What servers let in. Those that the same policies protect are looked at together, and so are their clients."""

    def __init__(self, engine: PolicyEngine) -> None:
        self._groups = _by_ingress(engine)
        self._kinds = _kinds([partition for partition, _ in self._groups], len(engine.universe.workloads))
        self._let_in: dict[int, Sequence[tuple[PortSet, Mask]]] = {}

    def allowed(self, egress: Partition, client: int) -> dict[int, PortSet]:
        """Ports by the number of the server. The client itself is left out."""
        kind = self._kinds[client]
        if kind not in self._let_in:
            self._let_in[kind] = self._letting_in(1 << client)
        peers_by_ports: defaultdict[PortSet, Mask] = defaultdict(int)
        for into, servers in self._let_in[kind]:
            for mask, out_of in egress:
                peers = mask & servers & ~(1 << client)
                if peers:
                    peers_by_ports[_both(out_of, into)] |= peers
        return {number: ports for ports, peers in peers_by_ports.items() if ports for number in bits(peers)}

    def _letting_in(self, client: Mask) -> Sequence[tuple[PortSet, Mask]]:
        servers_by_ports: defaultdict[PortSet, Mask] = defaultdict(int)
        for ingress, protected in self._groups:
            for mask, ports in ingress:
                if mask & client:
                    servers_by_ports[ports] |= protected
        return tuple(servers_by_ports.items())


def _by_ingress(engine: PolicyEngine) -> Sequence[tuple[Partition, Mask]]:
    grouped: dict[int, tuple[Partition, Mask]] = {}
    for number, workload in enumerate(engine.universe.workloads):
        partition = engine.reachable(workload, Direction.INGRESS)
        _, mask = grouped.get(id(partition), (partition, 0))
        grouped[id(partition)] = partition, mask | 1 << number
    return list(grouped.values())


def _kinds(partitions: Sequence[Partition], workloads: int) -> Sequence[int]:
    """A number for each workload: the same for those that are in one set of every partition."""
    kinds = [0] * workloads
    for partition in partitions:
        places = [0] * workloads  # 0: those that the partition lets nothing through for
        for place, (mask, _) in enumerate(partition, start=1):
            for number in bits(mask & (1 << workloads) - 1):
                places[number] = place
        known: dict[tuple[int, int], int] = {}
        kinds = [known.setdefault(both, len(known)) for both in zip(kinds, places, strict=True)]
    return kinds


@lru_cache(maxsize=4096)
def _both(one: PortSet, other: PortSet) -> PortSet:
    """The ports of both, each time the same object; few sets meet again and again."""
    return one & other


# ---------------------------------------------------------------- with outside addresses


def address_ranges(engine: PolicyEngine, direction: Direction) -> list[tuple[AddressRange, Mask]]:
    """The IPv4 ranges that policies of one direction tell apart, ascending, each with one bit of its cells."""
    ranges: list[tuple[AddressRange, Mask]] = []
    universe = engine.universe
    numbered = enumerate(universe.cells, start=len(universe.workloads))
    for number, cell in ((number, cell) for number, cell in numbered if cell.version == 4):
        if ranges and cell.first not in universe.cuts[direction]:
            before, mask = ranges[-1]
            ranges[-1] = AddressRange(before.first, cell.last), mask
        else:
            ranges.append((AddressRange(cell.first, cell.last), 1 << number))
    return ranges


class _Outside:
    """Ranges of addresses by their bits."""

    def __init__(self, engine: PolicyEngine, direction: Direction) -> None:
        ranges = address_ranges(engine, direction)
        self._ranges = {bit.bit_length() - 1: addresses for addresses, bit in ranges}
        self._mask = sum(bit for _, bit in ranges)

    def of(self, partition: Partition) -> Iterator[tuple[AddressRange, PortSet]]:
        """The ranges of a partition with their ports, ascending."""
        found = {number: ports for mask, ports in partition for number in bits(mask & self._mask)}
        for number in sorted(found):
            yield self._ranges[number], found[number]
