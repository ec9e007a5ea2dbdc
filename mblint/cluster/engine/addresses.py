"""Ranges of addresses as intervals of integers."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.policies.objects import AddressBlock, Network


class Addresses(Struct, frozen=True):
    """Addresses of one version, both ends inclusive."""

    version: int
    first: int
    last: int


def addresses_of(block: AddressBlock) -> tuple[Addresses, ...]:
    """What is left of an ipBlock when its exceptions are taken out, ascending."""
    whole = of_network(block.network)
    left: list[Addresses] = []
    start = whole.first
    holes = (of_network(network) for network in block.excepted if network.version == whole.version)
    for hole in sorted(holes, key=lambda hole: hole.first):
        if hole.first > whole.last:
            break
        if start < hole.first:
            left.append(Addresses(whole.version, start, hole.first - 1))
        start = max(start, hole.last + 1)
    if start <= whole.last:
        left.append(Addresses(whole.version, start, whole.last))
    return tuple(left)


def of_network(network: Network) -> Addresses:
    """A whole range."""
    return Addresses(network.version, int(network.network_address), int(network.broadcast_address))
