"""The rule that came nearest to allowing a packet, and what it lacks, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.covering import covering, with_peers
from mblint.cluster.engine.decision import NearMiss, RuleRef
from mblint.cluster.engine.packet import Packet
from mblint.cluster.engine.rule_match import PeerMatch, in_namespace, rule_matches
from mblint.cluster.engine.rule_ports import rule_ports
from mblint.cluster.objects import NAMESPACE_NAME, ObjectId, Workload
from mblint.cluster.policies.objects import (
    AdminPort,
    Direction,
    NetworkPolicy,
    PeerRule,
    PortRule,
    Selector,
)
from mblint.cluster.policies.ports import PROTOCOLS, PortSet
from mblint.cluster.policies.selector_words import requirement_words
from mblint.cluster.policies.selectors import holds
from mblint.cluster.services import named_ports

_TOO_FAR = 3  # a rule that differs in this many things was meant for something else


class _Miss(Struct, frozen=True):
    """A rule that does not match, how far it is from matching, and in words."""

    differences: int
    distance: tuple[bool, bool, bool]  # among equals: not the Service's port, wrong port, meant for everybody
    ref: RuleRef
    sentence: str
    unseen: str | None = None


def nearest_miss(cluster: Cluster, policies: tuple[NetworkPolicy, ...], packet: Packet) -> NearMiss | None:
    """The nearest rule of these policies. None where none comes near.

    A rule that may match after all, by labels of a namespace that is not in the view, comes before all others. Then the
    fewest differences win; then rules that allow the Service's port, then those with the right port, then the order
    written. A rule that lacks both the port and the peer was meant for something else.
    """
    misses = [miss for miss in _misses(cluster, policies, packet) if miss.differences < _TOO_FAR]
    if not misses:
        return None
    nearest = min(misses, key=lambda miss: (miss.unseen is None, miss.differences, miss.distance))
    return NearMiss(nearest.ref, nearest.sentence, nearest.unseen)


def _misses(cluster: Cluster, policies: tuple[NetworkPolicy, ...], packet: Packet) -> Iterator[_Miss]:
    """Rules for the port and for other peers; then those for the peer and for other ports, in the order written."""
    right = covering(cluster, policies, packet, packet.port)
    for policy, rule in right:
        ref = RuleRef(policy, rule, packet.direction)
        for peer in rule.peers or ():
            yield _wrong_peer(cluster, ref, peer, packet)
    known = {id(rule) for _, rule in right}
    service_port = packet.service_port
    translated = covering(cluster, policies, packet, service_port) if service_port is not None else []
    before = {id(rule) for _, rule in translated}
    for_everybody = [(policy, rule) for policy, rule in translated if rule.peers is None]  # others: DNS, mostly
    for policy, rule in (*for_everybody, *with_peers(cluster, (policies, packet.direction))):
        if id(rule) not in known and rule_matches(cluster, policy, rule, packet.peer) is PeerMatch.YES:
            ref = RuleRef(policy, rule, packet.direction)
            is_before = id(rule) in before
            sentence = _wrong_port(ref, rule_ports(rule, packet.server), packet, before_translation=is_before)
            yield _Miss(1, (not is_before, True, rule.peers is None), ref, sentence)


# ---------------------------------------------------------------- the port


def _wrong_port(ref: RuleRef, allowed: PortSet, packet: Packet, *, before_translation: bool) -> str:
    arrives = f"{packet.protocol}/{packet.port}"
    start = f"{ref} allows {_written_ports(ref.rule.ports)} {_towards(packet)} {packet.peer.id.name}"
    if before_translation:
        return (
            f"{start}, which is the Service's port; policies see the pod's port, "
            f"and the Service translates {packet.service_port} to {packet.port}"
        )
    if any(allowed.has(packet.port, protocol) for protocol in PROTOCOLS):
        return f"{start}; the protocol is {packet.protocol}"
    missing = [name for name in _names(ref.rule.ports) if not any(named_ports(packet.server, name))]
    if missing and not allowed:
        return f"{start}; the pods of {packet.server.id.name} have no port named {', '.join(missing)}"
    return f"{start}; the packet arrives at {arrives}"


def _written_ports(ports: Sequence[PortRule | AdminPort] | None) -> str:
    return ", ".join(_written_port(port) for port in ports or ())


def _written_port(port: PortRule | AdminPort) -> str:
    if isinstance(port, AdminPort):
        return port.name or f"{port.protocol}/{port.first}-{port.last}"
    if port.port is None:
        return f"all of {port.protocol}"
    return f"{port.protocol}/{port.port}" + (f"-{port.end_port}" if port.end_port else "")


def _names(ports: Sequence[PortRule | AdminPort] | None) -> Iterator[str]:
    for port in ports or ():
        if isinstance(port, PortRule) and isinstance(port.port, str):
            yield port.port


def _towards(packet: Packet) -> str:
    return "to" if packet.direction is Direction.EGRESS else "from"


# ---------------------------------------------------------------- the peer


def _wrong_peer(cluster: Cluster, ref: RuleRef, peer: PeerRule, packet: Packet) -> _Miss:
    start = f"{ref} allows {packet.port} {_towards(packet)}"
    if peer.block is not None:
        sentence = f"{start} addresses of {peer.block.network}; whether that covers pods is up to the network plugin"
        return _Miss(1, (True, False, True), ref, sentence)
    apart = list(_pod_differences(peer, packet.peer))
    wanted = [f"pods labelled {', '.join(want for want, _ in apart)}"] if apart else []
    found = [f"the pods of {packet.peer.id.name} carry {', '.join(has for _, has in apart)}"] if apart else []
    if not in_namespace(cluster, ref.policy.id.namespace, peer, packet.peer):
        want, has = _namespace_difference(cluster, ref, peer, packet.peer)
        wanted.append(want if wanted else f"pods {want}")
        found.append(has)
    sentence = f"{start} {' '.join(wanted)}; {', and '.join(found)}"
    unseen = None if apart else _unseen_labels(cluster, peer, packet.peer.id.namespace)
    return _Miss(len(apart) + (len(found) - bool(apart)), (True, False, False), ref, sentence, unseen)


def _pod_differences(peer: PeerRule, workload: Workload) -> Iterator[tuple[str, str]]:
    return _differences(peer.pods, workload.pod.labels) if peer.pods is not None else iter(())


def _namespace_difference(cluster: Cluster, ref: RuleRef, peer: PeerRule, workload: Workload) -> tuple[str, str]:
    namespace = workload.id.namespace
    if peer.namespaces is None:
        return f"in its own namespace {ref.policy.id.namespace}", f"{workload.id.name} is in {namespace}"
    apart = list(_differences(peer.namespaces, cluster.namespaces[namespace].labels))
    wanted = f"in namespaces labelled {', '.join(want for want, _ in apart)}"
    return wanted, f"the namespace {namespace} carries {', '.join(has for _, has in apart)}"


def _unseen_labels(cluster: Cluster, peer: PeerRule, namespace: str) -> str | None:
    """What a namespace whose object is not in the view would have to carry; its name is known of every one."""
    if peer.namespaces is None or ObjectId("", "Namespace", namespace) in cluster.objects:
        return None
    labels = cluster.namespaces[namespace].labels
    if labels.get(NAMESPACE_NAME) != peer.namespaces.labels.get(NAMESPACE_NAME, labels.get(NAMESPACE_NAME)):
        return None
    if any(each.key == NAMESPACE_NAME and not holds(each, labels) for each in peer.namespaces.expressions):
        return None
    wanted = ", ".join(want for want, _ in _differences(peer.namespaces, labels))
    return f"{wanted} of the namespace {namespace}"


def _differences(selector: Selector, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a selector wants and what there is instead, for each label and expression that does not hold."""
    for key, value in selector.labels.items():
        if labels.get(key) != value:
            yield f"{key}={value}", _carried(key, labels)
    for requirement in selector.expressions:
        if not holds(requirement, labels):
            yield requirement_words(requirement), _carried(requirement.key, labels)


def _carried(key: str, labels: Mapping[str, str]) -> str:
    return f"{key}={labels[key]}" if key in labels else f"no {key}"
