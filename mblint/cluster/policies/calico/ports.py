"""The ports of a rule of Calico's.

Source: docs.tigera.io/calico/latest/reference/resources/networkpolicy, "Rule" and "Ports".
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.policies.objects import AdminPort
from mblint.cluster.policies.ports import FIRST_PORT, LAST_PORT, PROTOCOLS
from mblint.cluster.policies.ports import ports as port_set
from mblint.cluster.policies.unmodelled import NotModelled
from mblint.manifests.nodes import Node

_NUMBERS: dict[int | str | None, str] = {6: "TCP", 17: "UDP", 132: "SCTP"}


def ports(rule: Node) -> tuple[AdminPort, ...]:
    """Of each protocol that the rule is about. Other protocols (ICMP) have no ports: such a rule matches none."""
    protocols = protocols_of(rule)
    node = rule.get("destination")
    for key in ("ports", "notPorts"):  # which Calico refuses
        if not node.get(key).absent and rule.get("protocol").absent:
            raise NotModelled(node.get(key), "without a protocol")
    if not node.get("notPorts").absent:
        if not node.get("ports").absent:
            raise NotModelled(node.get("notPorts"), "beside ports")
        return tuple(port for protocol in protocols for port in _all_but(node.get("notPorts"), protocol))
    if node.get("ports").absent:
        return tuple(AdminPort(protocol, FIRST_PORT, LAST_PORT) for protocol in protocols)
    return tuple(_port(entry, protocol) for protocol in protocols for entry in node.get("ports").items())


def protocols_of(rule: Node) -> tuple[str, ...]:
    """The protocols that a rule is about, of those that have ports."""
    if not (rule.get("icmp").absent and rule.get("notICMP").absent):
        return ()
    wanted, unwanted = (_protocol(rule.get(key)) for key in ("protocol", "notProtocol"))
    return tuple(one for one in PROTOCOLS if wanted in (None, one) and unwanted != one)


def _protocol(node: Node) -> int | str | None:
    written = node.integer_or_text()
    return _NUMBERS.get(written, written)


def _port(node: Node, protocol: str) -> AdminPort:
    """A number, a range "1:9", or the name of a port."""
    written = str(node.integer_or_text() or "")
    first, colon, last = written.partition(":")
    if first.isdigit() and (last.isdigit() or not colon):
        return AdminPort(protocol, max(int(first), FIRST_PORT), int(last or first))
    if not written or colon:
        raise NotModelled(node)
    return AdminPort(protocol, name=written)


def _all_but(node: Node, protocol: str) -> Iterator[AdminPort]:
    left = port_set(protocol)
    for port in (_port(entry, protocol) for entry in node.items()):
        if port.name is not None:
            raise NotModelled(node, f"named port {port.name}")
        left -= port_set(protocol, port.first, port.last)
    for first, last in left.intervals(protocol):
        yield AdminPort(protocol, first, last)
