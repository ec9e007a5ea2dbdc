"""What the plain readings of plugins' policies need of Kubernetes' own objects, from the manifests' dictionaries alone.

Nothing here comes from the engine. One pod, one port, no sets.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any

Manifest = dict[str, Any]
Address = IPv4Address | IPv6Address
Peer = Manifest | Address  # a Pod, or an address outside


def of_kind(objects: list[Manifest], *kinds: str) -> list[Manifest]:
    return [one for one in objects if one["kind"] in kinds]


def namespace_of(manifest: Manifest) -> str:
    name: str = manifest["metadata"].get("namespace", "")
    return name


def labels_of(manifest: Manifest) -> dict[str, str]:
    labels: dict[str, str] = manifest["metadata"].get("labels") or {}
    return labels


def labels_of_namespace(objects: list[Manifest], name: str) -> dict[str, str]:
    for one in of_kind(objects, "Namespace"):
        if one["metadata"]["name"] == name:
            return {**labels_of(one), "kubernetes.io/metadata.name": name}
    return {"kubernetes.io/metadata.name": name}


def account_of(pod: Manifest) -> str:
    return pod["spec"].get("serviceAccountName") or "default"


def on_host_network(pod: Manifest) -> bool:
    return bool(pod["spec"].get("hostNetwork"))


def has_named_port(target: Peer, name: str, protocol: str, port: int) -> bool:
    if not isinstance(target, dict):
        return False
    return any(
        (entry["name"], entry["protocol"], entry["containerPort"]) == (name, protocol, port)
        for box in target["spec"]["containers"]
        for entry in box["ports"]
    )


def is_in(address: Address, network: str) -> bool:
    return address in ip_network(network, strict=False)


def selects(selector: Manifest | None, labels: dict[str, str]) -> bool:
    selector = selector or {}
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for entry in selector.get("matchExpressions") or []:
        present, value = entry["key"] in labels, labels.get(entry["key"])
        holds = {
            "In": present and value in entry.get("values", []),
            "NotIn": not present or value not in entry.get("values", []),
            "Exists": present,
            "DoesNotExist": not present,
        }
        if not holds[entry["operator"]]:
            return False
    return True


# ---------------------------------------------------------------- NetworkPolicies: pods of their namespace, and numbers


def network_policies_of(objects: list[Manifest], pod: Manifest, direction: str) -> list[Manifest]:
    return [
        policy
        for policy in of_kind(objects, "NetworkPolicy")
        if policy["apiVersion"] == "networking.k8s.io/v1"
        and direction.capitalize() in policy["spec"]["policyTypes"]
        and namespace_of(policy) == namespace_of(pod)
        and selects(policy["spec"]["podSelector"], labels_of(pod))
    ]


def network_policy_grants(policy: Manifest, peer: Peer, direction: str, protocol: str, port: int) -> bool:
    for rule in policy["spec"].get(direction, []):
        peers = rule.get("to" if direction == "egress" else "from")
        if peers and not any(_is_peer(policy, entry, peer) for entry in peers):
            continue
        if not rule.get("ports") or {"protocol": protocol, "port": port} in rule["ports"]:
            return True
    return False


def _is_peer(policy: Manifest, entry: Manifest, peer: Peer) -> bool:
    if not isinstance(peer, dict):
        return False
    return namespace_of(peer) == namespace_of(policy) and selects(entry["podSelector"], labels_of(peer))
