"""Random clusters within what netpol-analyzer accepts: few names, so that selectors, ports and ranges meet often.

Left out: what it refuses (named ports towards addresses, IPv6), and hostNetwork, which it does not read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

Dict = dict[str, object]

_NAMESPACES, _APPS, _TIERS = ("one", "two", "three"), ("a", "b", "c"), ("x", "y")
_NUMBERS = (1, 79, 80, 81, 443, 8080, 65535)
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_BLOCKS = {
    "0.0.0.0/0": ("10.0.0.0/8", "10.1.0.0/16"),
    "10.0.0.0/8": ("10.1.0.0/16", "10.0.0.5/32"),
    "203.0.113.9/32": (),
}


def manifests(draw: random.Random) -> Iterator[Dict]:
    """Namespaces, up to six workloads, up to four NetworkPolicies, in half of the clusters admin policies."""
    for name in _NAMESPACES:
        labels = {"env": draw.choice(("prod", "test"))} if draw.random() < 0.7 else {}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    yield from (_workload(draw, number) for number in range(draw.randint(2, 6)))
    yield from (_network_policy(draw, number) for number in range(draw.randint(0, 4)))
    if draw.random() < 0.5:
        priorities = draw.sample(range(100), draw.randint(0, 3))
        yield from (_admin_policy(draw, priority) for priority in priorities)
        if draw.random() < 0.6:
            yield _baseline(draw)


def _workload(draw: random.Random, number: int) -> Dict:
    names = draw.sample(("web", "dns"), draw.randint(0, 2))
    ports = [
        {"name": name, "containerPort": draw.choice(_NUMBERS), "protocol": draw.choice(_PROTOCOLS)} for name in names
    ]
    labels = _labels(draw) or {"app": "a"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "x", "ports": ports}]}}
    metadata = {"name": f"w{number}", "namespace": draw.choice(_NAMESPACES)}
    spec = {"selector": {"matchLabels": labels}, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def _labels(draw: random.Random) -> dict[str, str]:
    found = {"app": draw.choice(_APPS)} if draw.random() < 0.8 else {}
    return found | ({"tier": draw.choice(_TIERS)} if draw.random() < 0.5 else {})


def _selector(draw: random.Random) -> Dict:
    found: Dict = {}
    if draw.random() < 0.6:
        found["matchLabels"] = {k: v for k, v in _labels(draw).items() if draw.random() < 0.7}
    if draw.random() < 0.3:
        operator = draw.choice(("In", "NotIn", "Exists", "DoesNotExist"))
        values = {"values": draw.sample((*_APPS, *_TIERS), 2)} if operator in ("In", "NotIn") else {}
        found["matchExpressions"] = [{"key": draw.choice(("app", "tier")), "operator": operator, **values}]
    return found


def _namespaces(draw: random.Random) -> Dict:
    kind = draw.random()
    if kind < 0.3:
        return {}
    if kind < 0.6:
        return {"matchLabels": {"kubernetes.io/metadata.name": draw.choice(_NAMESPACES)}}
    if kind < 0.8:
        return {"matchLabels": {"env": draw.choice(("prod", "test"))}}
    return {"matchExpressions": [{"key": "env", "operator": draw.choice(("Exists", "DoesNotExist"))}]}


# ---------------------------------------------------------------- NetworkPolicies


def _network_policy(draw: random.Random, number: int) -> Dict:
    spec: Dict = {"podSelector": _selector(draw)}
    types = draw.choice((None, ["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    if types is not None:
        spec["policyTypes"] = types
    if draw.random() < 0.7 and (types is None or "Ingress" in types):
        spec["ingress"] = [_rule(draw, "from") for _ in range(draw.randint(0, 2))]
    if draw.random() < 0.7 and (types is None or "Egress" in types):
        spec["egress"] = [_rule(draw, "to") for _ in range(draw.randint(0, 2))]
    metadata = {"name": f"p{number}", "namespace": draw.choice(_NAMESPACES)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _rule(draw: random.Random, side: str) -> Dict:
    rule: Dict = {}
    to_addresses = side == "to"
    if draw.random() < 0.8:
        peers = [_peer(draw) for _ in range(draw.randint(1, 2))]
        rule[side] = peers
        to_addresses = side == "to" and any("ipBlock" in peer for peer in peers)
    if draw.random() < 0.7:
        rule["ports"] = [_port(draw, named=not to_addresses) for _ in range(draw.randint(1, 2))]
    return rule


def _peer(draw: random.Random) -> Dict:
    if draw.random() < 0.25:
        cidr = draw.choice(tuple(_BLOCKS))
        excepted = [block for block in _BLOCKS[cidr] if draw.random() < 0.5]
        return {"ipBlock": {"cidr": cidr, **({"except": excepted} if excepted else {})}}
    which = draw.choice(("pods", "namespaces", "both"))
    peer: Dict = {"podSelector": _selector(draw)} if which != "namespaces" else {}
    return peer | ({"namespaceSelector": _namespaces(draw)} if which != "pods" else {})


def _port(draw: random.Random, *, named: bool) -> Dict:
    port: Dict = {"protocol": draw.choice(_PROTOCOLS)} if draw.random() < 0.6 else {}
    kind = draw.choice(("none", "number", "range", "name") if named else ("none", "number", "range"))
    if kind == "name":
        port["port"] = draw.choice(("web", "dns"))
    elif kind != "none":
        port["port"] = first = draw.choice(_NUMBERS)
        if kind == "range":
            port["endPort"] = draw.choice([last for last in _NUMBERS if last >= first])
    return port


# ---------------------------------------------------------------- admin policies


def _admin_policy(draw: random.Random, priority: int) -> Dict:
    return _of_kind(draw, "AdminNetworkPolicy", f"admin{priority}", {"priority": priority}, ("Allow", "Deny", "Pass"))


def _baseline(draw: random.Random) -> Dict:
    return _of_kind(draw, "BaselineAdminNetworkPolicy", "default", {}, ("Allow", "Deny"))


def _of_kind(draw: random.Random, kind: str, name: str, fields: Dict, actions: tuple[str, ...]) -> Dict:
    spec: Dict = {**fields, "subject": _subject(draw)}
    for direction, side in (("ingress", "from"), ("egress", "to")):
        if draw.random() < 0.7:
            spec[direction] = [_admin_rule(draw, side, actions) for _ in range(draw.randint(1, 3))]
    return {"apiVersion": "policy.networking.k8s.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def _subject(draw: random.Random) -> Dict:
    if draw.random() < 0.5:
        return {"namespaces": _namespaces(draw)}
    return {"pods": {"namespaceSelector": _namespaces(draw), "podSelector": _selector(draw)}}


def _admin_rule(draw: random.Random, side: str, actions: tuple[str, ...]) -> Dict:
    networks = side == "to" and draw.random() < 0.3
    peer: Dict = {"networks": draw.sample(tuple(_BLOCKS), draw.randint(1, 2))} if networks else _subject(draw)
    rule: Dict = {"action": draw.choice(actions), side: [peer]}
    if draw.random() < 0.6:
        rule["ports"] = [_admin_port(draw, named=not networks) for _ in range(draw.randint(1, 2))]
    return rule


def _admin_port(draw: random.Random, *, named: bool) -> Dict:
    kind = draw.choice(("number", "range", "name") if named else ("number", "range"))
    if kind == "name":
        return {"namedPort": draw.choice(("web", "dns"))}
    protocol = draw.choice(_PROTOCOLS)
    if kind == "number":
        return {"portNumber": {"protocol": protocol, "port": draw.choice(_NUMBERS)}}
    first = draw.choice(_NUMBERS[:-1])
    last = draw.choice([number for number in _NUMBERS if number > first])
    return {"portRange": {"protocol": protocol, "start": first, "end": last}}
