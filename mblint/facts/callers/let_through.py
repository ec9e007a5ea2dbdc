"""What lets a packet through that policies stop: on the client's side, on the server's, or on both.

First the rule that is nearly right is corrected; else the client's (the server's) own policy gets a rule; else, where
every policy selects other pods too, those pods get a policy of their own, so that nothing else is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.packet import Packet
from mblint.cluster.objects import ObjectId, Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy, PolicyRule
from mblint.facts.edits.near_rules import Near, corrected
from mblint.facts.edits.pods import labels_behind, lasting_labels, peer, selected, selects_only
from mblint.facts.way.reach import Connection, Reach
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.remedies.edits import Create, Edit
from mblint.remedies.rendered import append, owner

_NAME_LIMIT = 63
_LET = (Outcome.ALLOWED, Outcome.UNKNOWN)  # nothing to mend, or nothing that is known to be at fault


class Side(Struct, frozen=True):
    """One side of a packet: whose policies are asked, and how they name the other side."""

    packet: Packet
    decision: Decision
    labels: Mapping[str, str]  # of the other side
    together: tuple[Workload, ...]  # who shares the call: a policy that selects them alone is the client's own


def let_through(world: World, call: Connection, reached: Reach, sharers: Sequence[Workload]) -> tuple[Edit, ...]:
    """The edits after which both sides let the packet through; none where one of them cannot be mended for sure."""
    server, port = reached.server, reached.pod_port
    if server is None or port is None or reached.egress is None or reached.ingress is None:
        return ()
    client = call.client
    asked = reached.service_port.port if reached.service_port is not None else None
    behind = labels_behind(reached.service, server)
    group = (client, *sharers)
    servers = tuple(selected(world.cluster, server.id.namespace, behind)) or (server,)
    sides = (
        Side(Packet(client, server, Direction.EGRESS, port, call.protocol, asked), reached.egress, behind, group),
        Side(
            Packet(client, server, Direction.INGRESS, port, call.protocol, asked),
            reached.ingress,
            lasting_labels(client),
            servers,
        ),
    )
    edits: list[Edit] = []
    for side in sides:
        if side.decision.outcome in _LET:
            continue
        found = _mended(world, side)
        if not found:
            return ()
        edits.extend(found)
    return tuple(edits)


def _mended(world: World, side: Side) -> tuple[Edit, ...]:
    decision, packet = side.decision, side.packet
    if decision.outcome is Outcome.DENIED and decision.rule is not None:
        return ()  # a rule says no: whether it should is for people
    if packet.peer.pod.host_network:
        return ()  # its packets carry the node's address, which no label selects
    for near in (decision.nearest.rule,) if decision.nearest is not None else ():
        if isinstance(near.policy, NetworkPolicy) and isinstance(near.rule, PolicyRule):
            found = corrected(world.cluster, Near(near.policy, near.rule, packet, side.labels))
            if found:
                return found
    return _allowed(world, side)


def _allowed(world: World, side: Side) -> tuple[Edit, ...]:
    """One more rule, in the pods' own policy or in a new one."""
    judged, direction = side.packet.judged, side.packet.direction
    rule = _rule(side)
    if rule is None:
        return ()
    named = [policy for policy in side.decision.policies if isinstance(policy, NetworkPolicy)]
    for policy in named:
        if selects_only(world.cluster, policy, side.together) and _has_rules(world, policy, direction):
            return (append(policy, policy.place.at("spec", direction.value), rule),)
    if (created := _created(world, side, rule)) is not None:
        return (created,)
    here = (policy for policy in named if judged.id.namespace == policy.id.namespace)
    mine = next((policy for policy in here if _has_rules(world, policy, direction)), None)
    return () if mine is None else (append(mine, mine.place.at("spec", direction.value), rule),)


def _has_rules(world: World, policy: NetworkPolicy, direction: Direction) -> bool:
    """True where it can be edited, and has a list of rules to add to."""
    rules = policy.place.at("spec", direction.value).value
    return isinstance(rules, list) and owner(world.cluster, policy.place) is policy


def _rule(side: Side) -> dict[str, Value] | None:
    packet = side.packet
    other = peer(side.labels, packet.peer.id.namespace, packet.judged.id.namespace)
    if other is None:
        return None
    towards = "to" if packet.direction is Direction.EGRESS else "from"
    return {towards: [other], "ports": [{"protocol": packet.protocol, "port": packet.port}]}


def _created(world: World, side: Side, rule: dict[str, Value]) -> Create | None:
    """A policy for the judged pods alone; others that it selects too must be isolated already, or it would be worse."""
    judged, direction = side.packet.judged, side.packet.direction
    labels = lasting_labels(judged)
    if not labels:
        return None
    for other in selected(world.cluster, judged.id.namespace, labels):
        if not world.engine.policies_of(other, direction) and not _isolated(world, other, direction):
            return None
    isolates = "Egress" if direction is Direction.EGRESS else "Ingress"
    return Create(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": _name(world, side), "namespace": judged.id.namespace},
            "spec": {
                "podSelector": {"matchLabels": dict(labels)},
                "policyTypes": [isolates],
                direction.value: [rule],
            },
        }
    )


def _isolated(world: World, workload: Workload, direction: Direction) -> bool:
    return any(direction in one.isolates for one in world.engine.plugin_policies_of(workload, direction))


def _name(world: World, side: Side) -> str:
    """`web-to-database-5432`, with a mark where that is too long, or taken."""
    packet = side.packet
    towards = "to" if packet.direction is Direction.EGRESS else "from"
    protocol = "" if packet.protocol == "TCP" else f"-{packet.protocol.lower()}"
    full = f"{packet.judged.id.name}-{towards}-{packet.peer.id.name}-{packet.port}{protocol}"
    mark = sha256(f"{packet.judged.id} {packet.peer.id} {full}".encode()).hexdigest()[:6]
    fits = len(full) <= _NAME_LIMIT and packet.judged.id.namespace == packet.peer.id.namespace
    name = full if fits else f"{full[: _NAME_LIMIT - 7].rstrip('-.')}-{mark}"
    taken = ObjectId(packet.judged.id.namespace, "NetworkPolicy", name) in world.cluster.objects
    return f"{name[: _NAME_LIMIT - 7].rstrip('-.')}-{mark}" if taken else name
