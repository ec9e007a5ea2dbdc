"""Ways to break policies: rules that alone let a call through, so that the call is cut off without them.

A call is a workload that names a Service as a host, and the pods that the Service selects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mentions import mentions, services_of, template_of
from places import Places, name_of, one, typo
from renders import Change, Step, Tree

Labels = frozenset[tuple[str, str]]


def _calls(objects: Sequence[Tree]) -> set[tuple[Labels, Labels]]:
    """(client, server) by their pods' labels: a workload that names a Service as a host, and what that selects."""
    templates = {name_of(tree): _pod_labels(tree) for tree in objects if template_of(tree) is not None}
    services = services_of(objects)
    calls: set[tuple[Labels, Labels]] = set()
    for mention in mentions(objects):
        kind, _, name = mention.workload
        namespace, _, service = mention.service.partition("/")
        selector = set(services[namespace, service].selector)
        servers = [labels for labels in templates.values() if selector and selector <= labels]
        calls.update((templates[f"{kind}/{name}"], server) for server in servers)
    return calls


def _pod_labels(tree: Tree) -> Labels:
    labels = ((template_of(tree) or {}).get("metadata") or {}).get("labels") or {}
    return frozenset((str(key), str(value)) for key, value in labels.items())


def _selects(selector: Any, labels: Labels) -> bool:
    wanted = (selector or {}).get("matchLabels") or {}
    return not (selector or {}).get("matchExpressions") and {(k, str(v)) for k, v in wanted.items()} <= labels


def _rules(objects: Sequence[Tree], direction: str) -> Iterator[tuple[int, Tree, int, Tree]]:
    for number, tree in enumerate(objects):
        rules = (tree.get("spec") or {}).get(direction) if tree["kind"] == "NetworkPolicy" else None
        for index, rule in enumerate(rules or ()):
            yield number, tree, index, rule or {}


def policy_peers(direction: str, peers: str) -> Places:
    """Of rules that alone let a call through: the only peer of all policies of its pods that is the other side."""

    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        calls = _calls(objects)
        calls = calls if direction == "egress" else {(server, client) for client, server in calls}
        letting: dict[tuple[Labels, Labels], list[tuple[Step, ...]]] = {call: [] for call in calls}
        for number, tree, index, rule in _rules(objects, direction):
            for own, other in calls:
                if not _selects(tree["spec"].get("podSelector"), own):
                    continue
                for which, peer in enumerate(rule.get(peers) or ({},)):
                    if "ipBlock" in peer or not _selects(peer.get("podSelector"), other):
                        continue  # a block is of addresses outside
                    letting[own, other].append((number, "spec", direction, index, peers, which))
                    if "namespaceSelector" in peer:
                        letting[own, other].append(())  # which namespaces these are is not looked into
        for way in dict.fromkeys(ways[0] for ways in letting.values() if len(ways) == 1):
            number, _, _, index, _, which = way
            rule = objects[number]["spec"][direction][index]
            labels = ((rule.get(peers) or [{}])[which].get("podSelector") or {}).get("matchLabels") or {}
            for key, value in list(labels.items())[:1]:
                what = f"{name_of(objects[number])} {direction} {int(index) + 1}"
                yield one(what, (*way, "podSelector", "matchLabels", key), typo(str(value)))

    return places


def no_dns(objects: Sequence[Tree]) -> Iterator[Change]:
    """Of rules that alone lead pods that call others to the DNS."""
    clients = {client for client, _ in _calls(objects)}
    letting: dict[Labels, list[int]] = {client: [] for client in clients}
    ways: list[tuple[Step, ...]] = []
    for number, tree, index, rule in _rules(objects, "egress"):
        ports = rule.get("ports") or ()
        if not ports or any(port.get("port") in (53, "dns", "dns-tcp", None) for port in ports):
            ways.append((number, "spec", "egress", index, "ports"))
            for client in clients:
                if _selects(tree["spec"].get("podSelector"), client):
                    letting[client].append(len(ways) - 1)
    for at in dict.fromkeys(each[0] for each in letting.values() if len(each) == 1):
        number, _, _, index, _ = ways[at]
        ports = objects[number]["spec"]["egress"][index].get("ports") or ()
        if ports and all(port.get("port") in (53, "dns", "dns-tcp") for port in ports):
            yield one(name_of(objects[number]), ways[at], [{**port, "port": 54} for port in ports])
