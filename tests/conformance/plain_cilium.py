"""A second reading of Cilium's policies, as plain as can be, from the manifests' dictionaries alone."""

from __future__ import annotations

from .plain_objects import (
    Manifest,
    Peer,
    account_of,
    has_named_port,
    is_in,
    labels_of,
    labels_of_namespace,
    namespace_of,
    network_policies_of,
    network_policy_grants,
    of_kind,
    on_host_network,
    selects,
)


def side_allows(objects: list[Manifest], judged: Peer, peer: Peer, direction: str, protocol: str, port: int) -> bool:
    if not isinstance(judged, dict) or on_host_network(judged):
        return True
    target = peer if direction == "egress" else judged
    closed = False
    allowed = False
    for policy, spec in _rules_about(objects, judged):
        sections = spec.get(direction) or [], spec.get(f"{direction}Deny") or []
        told = (spec.get("enableDefaultDeny") or {}).get(direction)
        closed = closed or (told if told is not None else any(sections))
        for rule in sections[1]:
            if _matches(objects, policy, rule, peer, target, protocol, port):
                return False
        for rule in sections[0]:
            allowed = allowed or _matches(objects, policy, rule, peer, target, protocol, port)
    for network_policy in network_policies_of(objects, judged, direction):
        closed = True
        allowed = allowed or network_policy_grants(network_policy, peer, direction, protocol, port)
    return allowed or not closed


def _rules_about(objects: list[Manifest], pod: Manifest) -> list[tuple[Manifest, Manifest]]:
    return [
        (policy, spec)
        for policy in of_kind(objects, "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
        if policy["kind"] == "CiliumClusterwideNetworkPolicy" or namespace_of(policy) == namespace_of(pod)
        if all(any(spec.get(section) for section in _SECTIONS) for spec in _specs(policy))  # else Cilium refuses it
        for spec in _specs(policy)
        if selects(_plain_keys(spec["endpointSelector"]), _endpoint_labels(objects, pod))
    ]


_SECTIONS = ("ingress", "ingressDeny", "egress", "egressDeny")


def _specs(policy: Manifest) -> list[Manifest]:
    return [spec for spec in [policy.get("spec"), *policy.get("specs", [])] if spec]


def _endpoint_labels(objects: list[Manifest], pod: Manifest) -> dict[str, str]:
    """Everything by which Cilium knows a pod."""
    namespace = namespace_of(pod)
    labels = {
        f"io.cilium.k8s.namespace.labels.{key}": value for key, value in labels_of_namespace(objects, namespace).items()
    }
    labels |= labels_of(pod)
    labels["io.kubernetes.pod.namespace"] = namespace
    labels["io.cilium.k8s.policy.serviceaccount"] = account_of(pod)
    return labels


def _plain_keys(selector: Manifest) -> Manifest:
    """Keys without where their labels come from."""
    return {
        "matchLabels": {_plain(key): value for key, value in selector.get("matchLabels", {}).items()},
        "matchExpressions": [{**one, "key": _plain(one["key"])} for one in selector.get("matchExpressions", [])],
    }


def _plain(key: str) -> str:
    return key.split(":", 1)[1] if key.startswith(("k8s:", "any:")) else key


def _matches(
    objects: list[Manifest], policy: Manifest, rule: Manifest, peer: Peer, target: Peer, protocol: str, port: int
) -> bool:
    return _peer_matches(objects, policy, rule, peer) and _port_matches(rule, target, protocol, port)


def _peer_matches(objects: list[Manifest], policy: Manifest, rule: Manifest, peer: Peer) -> bool:
    about = [key for key in rule if key.startswith(("from", "to")) and key != "toPorts"]
    about = [key for key in about if rule[key] or key not in ("toServices", "toFQDNs")]
    if not about:
        return bool(rule.get("toPorts") or rule.get("icmps"))
    (key,) = about
    return any(_is_peer(objects, policy, key.removeprefix("from").removeprefix("to"), one, peer) for one in rule[key])


def _is_peer(objects: list[Manifest], policy: Manifest, kind: str, entry: object, peer: Peer) -> bool:
    if kind == "Entities":
        assert isinstance(entry, str)
        return _is_entity(entry, peer)
    if kind in ("CIDR", "CIDRSet"):
        return not isinstance(peer, dict) and any(
            is_in(peer, one["cidr"]) and not any(is_in(peer, hole) for hole in one.get("except", []))
            for one in _ranges(objects, entry)
        )
    if kind == "FQDNs" or not isinstance(peer, dict) or on_host_network(peer):
        return False
    assert isinstance(entry, dict)
    if kind == "Services":
        return any(_is_behind(service, peer) for service in _services(objects, entry))
    selector = _plain_keys(entry)
    keys = [*selector["matchLabels"], *(one["key"] for one in selector["matchExpressions"])]
    named = any(key.startswith(("io.kubernetes.pod.namespace", "io.cilium.k8s.namespace.labels.")) for key in keys)
    if policy["kind"] == "CiliumNetworkPolicy" and not named and namespace_of(policy) != namespace_of(peer):
        return False
    return selects(selector, _endpoint_labels(objects, peer))


def _is_entity(name: str, peer: Peer) -> bool:
    if name == "all":
        return True
    if isinstance(peer, dict):
        return name == "cluster"
    return name in ("world", f"world-ipv{peer.version}")


def _ranges(objects: list[Manifest], entry: object) -> list[Manifest]:
    if isinstance(entry, str):
        return [{"cidr": entry}]
    assert isinstance(entry, dict)
    if "cidr" in entry:
        return [entry]
    found = []
    for group in of_kind(objects, "CiliumCIDRGroup"):
        by_name = "cidrGroupRef" in entry and group["metadata"]["name"] == entry["cidrGroupRef"]
        if by_name or ("cidrGroupSelector" in entry and selects(entry["cidrGroupSelector"], labels_of(group))):
            found += [{"cidr": text} for text in group["spec"]["externalCIDRs"]]
    return found


def _services(objects: list[Manifest], entry: Manifest) -> list[Manifest]:
    wanted = entry.get("k8sService") or entry["k8sServiceSelector"]
    return [
        service
        for service in of_kind(objects, "Service")
        if wanted.get("namespace", namespace_of(service)) == namespace_of(service)
        and wanted.get("serviceName", service["metadata"]["name"]) == service["metadata"]["name"]
        and selects(wanted.get("selector"), labels_of(service))
    ]


def _is_behind(service: Manifest, pod: Manifest) -> bool:
    return namespace_of(service) == namespace_of(pod) and selects(
        {"matchLabels": service["spec"]["selector"]}, labels_of(pod)
    )


def _port_matches(rule: Manifest, target: Peer, protocol: str, port: int) -> bool:
    if not rule.get("toPorts"):
        return not rule.get("icmps")
    for entry in rule["toPorts"]:
        for one in entry["ports"]:
            if one.get("protocol", "ANY") not in ("ANY", protocol):
                continue
            if not one["port"].isdigit():
                if has_named_port(target, one["port"], protocol, port):
                    return True
            elif one["port"] == "0" or int(one["port"]) <= port <= one.get("endPort", int(one["port"])):
                return True
    return False
