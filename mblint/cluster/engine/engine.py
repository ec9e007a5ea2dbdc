"""What may talk to what, and which rule decides.

Two questions, two ways: `connections` and `reachable` answer to the letter of the API, for all ports at once;
`egress`, `ingress` and `egress_outside` answer for one port, name the rule, and say where manifests cannot know.
Long because it is the one door to all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.admin_tier import RUN_TIME_PEER, TierAnswer, ask_tier, may_cover_pods, names_private_networks
from mblint.cluster.engine.covering import covering
from mblint.cluster.engine.decision import Decision, Outcome, RuleRef
from mblint.cluster.engine.nearest import nearest_miss
from mblint.cluster.engine.packet import Packet
from mblint.cluster.engine.reachable import Partition, Reachable
from mblint.cluster.engine.rule_match import PeerMatch, rule_matches
from mblint.cluster.engine.rule_ports import covers_by_number
from mblint.cluster.engine.selection import Selection
from mblint.cluster.engine.strangers import Stranger, let_through
from mblint.cluster.engine.tiers import RuleIn, Stage, stages
from mblint.cluster.engine.universe import Mask, Universe
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import (
    Action,
    AdminPolicy,
    Direction,
    NetworkPolicy,
    PluginPolicy,
    PluginRule,
)
from mblint.cluster.policies.ports import ALL, EMPTY, PortSet

Isolating = tuple[NetworkPolicy | PluginPolicy, ...]

_RUN_TIME_SELECTED = "whether a policy selects its pods depends on labels that these get when they run"
_HOST_NETWORK = "the pods of {} use the host's network, so policies see the node's address"
_BY_NETWORKS = "{} denies networks; whether those cover pods is up to the network plugin"
_BY_RANGE = "{} allows a range of addresses, and the pod's own may be in it"
_NAMES_NETWORKS = "{} names networks; whether those cover pods is up to the network plugin"


class PolicyEngine:
    """The policies of one cluster view. Answers are computed when asked for."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.universe = Universe(cluster)
        self._selection = Selection(cluster, self.universe)
        self._reachable = Reachable(self.universe, self._selection)

    def policies_of(self, workload: Workload, direction: Direction) -> tuple[NetworkPolicy, ...]:
        """The NetworkPolicies that select a workload's pods and judge that direction."""
        return self._selection.policies(workload, direction)

    def plugin_policies_of(self, workload: Workload, direction: Direction) -> tuple[PluginPolicy, ...]:
        """The policies of plugins that select a workload's pods and judge that direction."""
        return self._selection.plugin_policies(workload, direction)

    def connections(self, client: Workload, server: Workload) -> PortSet:
        """The pod ports that both sides' policies allow, to the letter. Everything for a pod and itself."""
        if client is server:
            return ALL
        egress = _ports_at(self._reachable.partition(client, Direction.EGRESS), self.universe.bit(server))
        return egress & _ports_at(self._reachable.partition(server, Direction.INGRESS), self.universe.bit(client))

    def reachable(self, workload: Workload, direction: Direction) -> Partition:
        """Everybody that one side's policies let it reach (egress) or be reached by (ingress), to the letter."""
        return self._reachable.partition(workload, direction)

    def unsure(self, workload: Workload, direction: Direction) -> str | None:
        """Why `reachable` may not be all that is true of that side; None where the policies leave no doubt."""
        unknown = self._not_modelled(workload, direction)
        if unknown is not None:
            return unknown
        if self._selection.run_time(workload, direction):
            return _RUN_TIME_SELECTED
        for policy, rule in self.admin_rules(workload, direction):
            if may_cover_pods(rule):
                return _NAMES_NETWORKS.format(RuleRef(policy, rule, direction))
        return None

    def admin_rules(self, workload: Workload, direction: Direction) -> Iterator[RuleIn]:
        """The rules of admin policies and of plugins' that judge a workload's pods in that direction."""
        admin, plugin = self._selection.admin_policies, self._selection.plugin_policies
        policies: Iterable[AdminPolicy | PluginPolicy] = (*admin(workload, direction), *plugin(workload, direction))
        for policy in policies:
            for rule in policy.rules(direction):
                yield policy, rule

    def egress(
        self, client: Workload, server: Workload, port: int, protocol: str = "TCP", service_port: int | None = None
    ) -> Decision:
        """Whether the client's policies let it reach that pod port. `service_port` only makes near misses clearer."""
        return self._decide(Packet(client, server, Direction.EGRESS, port, protocol, service_port))

    def ingress(
        self, server: Workload, client: Workload, port: int, protocol: str = "TCP", service_port: int | None = None
    ) -> Decision:
        """Whether the server's policies let the client in on that pod port."""
        return self._decide(Packet(client, server, Direction.INGRESS, port, protocol, service_port))

    def among(self, workload: Workload, direction: Direction, port: int, protocol: str = "TCP") -> Decision:
        """Whether the policies of that direction let one pod of a workload reach another one of it."""
        return self._decide(Packet(workload, workload, direction, port, protocol, None, between_pods=True))

    def ingress_of_stranger(self, server: Workload, stranger: Stranger, port: int, protocol: str = "TCP") -> Decision:
        """Whether the server's policies let in a peer that is in no manifest, on that pod port."""
        return self._stranger((server, Direction.INGRESS), stranger, port, protocol)

    def egress_to_stranger(self, client: Workload, stranger: Stranger, port: int, protocol: str = "TCP") -> Decision:
        """Whether the client's policies let it out to a peer that is in no manifest, on that port of the peer."""
        return self._stranger((client, Direction.EGRESS), stranger, port, protocol)

    def _stranger(self, side: tuple[Workload, Direction], stranger: Stranger, port: int, protocol: str) -> Decision:
        policies = self._isolating(*side)
        others = (*self._selection.admin_policies(*side), *self._selection.plugin_policies(*side))
        also = f"{others[0].id.kind} {others[0].id.name} selects its pods, too" if others else None
        unknown = self.unsure(*side) or also
        if unknown is not None:
            return Decision(Outcome.UNKNOWN, policies=policies, reason=unknown)
        return let_through(self.universe, self.policies_of(*side), side, stranger, port, protocol)

    def egress_outside(self, client: Workload, port: int, protocol: str = "TCP") -> Decision:
        """Whether the client's policies let it reach any address outside of the cluster on that port."""
        policies = self._isolating(client, Direction.EGRESS)
        unknown = self._not_modelled(client, Direction.EGRESS)
        if unknown is not None:
            return Decision(Outcome.UNKNOWN, policies=policies, reason=unknown)
        rule = next(self._rules_to_outside(client, port, protocol), None)
        for mask, ports in self._reachable.partition(client, Direction.EGRESS):
            if mask & self.universe.outside and ports.has(port, protocol):
                return Decision(Outcome.ALLOWED, rule, policies)
        if rule is not None and _restriction(rule) is not None:  # by names of hosts: some address it is
            return Decision(Outcome.ALLOWED, rule, policies, reason=_restriction(rule))
        if self._selection.run_time(client, Direction.EGRESS):
            return Decision(Outcome.UNKNOWN, policies=policies, reason=_RUN_TIME_SELECTED)
        return Decision(Outcome.DENIED, policies=policies)

    def _rules_to_outside(self, client: Workload, port: int, protocol: str) -> Iterator[RuleRef]:
        """The rules that allow the port to some address: NetworkPolicies', then those of policies of plugins."""
        for policy in self.policies_of(client, Direction.EGRESS):
            for rule in policy.egress or ():
                if not covers_by_number(rule, port, protocol):
                    continue
                if self.universe.rule_peers(policy, rule) & self.universe.outside:
                    yield RuleRef(policy, rule, Direction.EGRESS)
        for plugin_policy in self._selection.plugin_policies(client, Direction.EGRESS):
            for one in plugin_policy.egress:
                outside = self.universe.admin_rule_peers(one) & self.universe.outside
                by_name = one.restricted is not None and any(peer.pods is None for peer in one.peers or ())
                if one.action is Action.ALLOW and (outside or by_name) and covers_by_number(one, port, protocol):
                    yield RuleRef(plugin_policy, one, Direction.EGRESS)

    # ------------------------------------------------------------ one packet, through the tiers

    def _decide(self, packet: Packet) -> Decision:
        policies = self._isolating(packet.judged, packet.direction)
        unknown = self._not_modelled(packet.judged, packet.direction)
        if unknown is None and packet.peer.pod.labels_unread and policies:
            unknown = labels_unread(packet.peer)
        if unknown is not None:
            return Decision(Outcome.UNKNOWN, policies=policies, reason=unknown)
        if packet.client is packet.server and not packet.between_pods:
            return Decision(Outcome.ALLOWED, policies=policies)
        unsure: list[TierAnswer] = []
        decided = None
        for stage in self._stages(packet):
            decided = self._at(stage, packet, policies, unsure)
            if decided is not None:
                break
        decided = decided or Decision(Outcome.ALLOWED)
        for answer in reversed(unsure):
            decided = _by_address(decided, answer)
        return decided

    def _stages(self, packet: Packet) -> list[Stage]:
        side = packet.judged, packet.direction
        admin, plugin = self._selection.admin_policies(*side), self._selection.plugin_policies(*side)
        return stages(admin, self.policies_of(*side), plugin, packet.direction)

    def _at(self, stage: Stage, packet: Packet, isolating: Isolating, unsure: list[TierAnswer]) -> Decision | None:
        """What one tier says. None: it leaves it to the next. `unsure` gathers what comes before a decision."""
        first = ask_tier(self.cluster, stage.before, packet)
        unsure.append(first)
        if first.action is not None:
            return _decided(first, isolating)
        granted = self._granted(stage, packet)
        if granted is None or granted.outcome in (Outcome.DENIED, Outcome.ADDRESS_ONLY):
            last = ask_tier(self.cluster, stage.after, packet)
            unsure.append(last)
            if last.action is not None:
                return _decided(last, isolating)
            if granted is None and stage.closes:
                granted = _isolated(packet)
        return None if granted is None else replace(granted, policies=isolating)

    def _granted(self, stage: Stage, packet: Packet) -> Decision | None:
        """What the NetworkPolicies say; None where none selects the pod, or this is not their tier."""
        if stage.policies is None:
            return None
        asked = stage.policies or self._selection.run_time(packet.judged, packet.direction)
        return self._by_policies(packet, stage.policies) if asked else None

    def _isolating(self, workload: Workload, direction: Direction) -> Isolating:
        plugin = self._selection.plugin_policies(workload, direction)
        return (*self.policies_of(workload, direction), *(one for one in plugin if direction in one.isolates))

    def _not_modelled(self, workload: Workload, direction: Direction) -> str | None:
        if workload.pod.labels_unread:
            return labels_unread(workload)
        for policy in self._selection.unmodelled(workload, direction):
            name = f"{policy.id.kind} {policy.id.name}"
            if isinstance(policy, PluginPolicy):
                return f"{name} may select its pods, by labels that these get when they run"
            if policy.says is not None:
                return policy.says
            if policy.refusal is not None:
                return f"{name} may select its pods, and is refused: {policy.refusal.message}"
            what = "such policies are" if policy.field is None else f"its {policy.field} is"
            return f"{name} may select its pods, and {what} not modelled"
        return None

    def _by_policies(self, packet: Packet, policies: tuple[NetworkPolicy, ...]) -> Decision:
        match, rule = self._best(policies, packet)
        if match is PeerMatch.YES:
            return Decision(Outcome.ALLOWED, rule)
        possible = self._selection.run_time(packet.judged, packet.direction)
        chances = [self._best((policy,), packet) for policy in possible]
        if not policies and all(chance is PeerMatch.YES for chance, _ in chances):
            return Decision(Outcome.ALLOWED, chances[0][1])
        if not policies or any(chance in (PeerMatch.YES, PeerMatch.UNKNOWN) for chance, _ in chances):
            return Decision(Outcome.UNKNOWN, rule, reason=_RUN_TIME_SELECTED)
        hosted = packet.peer.pod.host_network
        if hosted or match is PeerMatch.UNKNOWN:
            reason = _HOST_NETWORK.format(packet.peer.id.name) if hosted else RUN_TIME_PEER
            return Decision(Outcome.UNKNOWN, rule, reason=reason)
        outcome = Outcome.ADDRESS_ONLY if match is PeerMatch.ADDRESS else Outcome.DENIED
        return Decision(outcome, rule, nearest=nearest_miss(self.cluster, policies, packet))

    def _best(self, policies: tuple[NetworkPolicy, ...], packet: Packet) -> tuple[PeerMatch, RuleRef | None]:
        """The most certain match among the rules that cover the packet's port."""
        best, found = PeerMatch.NO, None
        for policy, rule in covering(self.cluster, policies, packet, packet.port):
            match = rule_matches(self.cluster, policy, rule, packet.peer)
            if match > best:
                best, found = match, RuleRef(policy, rule, packet.direction)
            if best is PeerMatch.YES:
                return best, found
        return best, found


