"""Random views with policies of Cilium, as manifests: only what is modelled, so that every answer can be compared."""

from __future__ import annotations

from hypothesis import strategies as st

from .plain_objects import Manifest
from .random_clusters import PORTS, PROTOCOLS, selectors
from .random_plugin_objects import ACCOUNTS, NAMESPACES, RANGES, network_policies, pods, services

_ENTITIES = ("all", "world", "world-ipv4", "world-ipv6", "cluster", "kube-apiserver", "health", "none")
_NAMESPACE_KEYS = ("io.kubernetes.pod.namespace", "k8s:io.kubernetes.pod.namespace", "any:io.kubernetes.pod.namespace")


@st.composite
def _endpoints(draw: st.DrawFn) -> Manifest:
    selector: Manifest = dict(draw(selectors()))
    found = dict(selector.get("matchLabels", {}))
    if draw(st.booleans()):
        found = {f"k8s:{key}": value for key, value in found.items()}
    if draw(st.integers(0, 3)) == 0:
        found[draw(st.sampled_from(_NAMESPACE_KEYS))] = draw(st.sampled_from(["one", "two"]))
    if draw(st.integers(0, 5)) == 0:
        found["k8s:io.cilium.k8s.policy.serviceaccount"] = draw(st.sampled_from(ACCOUNTS))
    if draw(st.integers(0, 5)) == 0:
        expression = {
            "key": "io.cilium.k8s.namespace.labels.env",
            "operator": draw(st.sampled_from(["Exists", "DoesNotExist"])),
        }
        selector["matchExpressions"] = [*selector.get("matchExpressions", []), expression]
    return {**selector, "matchLabels": found}


@st.composite
def _subjects(draw: st.DrawFn) -> Manifest:
    """Without namespaces, which are no matter of a namespaced policy."""
    selector: Manifest = dict(draw(selectors()))
    if draw(st.integers(0, 5)) == 0:
        account = {"io.cilium.k8s.policy.serviceaccount": draw(st.sampled_from(ACCOUNTS))}
        selector["matchLabels"] = {**selector.get("matchLabels", {}), **account}
    return selector


@st.composite
def _ports(draw: st.DrawFn) -> Manifest:
    port: Manifest = {"port": draw(st.sampled_from(["0", "web", "dns", *map(str, PORTS)]))}
    if draw(st.booleans()):
        port["protocol"] = draw(st.sampled_from(["ANY", *PROTOCOLS]))
    if port["port"] in ("1", "80") and draw(st.booleans()):
        port["endPort"] = draw(st.sampled_from([80, 443]))
    return port


@st.composite
def _ranges(draw: st.DrawFn) -> Manifest:
    kind = draw(st.sampled_from(["cidr", "except", "name", "labels"]))
    if kind == "name":
        return {"cidrGroupRef": draw(st.sampled_from(["group-0", "group-1"]))}
    if kind == "labels":
        return {"cidrGroupSelector": {"matchLabels": {"app": draw(st.sampled_from("ab"))}}}
    if kind == "cidr":
        return {"cidr": draw(st.sampled_from(RANGES))}
    return {"cidr": "0.0.0.0/0", "except": draw(st.lists(st.sampled_from(RANGES[1:4]), max_size=2))}


@st.composite
def _service_refs(draw: st.DrawFn) -> Manifest:
    if draw(st.booleans()):
        return {"k8sService": {"serviceName": draw(st.sampled_from(["service-0", "service-1"]))}}
    wanted: Manifest = {"selector": draw(selectors())}
    if draw(st.booleans()):
        wanted["namespace"] = draw(st.sampled_from(["one", "two"]))
    return {"k8sServiceSelector": wanted}


@st.composite
def _rules(draw: st.DrawFn, to: str, denies: bool) -> Manifest:
    rule: Manifest = {}
    peers: dict[str, st.SearchStrategy[object]] = {
        "Endpoints": _endpoints(),
        "Entities": st.sampled_from(_ENTITIES),
        "CIDR": st.sampled_from([*RANGES, "10.0.0.5", "::1"]),
        "CIDRSet": _ranges(),
    }
    if to == "to" and not denies:
        peers["Services"] = _service_refs()
        peers["FQDNs"] = st.just({"matchName": "example.org"})
    kind = draw(st.sampled_from([None, "Endpoints", *peers]))
    if kind is not None:
        rule[f"{to}{kind}"] = draw(st.lists(peers[kind], max_size=2))
    if draw(st.booleans()):
        rule["toPorts"] = [{"ports": draw(st.lists(_ports(), max_size=2))} for _ in range(draw(st.integers(0, 2)))]
    elif draw(st.integers(0, 9)) == 0:
        rule["icmps"] = draw(st.sampled_from([[], [{"fields": [{"type": 8}]}]]))
    return rule


@st.composite
def _specs(draw: st.DrawFn) -> Manifest:
    spec: Manifest = {"endpointSelector": draw(_subjects())}
    for direction, to in (("ingress", "from"), ("egress", "to")):
        if draw(st.booleans()):
            spec[direction] = draw(st.lists(_rules(to, denies=False), max_size=2))
        if draw(st.integers(0, 2)) == 0:
            spec[f"{direction}Deny"] = draw(st.lists(_rules(to, denies=True), max_size=2))
    if not any(spec.get(section) for section in ("ingress", "ingressDeny", "egress", "egressDeny")):
        spec["ingress"] = [draw(_rules("from", denies=False))]  # Cilium refuses a policy without any rule
    if draw(st.integers(0, 3)) == 0:
        direction = draw(st.sampled_from(["ingress", "egress"]))
        ruled = bool(spec.get(direction) or spec.get(f"{direction}Deny"))
        spec["enableDefaultDeny"] = {direction: ruled and draw(st.booleans())}  # true without a rule is unknown
    return spec


@st.composite
def _policies(draw: st.DrawFn, number: int) -> Manifest:
    kind = draw(st.sampled_from(["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"]))
    metadata: Manifest = {"name": f"policy-{number}"}
    if kind == "CiliumNetworkPolicy":
        metadata["namespace"] = draw(st.sampled_from(["one", "two"]))
    policy: Manifest = {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata}
    if draw(st.integers(0, 3)) > 0:
        policy["spec"] = draw(_specs())
    else:
        policy["specs"] = draw(st.lists(_specs(), min_size=1, max_size=2))
    return policy


@st.composite
def _groups(draw: st.DrawFn, number: int) -> Manifest:
    return {
        "apiVersion": "cilium.io/v2alpha1",
        "kind": "CiliumCIDRGroup",
        "metadata": {"name": f"group-{number}", "labels": {"app": "ab"[number]}},
        "spec": {"externalCIDRs": draw(st.lists(st.sampled_from([*RANGES, "10.0.0.5"]), max_size=2))},
    }


@st.composite
def cilium_views(draw: st.DrawFn) -> list[Manifest]:
    """Up to four pods in two namespaces, with policies of Cilium's and perhaps a NetworkPolicy."""
    host_network = st.integers(0, 9).map(lambda number: number == 0)
    objects = [*NAMESPACES, *(draw(_groups(number)) for number in range(2)), *(draw(services(n)) for n in range(2))]
    objects += [draw(pods(number, host_network)) for number in range(draw(st.integers(2, 4)))]
    objects += [draw(_policies(number)) for number in range(draw(st.integers(1, 3)))]
    objects += [draw(network_policies(number)) for number in range(draw(st.integers(0, 1)))]
    return objects
