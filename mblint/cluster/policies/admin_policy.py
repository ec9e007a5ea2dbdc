"""Reads AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2).

The types of policy.networking.k8s.io (kubernetes-sigs/network-policy-api) say what is required.
"""

from __future__ import annotations

from mblint.cluster.objects import Object
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.network_policy import EVERYTHING, check_port_number, read_network, read_protocol
from mblint.cluster.policies.objects import (
    Action,
    AddressBlock,
    AdminPeer,
    AdminPolicy,
    AdminPort,
    AdminRule,
    PodsOf,
    Selector,
    Tier,
)
from mblint.manifests.nodes import Node, WrongType

_ACTIONS = {"Allow": Action.ALLOW, "Accept": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_ALPHA1 = ("Allow", "Deny", "Pass")
_ALPHA1_BASELINE = ("Allow", "Deny")
_ALPHA2 = ("Accept", "Deny", "Pass")


def read_admin_policy(base: Object, node: Node) -> AdminPolicy:
    """One admin policy of any of the three kinds."""
    spec = node.get("spec")
    tier = _tier(base, spec)
    at_most = 25 if base.id.kind == "ClusterNetworkPolicy" else 100
    actions = _actions(base.id.kind)
    return AdminPolicy(
        *base.header,
        tier=tier,
        priority=_priority(base.id.kind, spec),
        subject=_pods_of(spec.get("subject"), "a subject"),
        egress=_rules(_limited(spec.get("egress"), at_most), "to", actions),
        ingress=_rules(_limited(spec.get("ingress"), at_most), "from", actions),
    )


def _limited(node: Node, at_most: int) -> Node:
    """A list that the CRD limits the length of."""
    if sum(1 for _ in node.items()) > at_most:
        raise WrongType(node.place, f"at most {at_most} entries are allowed")
    return node


def _tier(base: Object, spec: Node) -> Tier:
    if base.id.kind == "AdminNetworkPolicy":
        return Tier.ADMIN
    if base.id.kind == "BaselineAdminNetworkPolicy":
        if base.id.name != "default":
            raise WrongType(base.place.at("metadata", "name"), 'a BaselineAdminNetworkPolicy must be named "default"')
        return Tier.BASELINE
    tier = spec.get("tier").required_text()
    if tier not in ("Admin", "Baseline"):
        raise WrongType(spec.get("tier").place, f"tier must be Admin or Baseline, not {tier}")
    return Tier(tier)


def _actions(kind: str) -> tuple[str, ...]:
    if kind == "ClusterNetworkPolicy":
        return _ALPHA2
    return _ALPHA1 if kind == "AdminNetworkPolicy" else _ALPHA1_BASELINE


def _priority(kind: str, spec: Node) -> int:
    if kind == "BaselineAdminNetworkPolicy":
        return 0
    node = spec.get("priority")
    priority = node.integer()
    if priority is None:
        raise WrongType(spec.place, "priority is required")
    if not 0 <= priority <= 1000:
        raise WrongType(node.place, f"priority must be 0 to 1000, not {priority}")
    return priority


def _pods_of(node: Node, what: str) -> PodsOf:
    """What `namespaces` or `pods` select. Exactly one of them must be set."""
    namespaces = _namespaces(node.get("namespaces"))
    pods = node.get("pods")
    if (namespaces is None) == pods.absent:
        raise WrongType(node.place, f"{what} needs exactly one of namespaces and pods")
    if namespaces is not None:
        return PodsOf(namespaces, None)
    return PodsOf(
        read_selector(pods.get("namespaceSelector")) or _namespaces(pods.get("namespaces")) or EVERYTHING,
        read_selector(pods.get("podSelector")) or EVERYTHING,
    )


def _namespaces(node: Node) -> Selector | None:
    """A selector of namespaces; before v0.1.2 of network-policy-api it stood one key deeper, beside two relations.

    As a selector without these keys it would select every namespace, so the relations are refused.
    """
    for key in ("sameLabels", "notSameLabels"):
        if not node.get(key).absent:
            raise WrongType(node.get(key).place, f"{key} is no field of policy.networking.k8s.io any more")
    return read_selector(node.get("namespaceSelector")) or read_selector(node)


def _rules(node: Node, peers_key: str, actions: tuple[str, ...]) -> tuple[AdminRule, ...]:
    return tuple(_rule(number, rule, peers_key, actions) for number, rule in enumerate(node.items(), start=1))


def _rule(number: int, node: Node, peers_key: str, actions: tuple[str, ...]) -> AdminRule:
    action = node.get("action").required_text()
    if action not in actions:
        raise WrongType(node.get("action").place, f"action must be {', '.join(actions)}, not {action}")
    peers = tuple(_peer(peer, peers_key) for peer in node.get(peers_key).items())
    if not peers:
        raise WrongType(node.get(peers_key).place, f"{peers_key} is required, with at least one peer")
    ports = tuple(_port(port) for port in node.get("ports").items())
    protocols = tuple(_protocol(protocol) for protocol in node.get("protocols").items())
    for key in ("ports", "protocols"):
        if not node.get(key).absent and not (ports or protocols):
            raise WrongType(node.get(key).place, f"{key} needs at least one entry where it is set")
    return AdminRule(
        number=number,
        name=node.get("name").text() or None,
        action=_ACTIONS[action],
        peers=peers,
        ports=ports or protocols or None,
        place=node.place,
    )


def _peer(node: Node, peers_key: str) -> AdminPeer:
    elsewhere = [key for key in ("networks", "nodes", "domainNames") if not node.get(key).absent]
    if not elsewhere:
        return AdminPeer(_pods_of(node, "a peer"), (), node.place)
    inside = [key for key in ("namespaces", "pods") if not node.get(key).absent]
    if len(elsewhere) + len(inside) > 1:
        raise WrongType(node.place, "a peer needs exactly one field")
    if peers_key == "from":
        raise WrongType(node.place, f"{elsewhere[0]} cannot be a peer of an ingress rule")
    blocks = tuple(AddressBlock(read_network(entry), ()) for entry in node.get("networks").items())
    return AdminPeer(None, blocks, node.place)


def _port(node: Node) -> AdminPort:
    """v1alpha1: exactly one of portNumber, portRange, namedPort."""
    number, interval, name = node.get("portNumber"), node.get("portRange"), node.get("namedPort")
    if sum(not entry.absent for entry in (number, interval, name)) != 1:
        raise WrongType(node.place, "a port needs exactly one of portNumber, portRange and namedPort")
    if not name.absent:
        return AdminPort(None, name=name.required_text())
    if not number.absent:
        port = _number(number, "port")
        return AdminPort(read_protocol(number.get("protocol")), port, port)
    return _interval(read_protocol(interval.get("protocol")), interval)


def _protocol(node: Node) -> AdminPort:
    """v1alpha2: exactly one of tcp, udp, sctp, destinationNamedPort."""
    given = [key for key, entry in node.entries() if not entry.absent]
    if len(given) != 1 or given[0] not in ("tcp", "udp", "sctp", "destinationNamedPort"):
        raise WrongType(node.place, "a protocol needs exactly one of tcp, udp, sctp and destinationNamedPort")
    if given[0] == "destinationNamedPort":
        return AdminPort(None, name=node.get("destinationNamedPort").required_text())
    protocol = given[0].upper()
    port = node.get(given[0]).get("destinationPort")
    if port.absent:
        return AdminPort(protocol, 1, 65535)
    if not port.get("number").absent:
        number = _number(port, "number")
        return AdminPort(protocol, number, number)
    interval = _interval(protocol, port.get("range"))
    if interval.first == interval.last:
        raise WrongType(port.get("range").place, "start must be below end")
    return interval


def _interval(protocol: str, node: Node) -> AdminPort:
    first, last = _number(node, "start"), _number(node, "end")
    if last < first:
        raise WrongType(node.place, "end must not be below start")
    return AdminPort(protocol, first, last)


def _number(node: Node, key: str) -> int:
    entry = node.get(key)
    number = entry.integer()
    if number is None:
        raise WrongType(node.place, f"{key} is required")
    check_port_number(entry, number)
    return number
