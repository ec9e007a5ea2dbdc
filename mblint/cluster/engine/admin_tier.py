"""Asks the rules of one tier about one packet: the first that matches, in their order, answers."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.decision import RuleRef
from mblint.cluster.engine.packet import Packet
from mblint.cluster.engine.rule_match import PeerMatch, admin_rule_matches
from mblint.cluster.engine.rule_ports import covers
from mblint.cluster.engine.tiers import RuleIn
from mblint.cluster.policies.objects import Action, AdminPolicy, AdminRule, Network, PluginRule

RUN_TIME_PEER = "whether a rule names the peer's pods depends on labels that these get when they run"
SAME_PRIORITY = "{} and {} disagree and have the same priority {}, so that either may decide"


class TierAnswer(Struct, frozen=True):
    """What a tier says.

    `action` None: no rule matches. `unknown`: why it cannot be said whether `rule` decides.
    `by_address`: an earlier rule whose networks may cover the peer's pod, as some plugins read them.
    """

    action: Action | None = None
    rule: RuleRef | None = None
    unknown: str | None = None
    by_address: tuple[Action, RuleRef] | None = None


def ask_tier(cluster: Cluster, rules: Sequence[RuleIn], packet: Packet) -> TierAnswer:
    """The answer of the rules of one tier, given in the order in which they are asked."""
    by_address: tuple[Action, RuleRef] | None = None
    for policy, rule in rules:
        if not _covers(rule, packet):
            continue
        match = admin_rule_matches(cluster, rule, packet.peer)
        ref = RuleRef(policy, rule, packet.direction)
        if match is PeerMatch.ADDRESS and by_address is None and may_cover_pods(rule):
            by_address = rule.action, ref
        elif match is PeerMatch.UNKNOWN:
            return TierAnswer(rule.action, ref, RUN_TIME_PEER)
        elif match is PeerMatch.YES:
            return TierAnswer(rule.action, ref, _contradicted(cluster, rules, ref, rule.action, packet), by_address)
    return TierAnswer(by_address=by_address)


def _contradicted(
    cluster: Cluster, rules: Sequence[RuleIn], ref: RuleRef, action: Action, packet: Packet
) -> str | None:
    """Of admin policies of one priority nobody knows which is asked first: where they disagree, so is the answer."""
    if not isinstance(ref.policy, AdminPolicy):
        return None
    asked = {ref.policy.id}
    for policy, rule in rules:
        if not isinstance(policy, AdminPolicy) or policy.id in asked or policy.priority != ref.policy.priority:
            continue
        if _covers(rule, packet) and admin_rule_matches(cluster, rule, packet.peer) is PeerMatch.YES:
            if rule.action is not action:
                return SAME_PRIORITY.format(ref.policy.id.name, policy.id.name, policy.priority)
            asked.add(policy.id)
    return None


def _covers(rule: AdminRule, packet: Packet) -> bool:
    return covers(rule, packet.server, packet.port, packet.protocol)


def may_cover_pods(rule: AdminRule) -> bool:
    """Whether its networks may cover pods, if the plugin reads them so.

    Pods never have link-local, loopback or multicast addresses (RFC 3927, RFC 1122, RFC 5771).
    """
    if isinstance(rule, PluginRule) and not rule.blocks_cover_pods:
        return False
    return any(_may_be_of_pods(block.network) for peer in rule.peers or () for block in peer.blocks)


def names_private_networks(rule: AdminRule) -> bool:
    """Whether its networks hold addresses that clusters give to their pods (RFC 1918, RFC 6598, RFC 4193)."""
    blocks = (block.network for peer in rule.peers or () for block in peer.blocks)
    return any(network.version == own.version and network.overlaps(own) for network in blocks for own in _PRIVATE)


_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))


def _may_be_of_pods(network: Network) -> bool:
    return not (network.is_link_local or network.is_loopback or network.is_multicast)
