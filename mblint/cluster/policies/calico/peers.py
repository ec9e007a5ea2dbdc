"""Whom a rule of Calico's is about: its source or its destination, whichever is not the policy's own side.

Source: docs.tigera.io/calico/latest/reference/resources/networkpolicy, "EntityRule". All that is written there must
hold. Whether a pod's address is in a network no manifest knows, so networks beside selectors are not modelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from msgspec import Struct

from mblint.cluster.objects import NAMESPACE_NAME, Service, ServicePort
from mblint.cluster.policies.calico.endpoints import (
    all_but,
    endpoints,
    in_namespaces,
    networks_of,
    of_both,
    pods_of,
    with_accounts,
    with_accounts_named,
)
from mblint.cluster.policies.calico.ports import protocols_of
from mblint.cluster.policies.calico.selectors import EVERYTHING, Alternatives
from mblint.cluster.policies.networks import read_address_range
from mblint.cluster.policies.objects import AddressBlock, AdminPeer, AdminPort, Network, PodsOf, Selector
from mblint.cluster.policies.references import References
from mblint.cluster.policies.unmodelled import NotModelled, known_fields
from mblint.manifests.nodes import Node

_SELECTORS = {"selector", "namespaceSelector", "notSelector", "serviceAccounts"}
_NETWORKS = ("nets", "notNets")
_IPV4, _IPV6 = (AddressBlock(ip_network(text), ()) for text in ("0.0.0.0/0", "::/0"))


class Peers(Struct, frozen=True):
    """`peers` None: everybody. `ports`: where a Service says them. `blocks_cover_pods`: as in a PluginRule."""

    peers: tuple[AdminPeer, ...] | None
    ports: tuple[AdminPort, ...] | None = None
    blocks_cover_pods: bool = True


def peers(rule: Node, node: Node, own: str | None, references: References) -> Peers:
    """The source of an ingress rule, or the destination of an egress rule, is `node`."""
    known_fields(node, _SELECTORS | {*_NETWORKS, "services"} | _ports_of(node))
    version = rule.get("ipVersion").integer()
    if version not in (None, 4):
        raise NotModelled(rule.get("ipVersion"))
    if not node.get("services").absent:
        return _of_service(rule, node, own, references)
    networks = [key for key in _NETWORKS if not node.get(key).absent]
    selectors = [key for key in sorted(_SELECTORS) if not node.get(key).absent]
    if selectors and networks:
        raise NotModelled(node.get(networks[0]), f"beside {selectors[0]}")
    if networks:
        return Peers((AdminPeer(None, _blocks(node), node.place),))
    if selectors == ["notSelector"]:
        return _everybody_but(node, own, references)
    if selectors:
        return Peers(tuple(_selected(node, own, references)))
    everything = PodsOf(Selector({}, ()), None, host_network=True)
    return Peers(None if version is None else (AdminPeer(everything, (_IPV4,), node.place),))


# ---------------------------------------------------------------- selectors


def _selected(node: Node, own: str | None, references: References) -> Iterator[AdminPeer]:
    wanted = selection(node, own, references)
    unwanted = endpoints(node.get("notSelector"), references) if not node.get("notSelector").absent else ()
    excepted = tuple(block.network for block in networks_of(unwanted, references))
    pods = of_both(node.get("notSelector"), wanted, all_but(node.get("notSelector"), unwanted))
    for one in pods_of(node, pods, references):
        yield AdminPeer(one, (), node.place)
    blocks = tuple(AddressBlock(block.network, excepted) for block in networks_of(wanted, references))
    # A set's networks are in one ipset with the addresses of the pods: it takes a pod whose address is in them.
    yield AdminPeer(None if blocks else PodsOf(_NOWHERE, None), blocks, node.place)


_NOWHERE = Selector({NAMESPACE_NAME: ""}, ())  # no namespace is called so: what a peer of nobody selects


def selection(node: Node, own: str | None, references: References) -> Alternatives:
    """The endpoints that all the positive selectors select."""
    accounts = node.get("serviceAccounts")
    known_fields(accounts, {"names", "selector"})
    found = in_namespaces(node.get("namespaceSelector"), own, references)
    found = of_both(node, found, endpoints(node.get("selector"), references))
    found = of_both(node, found, with_accounts(accounts.get("selector"), references))
    return of_both(node, found, with_accounts_named(accounts.get("names").texts()))


def _everybody_but(node: Node, own: str | None, references: References) -> Peers:
    """Pods and addresses everywhere, without what is selected. In a namespace Calico's own sources and documentation
    differ on where everywhere is.
    """
    if own is not None:
        raise NotModelled(node.get("notSelector"), "without a selector")
    unwanted = endpoints(node.get("notSelector"), references)
    excepted = tuple(block.network for block in networks_of(unwanted, references))
    blocks = tuple(AddressBlock(block.network, excepted) for block in (_IPV4, _IPV6))
    left = pods_of(node, all_but(node.get("notSelector"), unwanted), references)
    whom = (*(AdminPeer(pods, (), node.place) for pods in left), AdminPeer(None, blocks, node.place))
    return Peers(whom, blocks_cover_pods=False)


# ---------------------------------------------------------------- networks


def _blocks(node: Node) -> tuple[AddressBlock, ...]:
    excepted: tuple[Network, ...] = tuple(read_address_range(entry) for entry in node.get("notNets").items())
    networks = [read_address_range(entry) for entry in node.get("nets").items()]
    if not node.get("nets").absent:
        return tuple(AddressBlock(network, excepted) for network in networks)
    return tuple(AddressBlock(block.network, excepted) for block in (_IPV4, _IPV6))


# ---------------------------------------------------------------- services


def _of_service(rule: Node, node: Node, own: str | None, references: References) -> Peers:
    """The pods behind a Service, on the ports that it leads to where it is the destination."""
    known_fields(node, {"services"})
    written = node.get("services")
    known_fields(written, {"name", "namespace"})
    namespace, name = written.get("namespace").text() or own, written.get("name").required_text()
    service = next((one for one in references.services if (one.id.namespace, one.id.name) == (namespace, name)), None)
    if service is None and (namespace, name) == ("default", "kubernetes"):
        return Peers((AdminPeer(None, (), node.place),))  # the API servers, which are no pods of anybody's
    if service is None:
        raise NotModelled(written, f"Service {name}, which is not in the render,")
    if not service.selector:
        raise NotModelled(written, f"Service {name} without a selector")
    pods = PodsOf(Selector({NAMESPACE_NAME: service.id.namespace}, ()), Selector(service.selector, ()), True)
    whom = (AdminPeer(pods, (), node.place),)
    return Peers(whom, _service_ports(rule, service) if node.path[-1] == "destination" else None)


def _service_ports(rule: Node, service: Service) -> tuple[AdminPort, ...]:
    protocols = protocols_of(rule)
    return tuple(_service_port(port) for port in service.ports if port.protocol in protocols)


def _service_port(port: ServicePort) -> AdminPort:
    if isinstance(port.target, str):
        return AdminPort(port.protocol, name=port.target)
    return AdminPort(port.protocol, port.target, port.target)


def local_side(node: Node, references: References) -> Alternatives:
    """What a rule says of the policy's own pods, beside the policy: no networks, for these are not known."""
    known_fields(node, _SELECTORS | _ports_of(node))
    found = EVERYTHING
    if not node.absent:
        found = selection(node, None, references)
    if not node.get("notSelector").absent:
        unwanted = all_but(node.get("notSelector"), endpoints(node.get("notSelector"), references))
        found = of_both(node, found, unwanted)
    return found


def _ports_of(node: Node) -> set[str]:
    """Ports are those of the destination. From which port a connection starts nobody knows."""
    return {"ports", "notPorts"} if node.path[-1] == "destination" else set()
