"""What policies open and close between two renders, for workloads that both have and for those that come and go.

Outside addresses are compared as addresses: a policy that only cuts a range in two changes nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from mblint.cluster.engine.connections import AddressRange
from mblint.cluster.engine.connections import Connections as OfRender
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.policies.ports import EMPTY, PortSet
from mblint.cluster.stable_names import stable_name
from mblint.findings.review.rows import Allowed, Connections

_MOST = 100_000  # connections that one side lists; a policy that goes may open each pair of thousands of workloads

Ranges = Sequence[tuple[AddressRange, PortSet]]


class _Side:
    """One render's connections. Workloads are known by their names without what charts change in them."""

    def __init__(self, engine: PolicyEngine) -> None:
        self._found = OfRender(engine)
        self.written = [str(workload.id) for workload in engine.universe.workloads]
        self._names = [stable_name(name) for name in self.written]
        self.numbers: dict[str, int] = {name: number for number, name in enumerate(self._names)}

    def servers(self, name: str) -> dict[str, PortSet]:
        """The ports of those that a workload may connect to."""
        number = self.numbers.get(name)
        if number is None:
            return {}
        found = self._found.servers(number).items()
        return {self._names[other]: ports for other, ports in found if self._names[other] != name}

    def outside(self, name: str) -> Ranges:
        """The outside addresses that it may connect to."""
        number = self.numbers.get(name)
        return () if number is None else tuple(self._found.outside(number))

    def from_outside(self, name: str) -> Ranges:
        """The outside addresses that may connect to it."""
        number = self.numbers.get(name)
        return () if number is None else tuple(self._found.from_outside(number))

    def shown(self, name: str) -> str:
        """A workload as its render names it."""
        return self.written[self.numbers[name]]


def compared(old: PolicyEngine, new: PolicyEngine) -> Connections:
    """What the second allows and the first does not, and the other way round."""
    before, after = _Side(old), _Side(new)
    names = sorted({*before.numbers, *after.numbers})
    added, cut_added = _first(_more(after, before, names))
    removed, cut_removed = _first(_more(before, after, names))
    return Connections(_ordered(added), _ordered(removed), cut_added or cut_removed)


def _ordered(found: Iterable[Allowed]) -> tuple[Allowed, ...]:
    return tuple(sorted(found, key=lambda one: (one.source, one.target)))


def _first(found: Iterator[Allowed]) -> tuple[list[Allowed], bool]:
    taken: list[Allowed] = []
    for one in found:
        if len(taken) == _MOST:
            return taken, True
        taken.append(one)
    return taken, False


def _more(one: _Side, other: _Side, names: Iterable[str]) -> Iterator[Allowed]:
    """What `one` allows beyond the other."""
    for name in names:
        if name not in one.numbers:
            continue
        client = one.shown(name)
        here, there = one.servers(name), other.servers(name)
        for server, ports in here.items() if here != there else ():
            left = ports - there.get(server, EMPTY)
            if left:
                yield Allowed(client, one.shown(server), left)
        for addresses, ports in _beyond(one.outside(name), other.outside(name)):
            yield Allowed(client, str(addresses), ports)
        for addresses, ports in _beyond(one.from_outside(name), other.from_outside(name)):
            yield Allowed(str(addresses), client, ports)


def _beyond(here: Ranges, there: Ranges) -> Iterator[tuple[AddressRange, PortSet]]:
    """Addresses with the ports that only the first has for them; neighbours with the same ports are one range."""
    if here == there:
        return
    bounds = sorted({bound for ranges in (here, there) for at, _ in ranges for bound in (at.first, at.last + 1)})
    had, has = _by_address(here), _by_address(there)
    waiting: tuple[AddressRange, PortSet] | None = None
    for first, after in pairwise(bounds):
        left = had(first) - has(first)
        if waiting is not None and left == waiting[1] and waiting[0].last + 1 == first:
            waiting = AddressRange(waiting[0].first, after - 1), left
            continue
        if waiting is not None:
            yield waiting
        waiting = (AddressRange(first, after - 1), left) if left else None
    if waiting is not None:
        yield waiting


def _by_address(ranges: Ranges) -> Callable[[int], PortSet]:
    """The ports for an address; ranges ascend."""
    firsts = [at.first for at, _ in ranges]

    def ports(address: int) -> PortSet:
        place = bisect_right(firsts, address) - 1
        return ranges[place][1] if place >= 0 and address <= ranges[place][0].last else EMPTY

    return ports
