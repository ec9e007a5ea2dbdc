"""The ports of a rule of Cilium's, and what restricts the traffic that they let through.

Source: docs.cilium.io/en/stable/security/policy/language (layers 4 and 7).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.policies.objects import Action, AdminPort
from mblint.cluster.policies.ports import FIRST_PORT, LAST_PORT, PROTOCOLS
from mblint.cluster.policies.unmodelled import NotModelled, known_fields
from mblint.manifests.nodes import Node

_RESTRICT = ("rules", "terminatingTLS", "originatingTLS", "serverNames", "listener")

Allowed = tuple[tuple[AdminPort, ...] | None, str | None]  # ports (None: every port), and the field that restricts them


def ports(node: Node, action: Action) -> Iterator[Allowed]:
    """Of a rule, one for each entry of `toPorts`. A rule about ICMP has no ports; an entry without ports has none."""
    if not any(True for _ in node.get("toPorts").items()):
        about_icmp = any(True for _ in node.get("icmps").items())
        yield (() if about_icmp else None), None
        return
    for entry in node.get("toPorts").items():
        known_fields(entry, {"ports", *(_RESTRICT if action is Action.ALLOW else ())})
        found = tuple(port for one in entry.get("ports").items() for port in _port(one))
        yield found, next((f"toPorts.{key}" for key in _RESTRICT if _restricts(entry.get(key))), None)


def _restricts(node: Node) -> bool:
    """Rules without an entry let everything through."""
    return any(node.value.values()) if isinstance(node.value, dict) else bool(node.value)


def _port(node: Node) -> Iterator[AdminPort]:
    """A port is written as text: a number, "0" for all of them, or a name. Protocol ANY, the default, is each."""
    known_fields(node, {"port", "endPort", "protocol"})
    written = (node.get("protocol").text() or "ANY").upper()
    if written not in (*PROTOCOLS, "ANY"):
        raise NotModelled(node, f"protocol {written}")
    text, last = node.get("port").required_text(), node.get("endPort").integer() or FIRST_PORT
    if text.isdigit() and text != "0" and text.startswith("0"):  # of another base than ten
        raise NotModelled(node.get("port"), text)
    for protocol in PROTOCOLS if written == "ANY" else (written,):
        if not text.isdigit():
            yield AdminPort(protocol, name=text.lower())
        elif int(text) == 0:
            yield AdminPort(protocol, FIRST_PORT, LAST_PORT)
        else:
            yield AdminPort(protocol, int(text), max(int(text), last))
