"""Whether one rule matches one peer: yes, no, only by its address, or only run time tells."""

from __future__ import annotations

from enum import IntEnum

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload, account_of
from mblint.cluster.policies.objects import AdminPeer, AdminRule, NetworkPolicy, PeerRule, PodsOf, PolicyRule
from mblint.cluster.policies.run_time_labels import Match, match_pods
from mblint.cluster.policies.selectors import selects


class PeerMatch(IntEnum):
    """From none to certain."""

    NO = 0
    ADDRESS = 1  # the peer is a range of addresses: whether it covers pods is up to the network plugin
    UNKNOWN = 2
    YES = 3


def rule_matches(cluster: Cluster, policy: NetworkPolicy, rule: PolicyRule, workload: Workload) -> PeerMatch:
    """Whether a rule of a NetworkPolicy names a workload's pods among its peers."""
    if rule.peers is None:
        return PeerMatch.YES
    return max(_peer_matches(cluster, policy, peer, workload) for peer in rule.peers)


def _peer_matches(cluster: Cluster, policy: NetworkPolicy, peer: PeerRule, workload: Workload) -> PeerMatch:
    if peer.block is not None:
        return PeerMatch.ADDRESS
    if not in_namespace(cluster, policy.id.namespace, peer, workload):
        return PeerMatch.NO
    found = PeerMatch.YES if peer.pods is None else _certainty(match_pods(peer.pods, workload))
    # Its packets carry the node's address; whether plugins still know the pod's labels differs.
    return PeerMatch.UNKNOWN if workload.pod.host_network and found is PeerMatch.YES else found


def in_namespace(cluster: Cluster, own: str, peer: PeerRule, workload: Workload) -> bool:
    """Whether a workload is in a namespace that a peer selects. `own`: the policy's namespace."""
    if peer.namespaces is None:
        return workload.id.namespace == own
    return selects(peer.namespaces, cluster.namespaces[workload.id.namespace].labels)


def admin_rule_matches(cluster: Cluster, rule: AdminRule, workload: Workload) -> PeerMatch:
    """Whether a rule of an admin policy names a workload's pods among its peers."""
    if rule.peers is None:
        return PeerMatch.YES
    return max((PeerMatch.NO, *(admin_peer_matches(cluster, peer, workload) for peer in rule.peers)))


def admin_peer_matches(cluster: Cluster, peer: AdminPeer, workload: Workload) -> PeerMatch:
    """Whether a peer of an admin rule names a workload's pods."""
    if peer.pods is None:
        return PeerMatch.ADDRESS
    return admin_pods_match(cluster, peer.pods, workload)


def admin_pods_match(cluster: Cluster, pods: PodsOf, workload: Workload) -> PeerMatch:
    """Whether an admin policy's subject or peer means a workload's pods."""
    if workload.pod.host_network and not pods.host_network:
        return PeerMatch.NO
    if not selects(pods.namespaces, cluster.namespaces[workload.id.namespace].labels):
        return PeerMatch.NO
    if pods.accounts is not None and account_of(workload) not in pods.accounts:
        return PeerMatch.NO
    return PeerMatch.YES if pods.pods is None else _certainty(match_pods(pods.pods, workload))


def _certainty(match: Match) -> PeerMatch:
    return {Match.YES: PeerMatch.YES, Match.NO: PeerMatch.NO}.get(match, PeerMatch.UNKNOWN)
