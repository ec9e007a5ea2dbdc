"""Reads Calico's NetworkPolicy and GlobalNetworkPolicy into rules that the engine knows.

Source: docs.tigera.io/calico/latest/reference/resources/networkpolicy and globalnetworkpolicy. Of the policies that
select a pod the rules are asked by the policies' order, and the first that matches decides; what none matches is
denied. Kubernetes' own policies stand among them at the order 1000.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from mblint.cluster.calico_selectors import Alternatives, NoSelector, both, opposite, parse
from mblint.cluster.objects import Object
from mblint.cluster.policies import (
    Action,
    AddressBlock,
    AdminPeer,
    AdminPort,
    Direction,
    NetworkSet,
    PluginPolicy,
    PluginRule,
    PodsOf,
    Requirement,
    Selector,
    UnmodelledPolicy,
)
from mblint.cluster.ports import PROTOCOLS
from mblint.cluster.read_policies import EVERYTHING, read_network
from mblint.cluster.scopes import is_cluster_scoped
from mblint.cluster.unmodelled import NotModelled, field_name, known_fields
from mblint.manifests.nodes import Node, WrongType

NAMESPACE_NAME = "kubernetes.io/metadata.name"
_LAST = float("inf")  # without an order a policy is asked after all others
_SPEC = {"selector", "namespaceSelector", "types", "order", "ingress", "egress", "tier"}
_ABOUT = {"performanceHints", "applyOnForward", "doNotTrack", "preDNAT"}
_RULE = {"action", "protocol", "notProtocol", "ipVersion", "source", "destination", "http", "metadata", "icmp"}
_PEER = {"selector", "namespaceSelector", "notSelector", "nets", "notNets"}
_ACTIONS = {"Allow": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_NUMBERS = {6: "TCP", 17: "UDP", 132: "SCTP"}
_IPV4, _IPV6 = (AddressBlock(ip_network(text), ()) for text in ("0.0.0.0/0", "::/0"))


def read_calico_policy(base: Object, node: Node) -> PluginPolicy | UnmodelledPolicy | None:
    """The policy; None where it is about the hosts' own traffic."""
    spec = node.get("spec")
    if spec.get("doNotTrack").value is True or spec.get("preDNAT").value is True:
        return None
    try:
        return _policy(base, spec)
    except NotModelled as missing:
        return _unmodelled(base, spec, missing.field)
    except WrongType as wrong:
        return _unmodelled(base, spec, field_name(wrong.place.path))


def read_network_set(base: Object, node: Node) -> NetworkSet:
    """Addresses that selectors of rules find by the set's labels."""
    nets = node.get("spec").get("nets")
    return NetworkSet(*base.header, blocks=tuple(AddressBlock(read_network(entry), ()) for entry in nets.items()))


def _policy(base: Object, spec: Node) -> PluginPolicy:
    known_fields(spec, _SPEC | _ABOUT)
    if spec.get("tier").text() not in (None, "", "default"):
        raise NotModelled(spec.get("tier"))
    own = None if is_cluster_scoped(base.api_version, base.id.kind) else base.id.namespace
    order = spec.get("order").value
    if order is not None and not isinstance(order, int | float):
        raise NotModelled(spec.get("order"))
    rules = {
        direction: tuple(_rules(spec.get(direction.value), direction, own, _LAST if order is None else float(order)))
        for direction in Direction
    }
    return PluginPolicy(
        *base.header,
        subjects=tuple(_pods(spec.get("selector"), spec.get("namespaceSelector"), own)),
        isolates=_types(spec),
        egress=rules[Direction.EGRESS],
        ingress=rules[Direction.INGRESS],
    )


def _types(spec: Node) -> frozenset[Direction]:
    """Without `types`: egress where there are egress rules; ingress too, unless there are egress rules alone."""
    types = spec.get("types").texts()
    if types:
        return frozenset(direction for direction in Direction if direction.name.capitalize() in types)
    if spec.get("egress").absent:
        return frozenset({Direction.INGRESS})
    return frozenset({Direction.EGRESS} if spec.get("ingress").absent else Direction)


def _unmodelled(base: Object, spec: Node, field: str) -> UnmodelledPolicy:
    """It may select every pod of its namespace, or of the cluster."""
    namespace = None if is_cluster_scoped(base.api_version, base.id.kind) else base.id.namespace
    try:
        directions = _types(spec)
    except WrongType:
        directions = frozenset(Direction)
    return UnmodelledPolicy(*base.header, namespace=namespace, selector=None, directions=directions, field=field)


# ---------------------------------------------------------------- selectors


def _pods(selector: Node, namespaces: Node, own: str | None) -> Iterator[PodsOf]:
    """The pods of both selectors. Without one of namespaces a namespaced policy means those of its own."""
    yield from _pods_of(_parsed(selector), namespaces, own)


def _pods_of(pods: Alternatives, namespaces: Node, own: str | None) -> Iterator[PodsOf]:
    inside = _parsed(namespaces)
    if own is not None and not namespaces.text():
        inside = ((Requirement(NAMESPACE_NAME, "In", (own,)),),)
    for of_namespace in inside:
        for of_pod in pods:
            found = _sorted_out([_named(one) for one in of_namespace], of_pod)
            if found is not None:
                yield found


def _parsed(node: Node) -> Alternatives:
    try:
        return parse(node.text() or "")
    except NoSelector as wrong:
        raise NotModelled(node, str(wrong)) from None


def _named(requirement: Requirement) -> Requirement:
    """Calico's own label of a namespace's name is the one that Kubernetes sets too."""
    key = NAMESPACE_NAME if requirement.key == "projectcalico.org/name" else requirement.key
    return Requirement(key, requirement.operator, requirement.values)


