"""Random views with policies of Calico, as manifests: only what is modelled, so that every answer can be compared."""

from __future__ import annotations

from hypothesis import strategies as st

from .plain_objects import Manifest
from .random_clusters import PORTS, PROTOCOLS, labels
from .random_plugin_objects import ACCOUNTS, NAMESPACES, RANGES, network_policies, pods, services

_RANGES = RANGES[:-1]  # one version in a rule
_ORDERS = (None, 10, 10.5, 900, 1100)  # not 1000, which NetworkPolicies have


@st.composite
def _operators(draw: st.DrawFn, keys: tuple[str, ...], values: tuple[str, ...]) -> str:
    key, value = draw(st.sampled_from(keys)), draw(st.sampled_from(values))
    operator = draw(st.sampled_from(["has", "==", "!=", "in", "not in", "contains", "starts with", "ends with"]))
    if operator == "has":
        return f"has({key})"
    if operator in ("in", "not in"):
        other = draw(st.sampled_from(values))
        return f'{key} {operator} {{"{value}", "{other}"}}'
    if operator in ("contains", "starts with", "ends with"):
        value = draw(st.sampled_from([value[:1], value[-1:], value]))
    return f'{key} {operator} "{value}"'


def _selectors(words: tuple[str, ...], keys: tuple[str, ...], values: tuple[str, ...]) -> st.SearchStrategy[str]:
    leaves = st.one_of(_operators(keys, values), st.sampled_from(words))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda one: f"!({one})"),
            st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(" ".join),
            st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        ),
        max_leaves=3,
    )


_OF_PODS = _selectors(
    ("all()",),
    (
        "app",
        "tier",
        "app",
        "tier",
        "projectcalico.org/namespace",
        "pcns.team",
        "pcsa.role",
        "projectcalico.org/serviceaccount",
    ),
    ("a", "b", "x", "y", "one", "blue", "clerk", "machine"),
)
_OF_NAMESPACES = _selectors(
    ("all()", "global()"), ("projectcalico.org/name", "team", "env"), ("one", "two", "blue", "red", "x")
)
_OF_SUBJECT_NAMESPACES = _selectors(("all()",), ("projectcalico.org/name", "team", "env"), ("one", "two", "blue", "x"))
_OF_ACCOUNTS = _selectors(("all()",), ("projectcalico.org/name", "role"), (*ACCOUNTS, "machine"))
_PORTS = st.one_of(st.sampled_from(PORTS), st.sampled_from(["79:81", "1:443", "443:65535"]))


@st.composite
def _selected(draw: st.DrawFn) -> Manifest:
    entity: Manifest = {}
    which = draw(st.lists(st.sampled_from(["selector", "namespaceSelector", "accounts"]), min_size=1, unique=True))
    if "selector" in which:
        entity["selector"] = draw(_OF_PODS)
    if "namespaceSelector" in which:
        entity["namespaceSelector"] = draw(_OF_NAMESPACES)
    if "accounts" in which:
        names = draw(st.lists(st.sampled_from(ACCOUNTS), min_size=1, max_size=2))
        entity["serviceAccounts"] = {"names": names}
        if draw(st.booleans()):
            entity["serviceAccounts"]["selector"] = draw(_OF_ACCOUNTS)
    if draw(st.integers(0, 3)) == 0:
        entity["notSelector"] = draw(_OF_PODS)
    return entity


@st.composite
def _nets(draw: st.DrawFn) -> Manifest:
    entity: Manifest = {}
    which = draw(st.sampled_from(["nets", "notNets", "both"]))
    if which != "notNets":
        entity["nets"] = draw(st.lists(st.sampled_from(_RANGES), min_size=1, max_size=2))
    if which != "nets":
        entity["notNets"] = draw(st.lists(st.sampled_from(_RANGES[1:]), min_size=1, max_size=2))
    return entity


@st.composite
def _services(draw: st.DrawFn, namespaced: bool) -> Manifest:
    """Both Services are in both namespaces, see `calico_views`."""
    wanted: Manifest = {"name": draw(st.sampled_from(["service-0", "service-1"]))}
    if not namespaced or draw(st.booleans()):
        wanted["namespace"] = draw(st.sampled_from(["one", "two"]))
    return {"services": wanted}


