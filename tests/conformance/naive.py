"""A second reading of the policies, as plain as can be: one pair, one port, no intervals, no sets, nothing kept.

It shares the typed policies with the engine, and nothing of how the engine evaluates them.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import (
    Action,
    AdminPeer,
    AdminPolicy,
    AdminPort,
    Direction,
    NetworkPolicy,
    PeerRule,
    PodsOf,
    PortRule,
    Selector,
    Tier,
)

End = Workload | IPv4Address | IPv6Address


def side_allows(cluster: Cluster, judged: End, peer: End, direction: Direction, protocol: str, port: int) -> bool:
    if not isinstance(judged, Workload) or judged.pod.host_network:
        return True
    target = peer if direction is Direction.EGRESS else judged
    word = _tier(cluster, Tier.ADMIN, judged, peer, target, direction, protocol, port)
    if word in (Action.ALLOW, Action.DENY):
        return word is Action.ALLOW
    selecting = [
        policy
        for policy in cluster.policies
        if policy.rules(direction) is not None
        and policy.id.namespace == judged.id.namespace
        and _holds(policy.selector, judged.pod.labels)
    ]
    if selecting:
        return any(_grants(cluster, policy, peer, target, direction, protocol, port) for policy in selecting)
    word = _tier(cluster, Tier.BASELINE, judged, peer, target, direction, protocol, port)
    return word is not Action.DENY


def _tier(
    cluster: Cluster,
    tier: Tier,
    judged: Workload,
    peer: End,
    target: End,
    direction: Direction,
    protocol: str,
    port: int,
) -> Action | None:
    ranked: list[AdminPolicy] = sorted(
        (policy for policy in cluster.admin_policies if policy.tier is tier), key=lambda policy: policy.priority
    )
    for policy in ranked:
        if not _pods(cluster, policy.subject, judged):
            continue
        for rule in policy.egress if direction is Direction.EGRESS else policy.ingress:
            if not any(_admin_peer(cluster, entry, peer) for entry in rule.peers or ()):
                continue
            if rule.ports is None or any(_admin_port(entry, target, protocol, port) for entry in rule.ports):
                return rule.action
    return None


def _grants(
    cluster: Cluster, policy: NetworkPolicy, peer: End, target: End, direction: Direction, protocol: str, port: int
) -> bool:
    for rule in (policy.egress if direction is Direction.EGRESS else policy.ingress) or ():
        peer_fits = rule.peers is None or any(_peer(cluster, policy, entry, peer) for entry in rule.peers)
        port_fits = rule.ports is None or any(_port(entry, target, protocol, port) for entry in rule.ports)
        if peer_fits and port_fits:
            return True
    return False


def _peer(cluster: Cluster, policy: NetworkPolicy, entry: PeerRule, peer: End) -> bool:
    if isinstance(peer, Workload):
        if entry.block is not None:
            return False
        if entry.namespaces is None:
            inside = peer.id.namespace == policy.id.namespace
        else:
            inside = _holds(entry.namespaces, cluster.namespaces[peer.id.namespace].labels)
        return inside and (entry.pods is None or _holds(entry.pods, peer.pod.labels))
    if entry.block is None:
        return False
    return peer in entry.block.network and not any(peer in network for network in entry.block.excepted)


def _admin_peer(cluster: Cluster, entry: AdminPeer, peer: End) -> bool:
    if isinstance(peer, Workload):
        return entry.pods is not None and _pods(cluster, entry.pods, peer)
    return any(
        peer in block.network and not any(peer in network for network in block.excepted) for block in entry.blocks
    )


def _pods(cluster: Cluster, pods: PodsOf, workload: Workload) -> bool:
    if workload.pod.host_network:
        return False
    inside = _holds(pods.namespaces, cluster.namespaces[workload.id.namespace].labels)
    return inside and (pods.pods is None or _holds(pods.pods, workload.pod.labels))


def _port(entry: PortRule, target: End, protocol: str, port: int) -> bool:
    if entry.protocol != protocol:
        return False
    if entry.port is None:
        return True
    if isinstance(entry.port, str):
        return (entry.port, protocol, port) in _container_ports(target)
    return entry.port <= port <= (entry.port if entry.end_port is None else entry.end_port)


def _admin_port(entry: AdminPort, target: End, protocol: str, port: int) -> bool:
    if entry.name is not None:
        return (entry.name, protocol, port) in _container_ports(target)
    return entry.protocol == protocol and entry.first <= port <= entry.last


def _container_ports(target: End) -> list[tuple[str | None, str, int]]:
    if not isinstance(target, Workload):
        return []
    return [(port.name, port.protocol, port.number) for box in target.pod.containers for port in box.ports]


def _holds(selector: Selector, labels: object) -> bool:
    assert isinstance(labels, dict)
    for key, value in selector.labels.items():
        if key not in labels or labels[key] != value:
            return False
    for entry in selector.expressions:
        if entry.operator == "In" and (entry.key not in labels or labels[entry.key] not in entry.values):
            return False
        if entry.operator == "NotIn" and entry.key in labels and labels[entry.key] in entry.values:
            return False
        if entry.operator == "Exists" and entry.key not in labels:
            return False
        if entry.operator == "DoesNotExist" and entry.key in labels:
            return False
    return True


def address(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)
