"""Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy into rules that the engine knows.

Source: docs.cilium.io/en/stable/security/policy (layer 3, layer 4, deny policies, policy enforcement modes). Rules that
allow add up with NetworkPolicies; rules that deny come before all of them. Addresses never mean pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from mblint.cluster.objects import Object
from mblint.cluster.policies import (
    NETWORK_POLICIES,
    Action,
    AddressBlock,
    AdminPeer,
    AdminPort,
    Direction,
    Network,
    PluginPolicy,
    PluginRule,
    PodsOf,
    Requirement,
    Selector,
    UnmodelledPolicy,
)
from mblint.cluster.read_labels import read_selector
from mblint.cluster.read_policies import EVERYTHING, read_network
from mblint.cluster.scopes import is_cluster_scoped
from mblint.cluster.unmodelled import NotModelled, field_name, known_fields
from mblint.manifests.nodes import Node, WrongType

NAMESPACE_NAME = "kubernetes.io/metadata.name"
_POD_NAMESPACE = "io.kubernetes.pod.namespace"
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
_BEFORE_ALL = float("-inf")

_SPEC = {"endpointSelector", "ingress", "ingressDeny", "egress", "egressDeny", "enableDefaultDeny"}
_ABOUT = {"labels", "description", "log"}
_PEERS = {
    Direction.INGRESS: {"fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities"},
    Direction.EGRESS: {"toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toFQDNs"},
}
_RESTRICTS = ("rules", "terminatingTLS", "originatingTLS", "serverNames", "listener")
_WORLD = {
    "world": ("0.0.0.0/0", "::/0"),
    "world-ipv4": ("0.0.0.0/0",),
    "world-ipv6": ("::/0",),
}
# Entities that no workload of a render is: nodes, and what Cilium itself runs. Host-networked pods are part of nodes.
_NO_WORKLOAD = {"host", "remote-node", "kube-apiserver", "health", "init", "ingress", "unmanaged", "none"}
_ALL_PROTOCOLS = ("TCP", "UDP", "SCTP")


def read_cilium_policy(base: Object, node: Node) -> PluginPolicy | UnmodelledPolicy | None:
    """The policy; None where it is about nodes, or says nothing."""
    spec = node.get("spec")
    if not node.get("specs").absent:
        return _unmodelled(base, None, node.get("specs"), "specs")
    if spec.absent or not spec.get("nodeSelector").absent:
        return None
    try:
        return _policy(base, spec)
    except NotModelled as missing:
        return _unmodelled(base, spec, spec, missing.field)
    except WrongType as wrong:
        return _unmodelled(base, spec, spec, field_name(wrong.place.path))


def _policy(base: Object, spec: Node) -> PluginPolicy:
    known_fields(spec, _SPEC | _ABOUT)
    everywhere = is_cluster_scoped(base.api_version, base.id.kind)
    own = None if everywhere else base.id.namespace
    return PluginPolicy(
        *base.header,
        subjects=(_subject(spec.get("endpointSelector"), own),),
        isolates=frozenset(direction for direction in Direction if _isolates(spec, direction)),
        egress=tuple(_rules(spec, Direction.EGRESS, own)),
        ingress=tuple(_rules(spec, Direction.INGRESS, own)),
    )


def _isolates(spec: Node, direction: Direction) -> bool:
    """Each direction that has rules is closed for what none allows, unless it says that it is not."""
    told = spec.get("enableDefaultDeny").get(direction.value).boolean()
    sections = (spec.get(direction.value), spec.get(f"{direction.value}Deny"))
    return told if told is not None else any(any(True for _ in section.items()) for section in sections)


def _unmodelled(base: Object, spec: Node | None, written: Node, field: str) -> UnmodelledPolicy | None:
    """It may select the pods that its selector does, as far as that can be read."""
    selector = None
    rules = list(written.items()) if spec is None else [spec]
    directions = {direction for rule in rules for direction in Direction if _mentions(rule, direction)}
    if spec is not None:
        try:
            pods = _subject(spec.get("endpointSelector"), None)
            selector = pods.pods if pods.namespaces == EVERYTHING else None
        except (NotModelled, WrongType):
            selector = None
    namespace = None if is_cluster_scoped(base.api_version, base.id.kind) else base.id.namespace
    if not directions:
        return None
    return UnmodelledPolicy(
        *base.header, namespace=namespace, selector=selector, directions=frozenset(directions), field=field
    )


def _mentions(rule: Node, direction: Direction) -> bool:
    if not isinstance(rule.value, dict):
        return True
    return not (rule.get(direction.value).absent and rule.get(f"{direction.value}Deny").absent)


# ---------------------------------------------------------------- selectors


def _subject(node: Node, own: str | None) -> PodsOf:
    pods = _pods(node, None)
    if own is None:
        return pods
    inside = Selector({**pods.namespaces.labels, NAMESPACE_NAME: own}, pods.namespaces.expressions)
    return PodsOf(inside, pods.pods)


def _pods(node: Node, own: str | None) -> PodsOf:
    """An endpoint selector. Without a word on namespaces it means those of the policy's own, if it is in one."""
    selector = read_selector(node) or EVERYTHING
    labels: dict[str, dict[str, str]] = {"namespace": {}, "pod": {}}
    expressions: dict[str, list[Requirement]] = {"namespace": [], "pod": []}
    for key, value in selector.labels.items():
        whose, name = _key(node, key)
        labels[whose][name] = value
    for one in selector.expressions:
        whose, name = _key(node, one.key)
        expressions[whose].append(Requirement(name, one.operator, one.values))
    if own is not None and not labels["namespace"] and not expressions["namespace"]:
        labels["namespace"][NAMESPACE_NAME] = own
    namespaces, pods = (Selector(labels[whose], tuple(expressions[whose])) for whose in ("namespace", "pod"))
    return PodsOf(namespaces, pods)