@st.composite
def _rules(draw: st.DrawFn, direction: str, namespaced: bool, alone: bool) -> Manifest:
    rule: Manifest = {"action": draw(st.sampled_from(["Allow", "Allow", "Deny", "Pass", "Log"]))}
    side, local = ("destination", "source") if direction == "egress" else ("source", "destination")
    peers = [st.just(Manifest()), _selected(), _nets()]
    if direction == "egress":
        peers.append(_services(namespaced))
    if alone and not namespaced:
        peers.append(_OF_PODS.map(lambda selector: {"notSelector": selector}))
    rule[side] = draw(st.one_of(peers))
    if draw(st.integers(0, 5)) == 0:
        rule[local] = draw(_selected())
    kind = draw(st.sampled_from([None, "protocol", "ports", "notPorts", "notProtocol", "icmp"]))
    if kind in ("protocol", "ports", "notPorts"):
        rule["protocol"] = draw(st.sampled_from([*PROTOCOLS, 6, 17]))
    if kind == "notProtocol":
        rule["notProtocol"] = draw(st.sampled_from([*PROTOCOLS, "ICMP"]))
    if kind == "icmp":
        rule |= {"protocol": "ICMP", "icmp": {"type": 8}}
    ports = st.one_of(_PORTS, st.sampled_from(["web", "dns"])) if kind == "ports" else _PORTS
    if kind in ("ports", "notPorts") and "services" not in rule[side]:
        rule.setdefault("destination", {})[kind] = draw(st.lists(ports, min_size=1, max_size=2))
    return rule


@st.composite
def _policies(draw: st.DrawFn, number: int, alone: bool) -> Manifest:
    kind = draw(st.sampled_from(["NetworkPolicy", "GlobalNetworkPolicy"]))
    metadata: Manifest = {"name": f"policy-{number}"}
    spec: Manifest = {
        "selector": draw(_OF_PODS),
        "tier": draw(st.sampled_from(["default", "default", "early", "last"])),
    }
    if kind == "NetworkPolicy":
        metadata["namespace"] = draw(st.sampled_from(["one", "two"]))
    elif draw(st.integers(0, 2)) == 0:
        spec["namespaceSelector"] = draw(_OF_SUBJECT_NAMESPACES)
    if draw(st.integers(0, 3)) == 0:
        spec["serviceAccountSelector"] = draw(_OF_ACCOUNTS)
    order = draw(st.sampled_from(_ORDERS))
    if order is not None:
        spec["order"] = order
    if draw(st.booleans()):
        spec["types"] = draw(st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]))
    for direction in ("ingress", "egress"):
        if draw(st.booleans()):
            rules = _rules(direction, kind == "NetworkPolicy", alone)
            spec[direction] = draw(st.lists(rules, max_size=3))
    return {"apiVersion": "projectcalico.org/v3", "kind": kind, "metadata": metadata, "spec": spec}


@st.composite
def _network_sets(draw: st.DrawFn, number: int) -> Manifest:
    kind = draw(st.sampled_from(["NetworkSet", "GlobalNetworkSet"]))
    metadata: Manifest = {"name": f"set-{number}", "labels": dict(draw(labels))}
    if kind == "NetworkSet":
        metadata["namespace"] = draw(st.sampled_from(["one", "two"]))
    spec = {"nets": draw(st.lists(st.sampled_from(_RANGES), max_size=2))}
    return {"apiVersion": "projectcalico.org/v3", "kind": kind, "metadata": metadata, "spec": spec}


@st.composite
def _tiers(draw: st.DrawFn, name: str, orders: tuple[float | None, ...]) -> Manifest:
    spec: Manifest = {}
    order = draw(st.sampled_from(orders))
    if order is not None:
        spec["order"] = order
    if draw(st.booleans()):
        spec["defaultAction"] = draw(st.sampled_from(["Deny", "Pass"]))
    return {"apiVersion": "projectcalico.org/v3", "kind": "Tier", "metadata": {"name": name}, "spec": spec}


def _accounts() -> list[Manifest]:
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": namespace, "labels": role},
        }
        for name, role in (("clerk", {}), ("robot", {"role": "machine"}))
        for namespace in ("one", "two")
    ]


@st.composite
def calico_views(draw: st.DrawFn) -> list[Manifest]:
    """Up to four pods in two namespaces, with policies of Calico's in three tiers, perhaps beside a NetworkPolicy.

    Pods of the host's network, or rules about everybody but some: whether these mean them is not said.
    """
    alone = draw(st.booleans())
    host_network = st.just(False) if alone else st.integers(0, 9).map(lambda number: number == 0)
    objects = [*NAMESPACES, *_accounts()]
    for number in range(2):
        service = draw(services(number))
        objects += [{**service, "metadata": {**service["metadata"], "namespace": name}} for name in ("one", "two")]
        objects.append(draw(_network_sets(number)))
    objects += [draw(_tiers("early", (10, 999_999, 1_000_000))), draw(_tiers("last", (10, 2_000_000, None)))]
    objects += [draw(pods(number, host_network)) for number in range(draw(st.integers(2, 4)))]
    objects += [draw(_policies(number, alone)) for number in range(draw(st.integers(1, 4)))]
    objects += [draw(network_policies(number)) for number in range(draw(st.integers(0, 1)))]
    return objects
