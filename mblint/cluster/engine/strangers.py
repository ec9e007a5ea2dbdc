"""What a pod's ingress policies say to a peer that is in no manifest: a pod elsewhere, or a bare address.

Of such a peer nothing is known but what it is, so a rule counts if it may mean it: certain answers are that nothing
restricts the pod, that a rule lets in everybody, and that no rule could mean the peer.
"""

from __future__ import annotations

from enum import Enum

from mblint.cluster.engine.decision import Decision, Outcome, RuleRef
from mblint.cluster.engine.rule_ports import rule_ports
from mblint.cluster.engine.universe import Universe
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy, PeerRule


class Stranger(Enum):
    """Who it is. POD: of a namespace of which the view shows nothing, an ingress controller's or a Prometheus'.

    ADDRESS: no pod at all: the API server, the kubelet.
    """

    POD = "a pod outside the view"
    ADDRESS = "an address outside the cluster's pods"


def let_in(
    universe: Universe,
    policies: tuple[NetworkPolicy, ...],
    server: Workload,
    stranger: Stranger,
    port: int,
    protocol: str,
) -> Decision:
    """What the NetworkPolicies that select the server's pods say."""
    if not policies:
        return Decision(Outcome.ALLOWED)
    perhaps = None
    for policy in policies:
        for rule in policy.ingress or ():
            if not rule_ports(rule, server).has(port, protocol):
                continue
            if rule.peers is None:
                return Decision(Outcome.ALLOWED, RuleRef(policy, rule, Direction.INGRESS), policies)
            if perhaps is None and any(_may_mean(universe, policy, peer, stranger) for peer in rule.peers):
                perhaps = RuleRef(policy, rule, Direction.INGRESS)
    if perhaps is not None:
        reason = f"{perhaps} may mean {stranger.value}"
        return Decision(Outcome.UNKNOWN, perhaps, policies, reason=reason)
    return Decision(Outcome.DENIED, policies=policies)


def _may_mean(universe: Universe, policy: NetworkPolicy, peer: PeerRule, stranger: Stranger) -> bool:
    """Plugins differ on whether a block of addresses covers pods; a selector never covers a bare address.

    Of the policy's own namespace the view shows the pods: labels that none of them has may be those of a stranger.
    """
    if peer.block is not None:
        return True
    if stranger is Stranger.ADDRESS:
        return False
    own, pods = policy.id.namespace, peer.pods
    return peer.namespaces is not None or (pods is not None and not universe.pods_in(own, pods))
