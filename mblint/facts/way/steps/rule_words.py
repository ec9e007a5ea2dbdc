"""One rule of a policy in words: what it allows or denies, to whom, on which ports."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.decision import RuleRef
from mblint.cluster.engine.rule_match import admin_peer_matches, rule_matches
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import (
    AddressBlock,
    AdminPeer,
    AdminPort,
    AdminRule,
    Direction,
    NetworkPolicy,
    PeerRule,
    PluginPolicy,
    PolicyRule,
    PortRule,
    Selector,
)
from mblint.cluster.policies.selector_words import selector_words

_SHOWN = 4  # ports, peers


def named(ref: RuleRef) -> str:
    """`rule 3 of NetworkPolicy docs-backend`."""
    return f"rule {ref.rule.number} of {ref.policy.id.kind} {ref.policy.id.name}"


def said(ref: RuleRef, cluster: Cluster, peer: Workload | None) -> str:
    """What it does, beginning with its name. Of several peers those that mean `peer`, where any does."""
    rule = ref.rule
    if isinstance(rule, AdminRule):
        verb = {"Allow": "allows", "Deny": "denies", "Pass": "passes on"}[rule.action.value]
        peers = _joined(_admin_peer(each) for each in _admin_peers(cluster, rule, peer))
        peers = "everybody" if rule.peers is None else peers
    else:
        verb = "allows"
        peers = _policy_peers(ref, rule, cluster, peer)
    towards = "to" if ref.direction is Direction.EGRESS else "from"
    return f"{named(ref)} {verb} {ports_of(rule)} {towards} {peers}"


def ports_of(rule: PolicyRule | AdminRule) -> str:
    """`TCP/80, TCP/8000-8080`, or `every port`."""
    return "every port" if rule.ports is None else _joined(map(_port, rule.ports), " and ") or "no port"


def _port(port: PortRule | AdminPort) -> str:
    if isinstance(port, AdminPort):
        if port.name is not None:
            return f"ports named {port.name}"
        return f"{port.protocol}/{port.first}" + (f"-{port.last}" if port.last != port.first else "")
    if port.port is None:
        return f"all of {port.protocol}"
    return f"{port.protocol}/{port.port}" + (f"-{port.end_port}" if port.end_port else "")


def _policy_peers(ref: RuleRef, rule: PolicyRule, cluster: Cluster, peer: Workload | None) -> str:
    if rule.peers is None:
        return "everybody"
    peers = rule.peers
    if peer is not None and isinstance(ref.policy, NetworkPolicy):
        meant = [one for one in peers if rule_matches(cluster, ref.policy, replace(rule, peers=(one,)), peer)]
        peers = tuple(meant) or peers
    return _joined(_peer(one) for one in peers)


def _peer(peer: PeerRule) -> str:
    if peer.block is not None:
        return f"addresses of {_block(peer.block)}"
    if peer.namespaces is None:
        return f"{_pods(peer.pods)} in its namespace"
    return f"{_pods(peer.pods)} in {_namespaces(peer.namespaces)}"


def _block(block: AddressBlock) -> str:
    holes = _joined(map(str, block.excepted), " and ")
    return f"{block.network}" + (f" except {holes}" if holes else "")


def _admin_peers(cluster: Cluster, rule: AdminRule, peer: Workload | None) -> tuple[AdminPeer, ...]:
    peers = rule.peers or ()
    meant = () if peer is None else tuple(one for one in peers if admin_peer_matches(cluster, one, peer))
    return meant or peers


def _admin_peer(peer: AdminPeer) -> str:
    if peer.pods is not None:
        return f"{_pods(peer.pods.pods)} in {_namespaces(peer.pods.namespaces)}"
    return f"addresses of {_joined(map(_block, peer.blocks))}" if peer.blocks else "nodes or names"


def _pods(selector: Selector | None) -> str:
    words = selector_words(selector) if selector is not None else ""
    return f"pods labelled {words}" if words else "all pods"


def _namespaces(selector: Selector) -> str:
    only = dict(selector.labels)
    name = only.pop("kubernetes.io/metadata.name", None)
    if name is not None and not only and not selector.expressions:
        return f"namespace {name}"
    words = selector_words(selector)
    return f"namespaces labelled {words}" if words else "every namespace"


def _joined(words: Iterator[str] | map[str], last: str = " or ") -> str:
    found = list(words)
    if len(found) > _SHOWN:
        return f"{', '.join(found[:_SHOWN])}{last}{len(found) - _SHOWN} more"
    return last.join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def policies_words(policies: tuple[NetworkPolicy | PluginPolicy, ...]) -> str:
    """`NetworkPolicy web`, `the NetworkPolicies web, all`, or `NetworkPolicy web, CiliumNetworkPolicy all`."""
    names = [policy.id.name for policy in policies]
    if len(policies) > 1 and all(isinstance(policy, NetworkPolicy) for policy in policies):
        return f"the NetworkPolicies {', '.join(names)}"
    return ", ".join(f"{policy.id.kind} {policy.id.name}" for policy in policies)