def _sorted_out(of_namespace: list[Requirement], of_pod: tuple[Requirement, ...]) -> PodsOf | None:
    """Labels that Calico gives to pods are those of their namespaces. None: no pod."""
    own: list[Requirement] = []
    for one in of_pod:
        if one.key == "projectcalico.org/namespace":
            of_namespace.append(Requirement(NAMESPACE_NAME, one.operator, one.values))
        elif one.key.startswith("pcns."):
            of_namespace.append(Requirement(one.key.removeprefix("pcns."), one.operator, one.values))
        elif one.key != "projectcalico.org/orchestrator":
            own.append(one)
        elif ("k8s" in one.values) != (one.operator == "In"):
            return None
    return PodsOf(Selector({}, tuple(of_namespace)), Selector({}, tuple(own)))


# ---------------------------------------------------------------- rules


def _rules(node: Node, direction: Direction, own: str | None, order: float) -> Iterator[PluginRule]:
    """Those that decide: Log does not."""
    for number, rule in enumerate(node.items(), start=1):
        known_fields(rule, _RULE)
        action = rule.get("action").required_text()
        if action == "Log":
            continue
        if action not in _ACTIONS:
            raise NotModelled(rule.get("action"), action)
        peer, other = rule.get("source"), rule.get("destination")
        if direction is Direction.EGRESS:
            peer, other = other, peer
        known_fields(peer, _PEER | ({"ports", "notPorts"} if direction is Direction.EGRESS else set()))
        known_fields(other, {"ports", "notPorts"} if direction is Direction.INGRESS else set())
        yield PluginRule(
            number=number,
            name=None,
            action=_ACTIONS[action],
            peers=_peers(rule, peer, own),
            ports=_ports(rule),
            place=rule.place,
            order=order,
            restricted=None if rule.get("http").absent else "http",
            finds_network_sets=True,
        )


def _peers(rule: Node, node: Node, own: str | None) -> tuple[AdminPeer, ...] | None:
    """None: everybody."""
    version = rule.get("ipVersion").integer()
    if version not in (None, 4):
        raise NotModelled(rule.get("ipVersion"))
    blocks = _blocks(node)
    selected = node.get("selector").text() or node.get("namespaceSelector").text()
    if not node.get("notSelector").absent and not selected:
        raise NotModelled(node.get("notSelector"))
    if selected and blocks:
        raise NotModelled(node, "nets beside a selector")
    if selected:
        wanted = _parsed(node.get("selector"))
        if not node.get("notSelector").absent:
            wanted = both(wanted, opposite(_parsed(node.get("notSelector"))))
        found = _pods_of(wanted, node.get("namespaceSelector"), own)
        return tuple(AdminPeer(pods, (), node.place) for pods in found)
    if blocks:
        return (AdminPeer(None, blocks, node.place),)
    return None if version is None else (AdminPeer(PodsOf(EVERYTHING, None, host_network=True), (_IPV4,), node.place),)


def _blocks(node: Node) -> tuple[AddressBlock, ...]:
    excepted = tuple(read_network(entry) for entry in node.get("notNets").items())
    networks = [read_network(entry) for entry in node.get("nets").items()]
    if networks:
        return tuple(AddressBlock(network, excepted) for network in networks)
    return tuple(AddressBlock(block.network, excepted) for block in (_IPV4, _IPV6)) if excepted else ()


# ---------------------------------------------------------------- ports


def _ports(rule: Node) -> tuple[AdminPort, ...] | None:
    """None: every port of every protocol. Other protocols (ICMP) have no ports: such a rule matches none."""
    protocols = _protocols(rule)
    node = rule.get("destination")
    if not node.get("notPorts").absent:
        if not node.get("ports").absent:
            raise NotModelled(node.get("notPorts"), "beside ports")
        return tuple(port for protocol in protocols for port in _all_but(node.get("notPorts"), protocol))
    if node.get("ports").absent:
        every = tuple(AdminPort(protocol, 1, 65535, None) for protocol in protocols)
        return None if len(every) == len(PROTOCOLS) else every
    return tuple(_port(entry, protocol) for protocol in protocols for entry in node.get("ports").items())


def _protocols(rule: Node) -> tuple[str, ...]:
    if not rule.get("icmp").absent:
        return ()
    wanted, unwanted = (_protocol(rule.get(key)) for key in ("protocol", "notProtocol"))
    return tuple(one for one in PROTOCOLS if wanted in (None, one) and unwanted != one)


def _protocol(node: Node) -> str | None:
    if node.absent:
        return None
    written = node.integer_or_text()
    return _NUMBERS.get(written, str(written)) if isinstance(written, int) else written


def _port(node: Node, protocol: str) -> AdminPort:
    """A number, a range "1:9", or the name of a port."""
    written = str(node.integer_or_text() or "")
    first, colon, last = written.partition(":")
    if first.isdigit() and (last.isdigit() or not colon):
        return AdminPort(protocol, max(int(first), 1), int(last or first), None)
    if not written or colon:
        raise NotModelled(node)
    return AdminPort(protocol, 0, 0, written)


def _all_but(node: Node, protocol: str) -> Iterator[AdminPort]:
    start = 1
    for port in sorted((_port(entry, protocol) for entry in node.items()), key=lambda port: port.first):
        if port.name is not None:
            raise NotModelled(node, f"named port {port.name}")
        if start < port.first:
            yield AdminPort(protocol, start, port.first - 1, None)
        start = max(start, port.last + 1)
    if start <= 65535:
        yield AdminPort(protocol, start, 65535, None)
