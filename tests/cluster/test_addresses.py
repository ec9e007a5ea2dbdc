from __future__ import annotations

from ipaddress import ip_network

import pytest

from mblint.cluster.engine.addresses import Addresses, addresses_of
from mblint.cluster.policies.objects import AddressBlock


@pytest.mark.parametrize(
    ("network", "excepted", "left"),
    [
        ("10.0.0.0/30", (), [(0, 3)]),
        ("10.0.0.0/30", ("10.0.0.0/31",), [(2, 3)]),
        ("10.0.0.0/30", ("10.0.0.2/31",), [(0, 1)]),
        ("10.0.0.0/30", ("10.0.0.1/32",), [(0, 0), (2, 3)]),
        ("10.0.0.0/29", ("10.0.0.6/32", "10.0.0.1/32"), [(0, 0), (2, 5), (7, 7)]),
        ("10.0.0.0/29", ("10.0.0.0/30", "10.0.0.1/32"), [(4, 7)]),
        ("10.0.0.0/31", ("10.0.0.0/32", "10.0.0.1/32"), []),
        ("10.0.0.4/30", ("10.0.0.0/30", "10.0.0.8/30"), [(4, 7)]),
        ("10.0.0.4/30", ("10.0.0.0/29",), []),
        ("10.0.0.4/30", ("::/0",), [(4, 7)]),
    ],
)
def test_exceptions_are_taken_out(network: str, excepted: tuple[str, ...], left: list[tuple[int, int]]) -> None:
    base = int(ip_network("10.0.0.0/8").network_address)
    block = AddressBlock(ip_network(network), tuple(map(ip_network, excepted)))
    assert addresses_of(block) == tuple(Addresses(4, base + first, base + last) for first, last in left)


def test_addresses_of_version_6_are_their_own() -> None:
    (found,) = addresses_of(AddressBlock(ip_network("2001:db8::/32"), ()))
    assert found.version == 6
    assert found.last - found.first == 2**96 - 1
