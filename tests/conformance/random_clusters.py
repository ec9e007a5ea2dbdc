"""Random clusters for property tests: few names, so that selectors, ports and ranges meet often."""

from __future__ import annotations

from hypothesis import strategies as st

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.manifests.documents import Document, Value

PORTS = (1, 79, 80, 81, 443, 65535)
PROTOCOLS = ("TCP", "UDP", "SCTP")
ADDRESSES = (
    "0.0.0.0",
    "9.255.255.255",
    "10.0.0.0",
    "10.0.0.5",
    "10.1.0.0",
    "10.255.255.255",
    "11.0.0.0",
    "203.0.113.9",
)
ADDRESSES_OF_VERSION_6 = ("::", "fcff:ffff::", "fd00::", "fd00::1", "fdff::", "fe80::1", "ffff::")
_BLOCKS: dict[str, tuple[str, ...]] = {
    "0.0.0.0/0": ("10.0.0.0/8", "10.0.0.0/16"),
    "10.0.0.0/8": ("10.0.0.0/16", "10.0.0.5/32"),
    "203.0.113.9/32": (),
    "::/0": ("fd00::/8", "fd00::1/128"),
    "fd00::/8": (),
}

Dict = dict[str, Value]

labels = st.fixed_dictionaries({}, optional={"app": st.sampled_from("ab"), "tier": st.sampled_from("xy")})
namespaces = st.sampled_from(["one", "two"])


@st.composite
def _expressions(draw: st.DrawFn) -> Dict:
    operator = draw(st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]))
    expression: Dict = {"key": draw(st.sampled_from(["app", "tier", "env"])), "operator": operator}
    if operator in ("In", "NotIn"):
        expression["values"] = list(draw(st.lists(st.sampled_from("abxy"), min_size=1, max_size=2)))
    return expression


@st.composite
def selectors(draw: st.DrawFn) -> Dict:
    selector: Dict = {}
    if draw(st.booleans()):
        selector["matchLabels"] = dict(draw(labels))
    if draw(st.integers(0, 3)) == 0:
        selector["matchExpressions"] = list(draw(st.lists(_expressions(), max_size=2)))
    return selector


namespace_selectors = st.one_of(
    st.just(dict[str, Value]()),
    namespaces.map(lambda name: dict[str, Value](matchLabels={"kubernetes.io/metadata.name": name})),
    st.just(dict[str, Value](matchExpressions=[{"key": "env", "operator": "DoesNotExist"}])),
    st.just(dict[str, Value](matchLabels={"env": "x"})),
)


@st.composite
def _ports(draw: st.DrawFn) -> Dict:
    port: Dict = {}
    if draw(st.booleans()):
        port["protocol"] = draw(st.sampled_from(PROTOCOLS))
    kind = draw(st.sampled_from(["none", "number", "range", "name"]))
    if kind in ("number", "range"):
        port["port"] = first = draw(st.sampled_from(PORTS))
        if kind == "range":
            port["endPort"] = draw(st.sampled_from([last for last in PORTS if last >= first]))
    elif kind == "name":
        port["port"] = draw(st.sampled_from(["web", "dns"]))
    return port


@st.composite
def _peers(draw: st.DrawFn) -> Dict:
    if draw(st.integers(0, 2)) == 0:
        cidr = draw(st.sampled_from(sorted(_BLOCKS)))
        excepted = draw(st.lists(st.sampled_from(_BLOCKS[cidr]), max_size=2)) if _BLOCKS[cidr] else []
        return {"ipBlock": {"cidr": cidr, "except": list(excepted)}}
    peer: Dict = {}
    which = draw(st.sampled_from(["pods", "namespaces", "both"]))
    if which != "namespaces":
        peer["podSelector"] = draw(selectors())
    if which != "pods":
        peer["namespaceSelector"] = draw(namespace_selectors)
    return peer


@st.composite
def _rules(draw: st.DrawFn, peers_key: str) -> Dict:
    rule: Dict = {}
    if draw(st.booleans()):
        rule[peers_key] = list(draw(st.lists(_peers(), max_size=2)))
    if draw(st.booleans()):
        rule["ports"] = list(draw(st.lists(_ports(), max_size=2)))
    return rule


