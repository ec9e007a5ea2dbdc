"""Asks one tier of admin policies about one packet: the first matching rule, by priority and order, answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.decision import RuleRef
from mblint.cluster.packet import Packet
from mblint.cluster.policies import Action, AdminPolicy, AdminRule, Network
from mblint.cluster.rule_match import PeerMatch, admin_peer_matches
from mblint.cluster.rule_ports import rule_ports


class TierAnswer(Struct, frozen=True):
    """What a tier says.

    `action` None: no rule matches. `certain` False: whether `rule` matches, only run time tells.
    `by_address`: an earlier rule whose networks may cover the peer's pod, as some plugins read them.
    """

    action: Action | None = None
    rule: RuleRef | None = None
    certain: bool = True
    by_address: tuple[Action, RuleRef] | None = None


def ask_tier(cluster: Cluster, policies: Iterable[AdminPolicy], packet: Packet) -> TierAnswer:
    """The answer of the policies of one tier, given in the order of their priority."""
    by_address: tuple[Action, RuleRef] | None = None
    for policy, rule in _rules(policies, packet):
        if not rule_ports(rule, packet.server).has(packet.port, packet.protocol):
            continue
        match = max(admin_peer_matches(cluster, peer, packet.peer) for peer in rule.peers)
        ref = RuleRef(policy, rule, packet.direction)
        if match is PeerMatch.ADDRESS and by_address is None and _may_cover_pods(rule):
            by_address = rule.action, ref
        elif match in (PeerMatch.YES, PeerMatch.UNKNOWN):
            return TierAnswer(rule.action, ref, match is PeerMatch.YES, by_address)
    return TierAnswer(by_address=by_address)


def _rules(policies: Iterable[AdminPolicy], packet: Packet) -> Iterator[tuple[AdminPolicy, AdminRule]]:
    for policy in policies:
        for rule in policy.rules(packet.direction):
            yield policy, rule


def _may_cover_pods(rule: AdminRule) -> bool:
    """Pods never have link-local, loopback or multicast addresses (RFC 3927, RFC 1122, RFC 5771)."""
    return any(_may_be_of_pods(network) for peer in rule.peers for network in peer.networks)


def _may_be_of_pods(network: Network) -> bool:
    return not (network.is_link_local or network.is_loopback or network.is_multicast)
