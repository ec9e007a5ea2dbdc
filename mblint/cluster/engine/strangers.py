"""What a pod's policies say to a peer that is in no manifest: a pod elsewhere, or a bare address.

Of such a peer nothing is known but what it is, so a rule counts if it may mean it: certain answers are that nothing
restricts the pod, that a rule lets in everybody, and that no rule could mean the peer.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from mblint.cluster.engine.decision import Decision, NearMiss, Outcome, RuleRef
from mblint.cluster.engine.rule_ports import numbered_ports, rule_ports
from mblint.cluster.engine.universe import Universe
from mblint.cluster.objects import NAMESPACE_NAME, Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy, PeerRule
from mblint.cluster.policies.selector_words import selector_words

_HOST_NETWORK = ("policy-group.network.openshift.io/host-network", "network.openshift.io/policy-group")


class Stranger(Enum):
    """Who it is. POD: of a namespace of which the view shows nothing, a Prometheus'.

    CARRIER: an ingress controller's pod. These have a namespace of their own almost everywhere.
    NEIGHBOUR: of any namespace, also of the pods that it calls: a Gateway's proxy, which a controller makes there.
    ADDRESS: no pod at all: the API server, the kubelet.
    """

    POD = "a pod outside the view"
    CARRIER = "an ingress controller outside the view"
    NEIGHBOUR = "a pod that a controller makes"
    ADDRESS = "an address outside the cluster's pods"


def let_through(
    universe: Universe,
    policies: tuple[NetworkPolicy, ...],
    side: tuple[Workload, Direction],
    stranger: Stranger,
    port: int,
    protocol: str,
) -> Decision:
    """What the NetworkPolicies that select the pods of one side say. Egress by a port's name: that of a pod unseen."""
    if not policies:
        return Decision(Outcome.ALLOWED)
    judged, direction = side
    perhaps = beside = None
    for policy in policies:
        for rule in policy.rules(direction) or ():
            ports = rule_ports(rule, judged) if direction is Direction.INGRESS else numbered_ports(rule)
            if not ports.has(port, protocol):
                continue
            if rule.peers is None:
                return Decision(Outcome.ALLOWED, RuleRef(policy, rule, direction), policies)
            if perhaps is None and any(_may_mean(universe, policy, peer, stranger) for peer in rule.peers):
                perhaps = RuleRef(policy, rule, direction)
            if stranger is Stranger.CARRIER and beside is None:
                beside = _of_its_own_namespace(universe, RuleRef(policy, rule, direction), rule.peers)
    if perhaps is not None:
        reason = f"{perhaps} may mean {stranger.value}"
        return Decision(Outcome.UNKNOWN, perhaps, policies, reason=reason)
    return Decision(Outcome.DENIED, policies=policies, nearest=beside)


def _of_its_own_namespace(universe: Universe, ref: RuleRef, peers: Iterable[PeerRule]) -> NearMiss | None:
    """A rule for pods of the policy's own namespace by labels that none of them has: somebody else was meant by it."""
    own = ref.policy.id.namespace
    for peer in peers:
        pods = peer.pods
        if peer.block is None and peer.namespaces is None and pods is not None and not universe.pods_in(own, pods):
            sentence = (
                f"{ref} lets in pods with {selector_words(pods)} of {own} alone, since a podSelector without a "
                "namespaceSelector means no other namespace"
            )
            return NearMiss(ref, sentence, own)
    return None


def _may_mean(universe: Universe, policy: NetworkPolicy, peer: PeerRule, stranger: Stranger) -> bool:
    """Plugins differ on whether a block of addresses covers pods; a selector never covers a bare address.

    In some clusters the API server calls through an agent's pods in kube-system
    (https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/). On OpenShift two labels of a namespace
    stand for whoever is on the network of the nodes
    (https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/network_security/network-policy).
    Of the policy's own namespace the view shows the pods: labels that none of them has may be those of a stranger.
    """
    if peer.block is not None:
        return True
    if stranger is Stranger.ADDRESS:
        labels = peer.namespaces.labels if peer.namespaces is not None else {}
        return labels.get(NAMESPACE_NAME) == "kube-system" or not labels.keys().isdisjoint(_HOST_NETWORK)
    if stranger is Stranger.NEIGHBOUR:
        return True
    own, pods = policy.id.namespace, peer.pods
    if stranger is Stranger.CARRIER:
        return peer.namespaces is not None
    return peer.namespaces is not None or (pods is not None and not universe.pods_in(own, pods))
