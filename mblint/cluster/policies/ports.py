"""Sets of ports: intervals of TCP, UDP and SCTP, never single ports."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

Intervals = tuple[tuple[int, int], ...]  # sorted, disjoint, not touching; both ends inclusive

FIRST_PORT, LAST_PORT = 1, 65535
PROTOCOLS = ("TCP", "UDP", "SCTP")
_FULL: Intervals = ((FIRST_PORT, LAST_PORT),)


class PortSet(Struct, frozen=True, cache_hash=True):
    """Ports by protocol."""

    tcp: Intervals = ()
    udp: Intervals = ()
    sctp: Intervals = ()

    def __bool__(self) -> bool:
        return bool(self.tcp or self.udp or self.sctp)

    def __or__(self, other: PortSet) -> PortSet:
        """Ports of either."""
        if other == EMPTY or self == ALL:
            return self
        if self == EMPTY or other == ALL:
            return other
        return PortSet(_union(self.tcp, other.tcp), _union(self.udp, other.udp), _union(self.sctp, other.sctp))

    def __and__(self, other: PortSet) -> PortSet:
        """Ports of both."""
        if self == EMPTY or other == ALL:
            return self
        if other == EMPTY or self == ALL:
            return other
        return PortSet(
            _intersection(self.tcp, other.tcp),
            _intersection(self.udp, other.udp),
            _intersection(self.sctp, other.sctp),
        )

    def __sub__(self, other: PortSet) -> PortSet:
        """Ports of this that are not of the other."""
        if EMPTY in (self, other):
            return self
        if other == ALL:
            return EMPTY
        return PortSet(
            _intersection(self.tcp, _gaps(other.tcp)),
            _intersection(self.udp, _gaps(other.udp)),
            _intersection(self.sctp, _gaps(other.sctp)),
        )

    def has(self, port: int, protocol: str) -> bool:
        """True where the port is in the set."""
        return any(first <= port <= last for first, last in self.intervals(protocol))

    def intervals(self, protocol: str) -> Intervals:
        """Those of one protocol."""
        return {"TCP": self.tcp, "UDP": self.udp, "SCTP": self.sctp}.get(protocol, ())

    def names(self) -> list[str]:
        """As the graph prints it: `["ALL"]`, or `["TCP/80", "TCP/1-1024"]`, by protocol and number."""
        if self == ALL:
            return ["ALL"]
        return [
            f"{protocol}/{first}" if first == last else f"{protocol}/{first}-{last}"
            for protocol in sorted(PROTOCOLS)
            for first, last in self.intervals(protocol)
        ]


def ports(protocol: str, first: int = FIRST_PORT, last: int = LAST_PORT) -> PortSet:
    """An interval of one protocol; all its ports by default."""
    interval: Intervals = ((first, last),)
    match protocol:
        case "TCP":
            return PortSet(tcp=interval)
        case "UDP":
            return PortSet(udp=interval)
        case "SCTP":
            return PortSet(sctp=interval)
        case _:
            raise ValueError(f"no protocol of Kubernetes' network policies: {protocol}")


def union(sets: Iterable[PortSet]) -> PortSet:
    """Ports of any, in one go: rules may list hundreds."""
    together: tuple[list[tuple[int, int]], ...] = ([], [], [])
    for one in sets:
        for intervals, more in zip(together, (one.tcp, one.udp, one.sctp), strict=True):
            intervals.extend(more)
    return PortSet(*map(_merged, together))


EMPTY = PortSet()
ALL = PortSet(_FULL, _FULL, _FULL)


def _merged(intervals: Iterable[tuple[int, int]]) -> Intervals:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _union(one: Intervals, other: Intervals) -> Intervals:
    return _merged((*one, *other)) if one and other else one or other


def _intersection(one: Intervals, other: Intervals) -> Intervals:
    """In one pass over both: rules may list hundreds of ports."""
    found: list[tuple[int, int]] = []
    here = there = 0
    while here < len(one) and there < len(other):
        first, last = max(one[here][0], other[there][0]), min(one[here][1], other[there][1])
        if first <= last:
            found.append((first, last))
        if one[here][1] < other[there][1]:
            here += 1
        else:
            there += 1
    return tuple(found)


def _gaps(intervals: Intervals) -> Intervals:
    """What lies before, between and after them; some may be empty (the last before the first)."""
    gaps: list[tuple[int, int]] = []
    start = FIRST_PORT
    for first, last in intervals:
        gaps.append((start, first - 1))
        start = last + 1
    return (*gaps, (start, LAST_PORT))
