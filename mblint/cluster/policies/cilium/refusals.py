"""What Cilium refuses: such a policy may be in the cluster, and holds for nobody.

Most of it passes the API server, and only the agents say that the policy is not valid. Source: the checks of
cilium/cilium v1.20, pkg/policy/api/rule_validation.go, and Parse of pkg/k8s/apis/cilium.io/v2.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.flaws.forms import is_filled_later
from mblint.cluster.policies.network_policy import read_network
from mblint.cluster.policies.networks import read_address_range
from mblint.cluster.policies.objects import Direction, Network
from mblint.cluster.policies.ports import LAST_PORT, PROTOCOLS
from mblint.manifests.nodes import Node, WrongType

_PEERS = {
    Direction.INGRESS: ("fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities", "fromNodes", "fromGroups"),
    Direction.EGRESS: (
        *("toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toNodes", "toGroups", "toServices", "toFQDNs"),
    ),
}
_WITHOUT_PORTS = ("ICMP", "ICMPV6", "VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH")
_MOST = 40  # ports of one entry, and kinds of ICMP
_LONGEST_NAME = 15


def check(spec: Node, own: str | None) -> None:
    """Raises WrongType for the first thing that Cilium refuses of one rule. `own`: the policy's namespace, if any."""
    _check_whom(spec, own)
    rules = [*_rules(spec)]
    if not rules:
        raise WrongType(spec.place, "of ingress, ingressDeny, egress and egressDeny at least one must have a rule")
    for direction, allows, rule in rules:
        _check_peers(rule, direction)
        _check_icmps(rule)
        for entry in rule.get("toPorts").items():
            _check_ports(entry, direction, allows=allows)


def _check_whom(spec: Node, own: str | None) -> None:
    pods, nodes = spec.get("endpointSelector"), spec.get("nodeSelector")
    if pods.absent == nodes.absent:
        raise WrongType(spec.place, "exactly one of endpointSelector and nodeSelector is required")
    if own is not None and not nodes.absent:
        raise WrongType(nodes.place, "nodeSelector is only for a CiliumClusterwideNetworkPolicy")


def _rules(spec: Node) -> Iterator[tuple[Direction, bool, Node]]:
    for direction in Direction:
        for section in (direction.value, f"{direction.value}Deny"):
            for rule in spec.get(section).items():
                yield direction, section == direction.value, rule


# ---------------------------------------------------------------- peers


def _check_peers(rule: Node, direction: Direction) -> None:
    used = [key for key in _PEERS[direction] if rule.get(key).value not in (None, [])]
    if len(used) > 1:
        raise WrongType(rule.get(used[1]).place, f"{used[1]} cannot stand beside {used[0]} in one rule")
    to = "from" if direction is Direction.INGRESS else "to"
    for entry in rule.get(f"{to}CIDR").items():
        read_address_range(entry)
    for entry in rule.get(f"{to}CIDRSet").items():
        _check_block(entry)


def _check_block(node: Node) -> None:
    given = [key for key in ("cidr", "cidrGroupRef", "cidrGroupSelector") if not node.get(key).absent]
    if len(given) != 1:
        raise WrongType(node.place, "exactly one of cidr, cidrGroupRef and cidrGroupSelector is required")
    if given == ["cidr"]:
        network = read_network(node.get("cidr"))
        for entry in node.get("except").items():
            if not _inside(read_network(entry), network):
                raise WrongType(entry.place, f"except must be inside of {network}")


def _inside(inner: Network, outer: Network) -> bool:
    at = int(inner.network_address)
    within = int(outer.network_address) <= at <= int(outer.broadcast_address)
    return inner.version == outer.version and inner.prefixlen >= outer.prefixlen and within


# ---------------------------------------------------------------- ports


def _check_icmps(rule: Node) -> None:
    icmps, ports = rule.get("icmps"), rule.get("toPorts")
    if icmps.value not in (None, []) and ports.value not in (None, []):
        raise WrongType(icmps.place, "icmps cannot stand beside toPorts in one rule")
    for entry in icmps.items():
        _at_most(entry.get("fields"))


def _check_ports(entry: Node, direction: Direction, *, allows: bool) -> None:
    _at_most(entry.get("ports"))
    rules = entry.get("rules")
    by_content = allows and any(value.value for _, value in rules.entries())
    by_name = by_content and bool(rules.get("dns").value)
    if by_name and direction is Direction.INGRESS:
        raise WrongType(rules.get("dns").place, "rules about DNS are only for egress")
    for port in entry.get("ports").items():
        number = _number(port)
        protocol = (port.get("protocol").text() or "ANY").upper()
        if protocol not in (*PROTOCOLS, "ANY", *_WITHOUT_PORTS):
            raise WrongType(port.get("protocol").place, f"{protocol} is no protocol of Cilium's policies")
        if by_content and not by_name and protocol != "TCP":
            raise WrongType(port.place, "rules about HTTP are only for ports of TCP, which must be said")
        if by_content and number == 0:
            raise WrongType(port.get("port").place, "rules about HTTP or DNS cannot be for every port")


def _at_most(node: Node) -> None:
    if sum(1 for _ in node.items()) > _MOST:
        raise WrongType(node.place, f"at most {_MOST} entries are allowed")


def _number(node: Node) -> int | None:
    """The number of a port; None for a name. A port is always written as text."""
    written = node.get("port")
    text = written.text() or ""
    if not text and (node.get("protocol").text() or "ANY").upper() in _WITHOUT_PORTS:
        return None
    if not (text.isascii() and text.isdigit()):
        if not _is_name(text) and not is_filled_later(text):
            raise WrongType(written.place, f"{text!r} is no port: a number or a name is required")
        return None
    if int(text[:6]) > LAST_PORT:
        raise WrongType(written.place, f"{text[:20]} is no port: ports are 0 to {LAST_PORT}")
    return int(text)


def _is_name(text: str) -> bool:
    """IANA service names (RFC 6335), in any case."""
    plain = text.replace("-", "")
    letters = plain.isascii() and plain.isalnum() and not plain.isdigit()
    return letters and len(text) <= _LONGEST_NAME and "--" not in text and text.strip("-") == text