@st.composite
def _network_policies(draw: st.DrawFn, number: int) -> Dict:
    spec: Dict = {"podSelector": draw(selectors())}
    types = draw(st.sampled_from([None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]]))
    if types is not None:
        spec["policyTypes"] = list(types)
    if draw(st.booleans()):
        spec["ingress"] = list(draw(st.lists(_rules("from"), max_size=2)))
    if draw(st.booleans()):
        spec["egress"] = list(draw(st.lists(_rules("to"), max_size=2)))
    metadata: Dict = {"name": f"policy-{number}", "namespace": draw(namespaces)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


@st.composite
def _pods_of(draw: st.DrawFn) -> Dict:
    if draw(st.booleans()):
        return {"namespaces": draw(namespace_selectors)}
    return {"pods": {"namespaceSelector": draw(namespace_selectors), "podSelector": draw(selectors())}}


@st.composite
def _alpha1_ports(draw: st.DrawFn) -> Dict:
    kind = draw(st.sampled_from(["number", "range", "name"]))
    if kind == "name":
        return {"namedPort": draw(st.sampled_from(["web", "dns"]))}
    protocol = draw(st.sampled_from(PROTOCOLS))
    if kind == "number":
        return {"portNumber": {"protocol": protocol, "port": draw(st.sampled_from(PORTS))}}
    return {"portRange": {"protocol": protocol, "start": draw(st.sampled_from([1, 80])), "end": 443}}


@st.composite
def _alpha2_ports(draw: st.DrawFn) -> Dict:
    kind = draw(st.sampled_from(["all", "number", "range", "name"]))
    if kind == "name":
        return {"destinationNamedPort": draw(st.sampled_from(["web", "dns"]))}
    port: Dict = {"number": draw(st.sampled_from(PORTS))}
    if kind == "range":
        port = {"range": {"start": draw(st.sampled_from([1, 80])), "end": 443}}
    protocol = draw(st.sampled_from(["tcp", "udp", "sctp"]))
    return {protocol: {} if kind == "all" else {"destinationPort": port}}


@st.composite
def _admin_rules(draw: st.DrawFn, peers_key: str, actions: tuple[str, ...], ports_key: str) -> Dict:
    inside = _pods_of()
    networks = st.lists(st.sampled_from(sorted(_BLOCKS)), min_size=1, max_size=2).map(
        lambda ranges: dict[str, Value](networks=list(ranges))
    )
    peers = st.one_of(inside, networks) if peers_key == "to" else inside
    rule: Dict = {
        "action": draw(st.sampled_from(actions)),
        peers_key: list(draw(st.lists(peers, min_size=1, max_size=2))),
    }
    if draw(st.booleans()):
        ports = _alpha1_ports() if ports_key == "ports" else _alpha2_ports()
        rule[ports_key] = list(draw(st.lists(ports, min_size=1, max_size=2)))
    return rule


@st.composite
def _admin_policies(draw: st.DrawFn, number: int) -> Dict:
    kind = draw(st.sampled_from(["AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"]))
    spec: Dict = {"subject": draw(_pods_of())}
    actions: tuple[str, ...]
    actions, ports_key, version, name = ("Allow", "Deny", "Pass"), "ports", "v1alpha1", f"admin-{number}"
    if kind == "BaselineAdminNetworkPolicy":
        actions, name = ("Allow", "Deny"), "default"
    else:
        spec["priority"] = draw(st.integers(0, 3))
    if kind == "ClusterNetworkPolicy":
        actions, ports_key, version = ("Accept", "Deny", "Pass"), "protocols", "v1alpha2"
        spec["tier"] = draw(st.sampled_from(["Admin", "Baseline"]))
    for key, peers_key in (("ingress", "from"), ("egress", "to")):
        if draw(st.booleans()):
            spec[key] = list(draw(st.lists(_admin_rules(peers_key, actions, ports_key), max_size=3)))
    api_version = f"policy.networking.k8s.io/{version}"
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec}


@st.composite
def _workloads(draw: st.DrawFn, number: int) -> Dict:
    ports: list[Value] = []
    for name in draw(st.lists(st.sampled_from(["web", "dns"]), unique=True)):
        port = draw(st.sampled_from(PORTS))
        ports.append({"name": name, "containerPort": port, "protocol": draw(st.sampled_from(PROTOCOLS))})
    spec: Dict = {
        "hostNetwork": draw(st.integers(0, 9)) == 0,
        "containers": [{"name": "main", "image": "example", "ports": ports}],
    }
    metadata: Dict = {"name": f"pod-{number}", "namespace": draw(namespaces), "labels": dict(draw(labels))}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@st.composite
def clusters(draw: st.DrawFn, *, admin: bool) -> Cluster:
    """A cluster of up to four workloads in two namespaces, with NetworkPolicies and, where asked, admin policies."""
    objects: list[Dict] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one", "labels": {"env": "x"}}},
    ]
    objects += [draw(_workloads(number)) for number in range(draw(st.integers(1, 4)))]
    objects += [draw(_network_policies(number)) for number in range(draw(st.integers(0, 3)))]
    if admin:
        objects += [draw(_admin_policies(number)) for number in range(draw(st.integers(1, 3)))]
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in objects)
    assert not cluster.invalid, [wrong.message for wrong in cluster.invalid]
    return cluster