def _ports_at(partition: Partition, bit: Mask) -> PortSet:
    return next((ports for mask, ports in partition if mask & bit), EMPTY)


def _decided(answer: TierAnswer, policies: Isolating) -> Decision | None:
    """A tier's final word. None: the packet is passed on."""
    if answer.unknown is not None:
        return Decision(Outcome.UNKNOWN, answer.rule, policies, reason=answer.unknown)
    if answer.action is Action.PASS:
        return None
    outcome = Outcome.ALLOWED if answer.action is Action.ALLOW else Outcome.DENIED
    return Decision(outcome, answer.rule, policies, reason=_restriction(answer.rule))


def _isolated(packet: Packet) -> Decision:
    """What becomes of a packet that no policy allows."""
    if packet.peer.pod.host_network:
        return Decision(Outcome.UNKNOWN, reason=_HOST_NETWORK.format(packet.peer.id.name))
    return Decision(Outcome.DENIED)


def _restriction(ref: RuleRef | None) -> str | None:
    """What lets through only some of what the rule allows."""
    restricted = ref.rule.restricted if ref is not None and isinstance(ref.rule, PluginRule) else None
    return f"{ref} lets through only what its {restricted} says" if restricted is not None else None


def _by_address(decision: Decision, answer: TierAnswer) -> Decision:
    """What becomes of a decision where an earlier rule about networks may cover the pod, or may not."""
    if answer.by_address is None:
        return decision
    action, rule = answer.by_address
    if action is Action.ALLOW and decision.outcome is Outcome.DENIED:
        if isinstance(rule.rule, PluginRule) and names_private_networks(rule.rule):  # and looks at pods' addresses
            return replace(decision, outcome=Outcome.UNKNOWN, rule=rule, reason=_BY_RANGE.format(rule))
        return replace(decision, outcome=Outcome.ADDRESS_ONLY, rule=rule)
    if action is Action.DENY and decision.outcome is Outcome.ALLOWED:
        return replace(decision, outcome=Outcome.UNKNOWN, rule=rule, reason=_BY_NETWORKS.format(rule))
    return decision


def labels_unread(workload: Workload) -> str:
    """Why nobody knows which policies are about a workload."""
    return f"the labels of the pods of {workload.id.kind} {workload.id.name} cannot be read"
