"""Reads NetworkPolicies (networking.k8s.io/v1), refusing what the API server refuses."""

from __future__ import annotations

from ipaddress import ip_network

from mblint.cluster.objects import Object
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import (
    AddressBlock,
    Network,
    NetworkPolicy,
    PeerRule,
    PolicyRule,
    PortRule,
    Selector,
)
from mblint.manifests.nodes import Node, WrongType

PROTOCOLS = ("TCP", "UDP", "SCTP")
EVERYTHING = Selector({}, ())


def read_network_policy(base: Object, node: Node) -> NetworkPolicy:
    """A NetworkPolicy. Without `policyTypes` it judges ingress always, and egress where it has egress rules."""
    spec = node.get("spec")
    types = spec.get("policyTypes").texts() or _default_types(spec)
    if len(types) > 2:
        raise WrongType(spec.place.at("policyTypes"), "policyTypes has at most two entries")
    for index, name in enumerate(types):
        if name not in ("Ingress", "Egress"):
            raise WrongType(spec.place.at("policyTypes", index), f"policyTypes must be Ingress or Egress, not {name}")
    egress = _rules(spec.get("egress"), "to")
    ingress = _rules(spec.get("ingress"), "from")
    return NetworkPolicy(
        *base.header,
        selector=read_selector(spec.get("podSelector")) or EVERYTHING,
        egress=egress if "Egress" in types else None,
        ingress=ingress if "Ingress" in types else None,
    )


def _default_types(spec: Node) -> tuple[str, ...]:
    return ("Ingress", "Egress") if any(True for _ in spec.get("egress").items()) else ("Ingress",)


def _rules(node: Node, peers_key: str) -> tuple[PolicyRule, ...]:
    return tuple(
        PolicyRule(
            number=number,
            peers=tuple(_peer(peer) for peer in rule.get(peers_key).items()) or None,
            ports=tuple(_port(port) for port in rule.get("ports").items()) or None,
            place=rule.place,
        )
        for number, rule in enumerate(node.items(), start=1)
    )


def _peer(node: Node) -> PeerRule:
    pods = read_selector(node.get("podSelector"))
    namespaces = read_selector(node.get("namespaceSelector"))
    block = node.get("ipBlock")
    if block.absent and pods is None and namespaces is None:
        raise WrongType(node.place, "a peer needs a podSelector, a namespaceSelector or an ipBlock")
    if not block.absent and (pods is not None or namespaces is not None):
        raise WrongType(block.place, "a peer cannot have an ipBlock beside selectors")
    return PeerRule(pods, namespaces, None if block.absent else _block(block), node.place)


def _block(node: Node) -> AddressBlock:
    network = read_network(node.get("cidr"))
    excepted = tuple(read_network(entry) for entry in node.get("except").items())
    for entry, inner in zip(node.get("except").items(), excepted, strict=True):
        if not _strictly_inside(inner, network):
            raise WrongType(entry.place, f"except must be inside of {network}, and smaller")
    return AddressBlock(network, excepted)


def read_network(node: Node) -> Network:
    """An address range as the API takes it. Bits beyond the prefix are ignored."""
    text = node.required_text()
    try:
        if not text.partition("/")[2].isdigit():  # Python takes netmasks too
            raise ValueError
        return ip_network(text, strict=False)
    except ValueError:
        raise WrongType(node.place, f"{text!r} is no address range") from None


def _strictly_inside(inner: Network, outer: Network) -> bool:
    first, last = int(outer.network_address), int(outer.broadcast_address)
    return (
        inner.version == outer.version
        and inner.prefixlen > outer.prefixlen
        and first <= int(inner.network_address) <= last
    )


def _port(node: Node) -> PortRule:
    port = node.get("port").integer_or_text()
    last = node.get("endPort").integer()
    if isinstance(port, int):
        check_port_number(node.get("port"), port)
    if isinstance(port, str):
        _check_port_name(node.get("port"), port)
    if last is not None:
        check_port_number(node.get("endPort"), last)
        if not isinstance(port, int) or last < port:
            raise WrongType(node.get("endPort").place, "endPort needs a numeric port that is not above it")
    return PortRule(read_protocol(node.get("protocol")), port, last, node.place)


def _check_port_name(node: Node, name: str) -> None:
    """IANA service names (RFC 6335): "80" is none, so that a number in quotes is refused."""
    letters = name.replace("-", "")
    plain = letters.isascii() and letters.isalnum() and letters == letters.lower() and not letters.isdigit()
    if not plain or len(name) > 15 or "--" in name or name.strip("-") != name:
        raise WrongType(node.place, f"{name!r} is no name of a port: at most 15 of a-z, 0-9 and -, with a letter")


def check_port_number(node: Node, number: int) -> None:
    """Raises WrongType for what is no port number."""
    if not 1 <= number <= 65535:
        raise WrongType(node.place, f"{number} is no port: ports are 1 to 65535")


def read_protocol(node: Node) -> str:
    """TCP where it is absent, as the API server fills it in."""
    protocol = node.text() or "TCP"
    if protocol not in PROTOCOLS:
        raise WrongType(node.place, f"protocol must be TCP, UDP or SCTP, not {protocol}")
    return protocol
