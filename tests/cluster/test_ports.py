from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mblint.cluster.policies.ports import ALL, EMPTY, PROTOCOLS, PortSet, ports

_SAMPLE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 65534, 65535)
_ends = st.sampled_from(_SAMPLE)


@st.composite
def port_sets(draw: st.DrawFn) -> PortSet:
    found = draw(st.sampled_from([EMPTY, EMPTY, ALL]))
    for _ in range(draw(st.integers(0, 4))):
        first, last = sorted((draw(_ends), draw(_ends)))
        part = ports(draw(st.sampled_from(PROTOCOLS)), first, last)
        found = found - part if draw(st.booleans()) else found | part
    return found


def _members(port_set: PortSet) -> set[tuple[str, int]]:
    return {(protocol, port) for protocol in PROTOCOLS for port in _SAMPLE if port_set.has(port, protocol)}


@settings(deadline=None)
@given(port_sets(), port_sets())
def test_set_operations_are_those_of_sets(one: PortSet, other: PortSet) -> None:
    assert _members(one | other) == _members(one) | _members(other)
    assert _members(one & other) == _members(one) & _members(other)
    assert _members(one - other) == _members(one) - _members(other)


@settings(deadline=None)
@given(port_sets(), port_sets())
def test_equal_sets_are_written_alike(one: PortSet, other: PortSet) -> None:
    assert (one | other) == (other | one)
    assert (one & other) == (other & one)
    assert (one - other) == one - (one & other)
    assert ((one - other) | (one & other)) == one


@settings(deadline=None)
@given(port_sets())
def test_intervals_are_sorted_apart_and_within_bounds(one: PortSet) -> None:
    for intervals in (one.tcp, one.udp, one.sctp):
        flat = [end for interval in intervals for end in interval]
        assert flat == sorted(flat)
        assert all(after - last > 1 for (_, last), (after, _) in pairwise(intervals))
        assert all(1 <= end <= 65535 for end in flat)
    assert bool(one) == bool(one.tcp or one.udp or one.sctp)


@pytest.mark.parametrize(
    ("port_set", "names"),
    [
        (EMPTY, []),
        (ALL, ["ALL"]),
        (ports("TCP", 80, 80), ["TCP/80"]),
        (ports("TCP", 1, 1024) | ports("TCP", 1025, 1030), ["TCP/1-1030"]),
        (ports("TCP"), ["TCP/1-65535"]),
        (ports("UDP", 53, 53) | ports("TCP", 443, 443) | ports("TCP", 80, 80), ["TCP/80", "TCP/443", "UDP/53"]),
        (ALL - ports("SCTP", 7, 7), ["SCTP/1-6", "SCTP/8-65535", "TCP/1-65535", "UDP/1-65535"]),
    ],
)
def test_names(port_set: PortSet, names: list[str]) -> None:
    assert port_set.names() == names


def test_protocols_of_other_kinds_are_none() -> None:
    assert not ALL.has(80, "ICMP")
    with pytest.raises(ValueError, match="ICMP"):
        ports("ICMP")
