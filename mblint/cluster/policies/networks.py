"""Reads ranges of addresses as plugins write them, and named groups of these."""

from __future__ import annotations

from ipaddress import ip_network

from mblint.cluster.objects import Object
from mblint.cluster.policies.network_policy import read_network
from mblint.cluster.policies.objects import AddressBlock, Network
from mblint.cluster.policies.references import AddressGroup
from mblint.manifests.nodes import Node


def read_address_range(node: Node) -> Network:
    """A range of addresses; a single one needs no prefix."""
    if "/" in node.required_text():
        return read_network(node)
    try:
        return ip_network(node.required_text())
    except ValueError:
        raise node.wrong("an address range") from None


def read_network_set(base: Object, node: Node) -> AddressGroup:
    """Calico's NetworkSet or GlobalNetworkSet."""
    return _group(base, node.get("spec").get("nets"))


def read_cidr_group(base: Object, node: Node) -> AddressGroup:
    """Cilium's CiliumCIDRGroup."""
    return _group(base, node.get("spec").get("externalCIDRs"))


def _group(base: Object, node: Node) -> AddressGroup:
    return AddressGroup(*base.header, blocks=tuple(AddressBlock(read_address_range(one), ()) for one in node.items()))
