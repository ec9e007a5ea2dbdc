"""Whom a rule of Cilium's is about: endpoints, Services, entities, nodes, addresses, names of hosts.

Source: docs.cilium.io/en/stable/security/policy/language (layer 3). Of these a rule has at most one. Addresses and
names never mean pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from msgspec import Struct

from mblint.cluster.objects import NAMESPACE_NAME, Service
from mblint.cluster.policies.cilium.endpoints import endpoints
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.network_policy import EVERYTHING, read_network
from mblint.cluster.policies.networks import read_address_range
from mblint.cluster.policies.objects import Action, AddressBlock, AdminPeer, Direction, PodsOf, Selector
from mblint.cluster.policies.references import AddressGroup, References
from mblint.cluster.policies.selectors import selects
from mblint.cluster.policies.unmodelled import NotModelled, known_fields
from mblint.manifests.nodes import Node

_FIELDS = {
    Direction.INGRESS: ("fromEndpoints", "fromEntities", "fromNodes", "fromCIDR", "fromCIDRSet"),
    Direction.EGRESS: ("toEndpoints", "toServices", "toEntities", "toNodes", "toCIDR", "toCIDRSet"),
}
# Lists that are as if absent where they are empty; an empty list of any other kind of peer is nobody.
_EMPTY_SAYS_NOTHING = ("toServices", "toFQDNs")
_WORLD = {
    "world": ("0.0.0.0/0", "::/0"),
    "world-ipv4": ("0.0.0.0/0",),
    "world-ipv6": ("::/0",),
}
_NODES = {"host", "remote-node"}  # host-networked pods among them
# What Cilium itself runs, what it does not know yet, and the API server: no workload of a render.
_NO_WORKLOAD = {"kube-apiserver", "health", "init", "ingress", "unmanaged", "none"}


class Peers(Struct, frozen=True):
    """`peers` None: everybody; empty: nobody. `restricted`: the field by which only some of them are meant."""

    peers: tuple[AdminPeer, ...] | None
    restricted: str | None = None


def peers_fields(direction: Direction, action: Action) -> set[str]:
    """The fields of a rule that say whom it is about. Denials know no names of hosts."""
    by_name = {"toFQDNs"} if direction is Direction.EGRESS and action is Action.ALLOW else set[str]()
    return {*_FIELDS[direction], *by_name}


def peers(node: Node, direction: Direction, action: Action, own: str | None, references: References) -> Peers:
    """Whom one rule is about. Without peers and ports it is about nobody: it only isolates."""
    written = [key for key in sorted(peers_fields(direction, action)) if not node.get(key).absent]
    written = [key for key in written if key not in _EMPTY_SAYS_NOTHING or node.get(key).value != []]
    if not written:
        everybody = any(True for key in ("toPorts", "icmps") for _ in node.get(key).items())
        return Peers(None if everybody else ())
    if any(node.get(key).value == [] for key in written):  # whatever other list stands beside it
        return Peers(())
    found: list[AdminPeer] = []
    for key in written:
        if key == "toServices" and action is Action.DENY:  # whose Services are not looked up
            raise NotModelled(node.get(key))
        for entry in node.get(key).items():
            if key.endswith("Entities") and entry.required_text() == "all":
                return Peers(None)
            found += _peers(key.removeprefix("from").removeprefix("to"), entry, action, own, references)
    if written == ["toServices"] and not found and any(True for _ in node.get("toPorts").items()):
        raise NotModelled(node.get("toServices"), "that select no Service of the render, beside ports")
    return Peers(tuple(found), "toFQDNs" if "toFQDNs" in written else None)


def _peers(field: str, node: Node, action: Action, own: str | None, references: References) -> Iterator[AdminPeer]:
    match field:
        case "Endpoints":
            yield AdminPeer(endpoints(node, own, references), (), node.place)
        case "Services":
            yield from _services(node, references)
        case "Entities":
            yield _entity(node, action)
        case "CIDR":
            yield AdminPeer(None, (AddressBlock(read_address_range(node), ()),), node.place)
        case "CIDRSet":
            yield AdminPeer(None, _blocks(node, references), node.place)
        case "Nodes":
            yield _nodes(node, action)
        case _:
            yield AdminPeer(None, (), node.place)


# ---------------------------------------------------------------- services


def _services(node: Node, references: References) -> Iterator[AdminPeer]:
    """The pods that the Services' own selectors select."""
    known_fields(node, {"k8sService", "k8sServiceSelector"})
    for service in _referred(node, references):
        if not service.selector:
            raise NotModelled(node, f"Service {service.id.name} without a selector")
        inside = Selector({NAMESPACE_NAME: service.id.namespace}, ())
        yield AdminPeer(PodsOf(inside, Selector(service.selector, ())), (), node.place)


