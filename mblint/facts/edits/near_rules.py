"""The rule that nearly lets a packet through, corrected: a port or a label that is not quite right.

Only what serves nobody is replaced: a port at which none of the rule's pods listens, a label that no pod has. Where
a policy asks a label of its clients (`postgresql-client: "true"`), the client is given it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.packet import Packet
from mblint.cluster.engine.rule_match import PeerMatch, in_namespace, rule_matches
from mblint.cluster.engine.rule_ports import rule_ports
from mblint.cluster.objects import NAMESPACE_NAME, Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy, PeerRule, PolicyRule, PortRule
from mblint.cluster.policies.selectors import holds
from mblint.cluster.services import pod_ports, services_of
from mblint.cluster.workloads_by_label import candidates, workloads_in
from mblint.facts.edits.pods import selected
from mblint.manifests.documents import Value
from mblint.remedies.edits import Change, Edit
from mblint.remedies.rendered import append, instead, owner, put

_HOOK = "helm.sh/hook"


class Near(Struct, frozen=True):
    """The rule, and the packet that it nearly lets through. `labels`: what selects the other side."""

    policy: NetworkPolicy
    rule: PolicyRule
    packet: Packet
    labels: Mapping[str, str]


def corrected(cluster: Cluster, near: Near) -> tuple[Edit, ...]:
    """The edits that make this rule match; none where that is not sure."""
    policy, rule, packet = near.policy, near.rule, near.packet
    if owner(cluster, policy.place) is not policy or rule.peers is None:
        return ()
    allowed = rule_ports(rule, packet.server)
    if allowed.has(packet.port, packet.protocol):
        found = (_peer(cluster, near, each) for each in rule.peers)
        return next((edits for edits in found if edits), ())
    if rule_matches(cluster, policy, rule, packet.peer) is PeerMatch.YES:
        return _port(cluster, policy, rule, packet)
    return ()


# ---------------------------------------------------------------- the port


def _port(cluster: Cluster, policy: NetworkPolicy, rule: PolicyRule, packet: Packet) -> tuple[Edit, ...]:
    """The port at which nobody listens, corrected; else one more, where the rule is for the same pods alone."""
    if any(peer.block is not None for peer in rule.peers or ()):
        return ()
    others = _others(cluster, policy, rule, packet)
    listening = {packet.server} if packet.direction is Direction.INGRESS else {packet.server, *others}
    for port in rule.ports or ():
        if port.end_port is None and port.protocol == packet.protocol and _is_dead(cluster, port, listening):
            if port.port is None:
                continue
            return (instead(policy, port.place.at("port"), packet.port),)
    if others:
        return ()
    entry: dict[str, Value] = {"protocol": packet.protocol, "port": packet.port}
    return (append(policy, rule.place.at("ports"), entry),)


def _others(cluster: Cluster, policy: NetworkPolicy, rule: PolicyRule, packet: Packet) -> list[Workload]:
    """Whom else the rule names."""
    return [
        one
        for one in cluster.workloads
        if one is not packet.peer and rule_matches(cluster, policy, rule, one) is not PeerMatch.NO
    ]


def _is_dead(cluster: Cluster, port: PortRule, servers: set[Workload]) -> bool:
    """True where none of these has that port: neither declared, nor one that a Service leads to."""
    for server in servers:
        declared = {(entry.number, entry.protocol) for one in server.pod.containers for entry in one.ports}
        named = {entry.name for one in server.pod.containers for entry in one.ports}
        if port.port in named or (port.port, port.protocol) in declared:
            return False
        for service in services_of(cluster, server):
            if any(port.port == pod_ports(server, one) for one in service.ports):
                return False
            if service.headless and any(port.port == one.port for one in service.ports):
                return False
    return True


# ---------------------------------------------------------------- the peer


def _peer(cluster: Cluster, near: Near, peer: PeerRule) -> tuple[Edit, ...]:
    policy, rule, packet = near.policy, near.rule, near.packet
    if peer.block is not None or (peer.pods is None and peer.namespaces is None):
        return ()
    wanted = peer.pods.labels if peer.pods is not None else {}
    carried = packet.peer.pod.labels
    apart = [key for key, value in wanted.items() if carried.get(key) != value]
    if peer.pods is not None and not all(holds(one, carried) for one in peer.pods.expressions):
        return ()
    there = in_namespace(cluster, policy.id.namespace, peer, packet.peer)
    if there and len(apart) == 1:
        return _label(cluster, near, peer, apart[0])
    if not there and not apart and _is_unused(cluster, policy, rule, peer):
        return _namespace(policy, peer, packet.peer)
    return ()


def _is_unused(cluster: Cluster, policy: NetworkPolicy, rule: PolicyRule, peer: PeerRule) -> bool:
    """True where a peer selects no pod of the view, and can mean none outside it."""
    space = peer.namespaces.labels.get(NAMESPACE_NAME) if peer.namespaces is not None else policy.id.namespace
    if space is None:
        return False
    alone = PolicyRule(rule.number, (peer,), rule.ports, rule.place)
    possible = workloads_in(cluster, space) if peer.pods is None else candidates(cluster, space, peer.pods)
    return all(rule_matches(cluster, policy, alone, one) is PeerMatch.NO for one in possible)


def _label(cluster: Cluster, near: Near, peer: PeerRule, key: str) -> tuple[Edit, ...]:
    policy, packet, labels = near.policy, near.packet, near.labels
    wanted = peer.pods.labels[key] if peer.pods is not None else ""
    if key not in packet.peer.pod.labels:
        asks = packet.direction is Direction.INGRESS and wanted == "true"
        return tuple(_given(cluster, packet.client, key, wanted)) if asks else ()
    if not _is_unused(cluster, policy, near.rule, peer):
        return ()
    place = peer.place.at("podSelector", "matchLabels")
    corrected_labels = {**(peer.pods.labels if peer.pods is not None else {}), key: packet.peer.pod.labels[key]}
    edits: list[Edit] = [instead(policy, place.at(key), packet.peer.pod.labels[key])]
    meant = selected(cluster, packet.peer.id.namespace, labels)
    if not selected(cluster, packet.peer.id.namespace, corrected_labels) <= meant:
        edits += [put(policy, place, more, value) for more, value in labels.items() if more not in corrected_labels]
    return tuple(edits)


def _given(cluster: Cluster, client: Workload, key: str, value: str) -> Iterator[Edit]:
    """The label that a policy asks of clients, for the pods of this one. Nothing else may select by it."""
    if owner(cluster, client.place) is not client:
        return
    if client.id.kind in ("Job", "Pod", "ReplicaSet") and _HOOK not in client.annotations:
        return  # what runs cannot be changed, but for hooks, which are made anew
    if any(key in service.selector for service in cluster.services.values()):
        return
    if any(key in one.selector.labels for one in cluster.policies):
        return
    yield labelled(client, key, value)


def labelled(workload: Workload, key: str, value: str) -> Change:
    """A label for the pods of a workload."""
    spec = workload.pod.place
    template = type(spec)(spec.document, spec.path[:-1])
    metadata = template.at("metadata")
    labels = metadata.at("labels")
    if isinstance(labels.value, dict):
        return put(workload, labels, key, value)
    if isinstance(metadata.value, dict):
        return put(workload, metadata, "labels", {key: value})
    return put(workload, template, "metadata", {"labels": {key: value}})


def _namespace(policy: NetworkPolicy, peer: PeerRule, workload: Workload) -> tuple[Edit, ...]:
    """The peer's namespace: said where it was not, corrected where its name is another."""
    namespace = workload.id.namespace
    if peer.namespaces is None:
        return (put(policy, peer.place, "namespaceSelector", {"matchLabels": {NAMESPACE_NAME: namespace}}),)
    if len(peer.namespaces.labels) > 1 or peer.namespaces.expressions:
        return ()
    return (instead(policy, peer.place.at("namespaceSelector", "matchLabels", NAMESPACE_NAME), namespace),)