def _key(node: Node, key: str) -> tuple[str, str]:
    """Whose label it is, and its name. Keys may say where a label comes from ("k8s:app")."""
    plain = key.removeprefix("k8s:").removeprefix("any:")
    if plain == _POD_NAMESPACE:
        return "namespace", NAMESPACE_NAME
    if plain.startswith(_NAMESPACE_LABELS):
        return "namespace", plain.removeprefix(_NAMESPACE_LABELS)
    if ":" in plain or plain.startswith(("io.cilium.", "io.kubernetes.")):
        raise NotModelled(node, f"label {key}")
    return "pod", plain


# ---------------------------------------------------------------- rules


def _rules(spec: Node, direction: Direction, own: str | None) -> Iterator[PluginRule]:
    for key, action in ((f"{direction.value}Deny", Action.DENY), (direction.value, Action.ALLOW)):
        for number, rule in enumerate(spec.get(key).items(), start=1):
            yield from _rule(rule, direction, own, number, action)


def _rule(node: Node, direction: Direction, own: str | None, number: int, action: Action) -> Iterator[PluginRule]:
    """One rule of the policy is several here, where only some of its ports are restricted further."""
    known_fields(node, _PEERS[direction] | {"toPorts", "icmps", "authentication"})
    peers = _peers(node, direction, own)
    for ports, restricted in _ports(node):
        by_name = None if node.get("toFQDNs").absent else "toFQDNs"
        mutual = None if node.get("authentication").get("mode").text() != "required" else "authentication"
        yield PluginRule(
            number=number,
            name=None,
            action=action,
            peers=peers,
            ports=ports,
            place=node.place,
            order=_BEFORE_ALL if action is Action.DENY else NETWORK_POLICIES,
            restricted=by_name or restricted or mutual,
            blocks_cover_pods=False,
        )


def _peers(node: Node, direction: Direction, own: str | None) -> tuple[AdminPeer, ...] | None:
    """None: everybody. A rule without peers and ports means nobody: it only isolates."""
    written = [key for key in _PEERS[direction] if not node.get(key).absent]
    if not written:
        return None if not (node.get("toPorts").absent and node.get("icmps").absent) else ()
    found: list[AdminPeer] = []
    for key in written:
        for entry in node.get(key).items():
            peer = _peer(key.removeprefix("from").removeprefix("to"), entry, own)
            if peer is None:
                return None
            found.append(peer)
    return tuple(found)


def _peer(field: str, node: Node, own: str | None) -> AdminPeer | None:
    """One peer; None: everybody."""
    match field:
        case "Endpoints":
            return AdminPeer(_pods(node, own), (), node.place)
        case "CIDR":
            return AdminPeer(None, (AddressBlock(_network(node), ()),), node.place)
        case "CIDRSet":
            known_fields(node, {"cidr", "except"})
            excepted = tuple(read_network(entry) for entry in node.get("except").items())
            return AdminPeer(None, (AddressBlock(_network(node.get("cidr")), excepted),), node.place)
        case "FQDNs":
            return AdminPeer(None, (), node.place)
        case _:
            return _entity(node)


def _network(node: Node) -> Network:
    """A range of addresses; a single one needs no prefix."""
    if "/" in node.required_text():
        return read_network(node)
    try:
        return ip_network(node.required_text())
    except ValueError:
        raise node.wrong("an address range") from None


def _entity(node: Node) -> AdminPeer | None:
    name = node.required_text()
    if name == "all":
        return None
    if name in _WORLD:
        return AdminPeer(None, tuple(AddressBlock(ip_network(text), ()) for text in _WORLD[name]), node.place)
    if name == "cluster":
        return AdminPeer(PodsOf(EVERYTHING, None, host_network=True), (), node.place)
    if name in _NO_WORKLOAD:
        return AdminPeer(None, (), node.place)
    raise NotModelled(node, f"entity {name}")


# ---------------------------------------------------------------- ports


def _ports(node: Node) -> Iterator[tuple[tuple[AdminPort, ...] | None, str | None]]:
    """Ports (None: every port), and the field that restricts what they let through."""
    if node.get("toPorts").absent:
        yield (None if node.get("icmps").absent else ()), None
        return
    for entry in node.get("toPorts").items():
        known_fields(entry, {"ports", *_RESTRICTS})
        restricted = next((f"toPorts.{key}" for key in _RESTRICTS if not entry.get(key).absent), None)
        ports = tuple(port for one in entry.get("ports").items() for port in _port(one))
        yield ports or None, restricted


def _port(node: Node) -> Iterator[AdminPort]:
    """A port is written as text: a number, "0" for all of them, or a name. Protocol ANY, the default, is each."""
    known_fields(node, {"port", "endPort", "protocol"})
    written = node.get("protocol").text() or "ANY"
    if written not in (*_ALL_PROTOCOLS, "ANY"):
        raise NotModelled(node, f"protocol {written}")
    text, last = node.get("port").required_text(), node.get("endPort").integer() or 0
    for protocol in _ALL_PROTOCOLS if written == "ANY" else (written,):
        if not text.isdigit():
            yield AdminPort(protocol, 0, 0, text)
        elif int(text) == 0:
            yield AdminPort(protocol, 1, 65535, None)
        else:
            yield AdminPort(protocol, int(text), max(int(text), last), None)
