"""Random pods, namespaces, Services and NetworkPolicies for the property tests of plugins' policies, as manifests."""

from __future__ import annotations

from hypothesis import strategies as st

from .plain_objects import Manifest
from .random_clusters import PORTS, PROTOCOLS, labels, namespaces, selectors

RANGES = ("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "203.0.113.9/32", "10.0.0.5/32", "::/0")
ACCOUNTS = ("default", "clerk", "robot")
NAMESPACES: list[Manifest] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one", "labels": {"env": "x", "team": "blue"}}},
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "two", "labels": {"team": "red"}}},
]

# The plain readings are slow: not every port in every view.
some_ports = st.lists(
    st.tuples(st.sampled_from(PROTOCOLS), st.sampled_from(PORTS)), min_size=2, max_size=3, unique=True
)


@st.composite
def pods(draw: st.DrawFn, number: int, host_network: st.SearchStrategy[bool]) -> Manifest:
    ports = [
        {"name": name, "containerPort": draw(st.sampled_from(PORTS)), "protocol": draw(st.sampled_from(PROTOCOLS))}
        for name in draw(st.lists(st.sampled_from(["web", "dns"]), unique=True))
    ]
    spec: Manifest = {
        "hostNetwork": draw(host_network),
        "containers": [{"name": "main", "image": "example", "ports": ports}],
    }
    account = draw(st.sampled_from(ACCOUNTS))
    if account != "default":
        spec["serviceAccountName"] = account
    metadata = {"name": f"pod-{number}", "namespace": draw(namespaces), "labels": dict(draw(labels))}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@st.composite
def services(draw: st.DrawFn, number: int) -> Manifest:
    port: Manifest = {
        "port": 8000,
        "targetPort": draw(st.sampled_from([*PORTS, "web"])),
        "protocol": draw(st.sampled_from(PROTOCOLS)),
    }
    selector = {"app": draw(st.sampled_from("ab"))}
    metadata = {"name": f"service-{number}", "namespace": draw(namespaces), "labels": dict(draw(labels))}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"selector": selector, "ports": [port]},
    }


@st.composite
def network_policies(draw: st.DrawFn, number: int) -> Manifest:
    spec: Manifest = {"podSelector": draw(selectors()), "policyTypes": ["Ingress", "Egress"]}
    for direction, key in (("ingress", "from"), ("egress", "to")):
        rule: Manifest = {}
        if draw(st.booleans()):
            rule[key] = [{"podSelector": draw(selectors())}]
        if draw(st.booleans()):
            rule["ports"] = [{"protocol": draw(st.sampled_from(PROTOCOLS)), "port": draw(st.sampled_from(PORTS))}]
        spec[direction] = [rule] if draw(st.booleans()) else []
    metadata = {"name": f"kubernetes-{number}", "namespace": draw(namespaces)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