def _referred(node: Node, references: References) -> tuple[Service, ...]:
    """By name, or by labels; without a namespace, those of all of them."""
    by_labels, by_name = node.get("k8sServiceSelector"), node.get("k8sService")
    chosen = by_name if by_labels.absent else by_labels
    namespace = chosen.get("namespace").text()
    inside = [one for one in references.services if not namespace or one.id.namespace == namespace]
    if not by_labels.absent:
        selector = read_selector(by_labels.get("selector")) or EVERYTHING
        return tuple(one for one in inside if selects(selector, one.labels))
    name = by_name.get("serviceName").text() or ""
    found = tuple(one for one in inside if one.id.name == name)
    if not found:
        raise NotModelled(by_name, f"Service {name}, which is not in the render,")
    return found


# ---------------------------------------------------------------- entities, nodes


def _entity(node: Node, action: Action) -> AdminPeer:
    name = node.required_text()
    if name in _WORLD:
        return AdminPeer(None, tuple(AddressBlock(ip_network(text), ()) for text in _WORLD[name]), node.place)
    if name == "cluster":
        return AdminPeer(PodsOf(EVERYTHING, None, host_network=True), (), node.place)
    if name in _NODES:
        return _nodes(node, action)
    if name in _NO_WORKLOAD:
        return AdminPeer(None, (), node.place)
    raise NotModelled(node, f"entity {name}")


def _nodes(node: Node, action: Action) -> AdminPeer:
    """Pods of the host's network are on some node. The engine leaves open what is not allowed to them, so only a denial
    would be read as less than it says.
    """
    if action is Action.DENY:
        raise NotModelled(node, str(node.value) if isinstance(node.value, str) else "")
    return AdminPeer(None, (), node.place)


# ---------------------------------------------------------------- addresses


def _blocks(node: Node, references: References) -> tuple[AddressBlock, ...]:
    known_fields(node, {"cidr", "cidrGroupRef", "cidrGroupSelector", "except"})
    if not node.get("cidr").absent:
        excepted = tuple(read_network(entry) for entry in node.get("except").items())
        return (AddressBlock(read_address_range(node.get("cidr")), excepted),)
    if not node.get("except").absent:
        raise NotModelled(node.get("except"), "beside a group")
    return tuple(block for group in _groups(node, references) for block in group.blocks)


def _groups(node: Node, references: References) -> tuple[AddressGroup, ...]:
    """By name, or by labels. Groups that nobody shows are not taken as empty."""
    groups = [one for one in references.groups if one.id.kind == "CiliumCIDRGroup"]
    by_name = node.get("cidrGroupRef")
    if not by_name.absent:
        found = tuple(one for one in groups if one.id.name == by_name.required_text())
    else:
        selector = read_selector(node.get("cidrGroupSelector"))
        found = tuple(one for one in groups if selector is not None and selects(selector, one.labels))
    if not found:
        chosen = by_name if not by_name.absent else node.get("cidrGroupSelector")
        raise NotModelled(chosen, "that means no CiliumCIDRGroup of the render")
    return found
