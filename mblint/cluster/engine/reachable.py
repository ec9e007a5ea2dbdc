"""What policies allow, to the letter: for every workload and direction, who may be reached on which ports.

The answer for one pod is a partition of the universe: disjoint sets of peers, each with one set of ports. Pods that
the same policies select share it. The semantics are those of NetworkPolicy v1 and of the tiers around it:
admin policies by priority (first matching rule wins, Pass leaves the tier), NetworkPolicies (they add up), and the
baseline for pods that no NetworkPolicy selects in that direction. Policies of plugins stand in one order with the
NetworkPolicies, or in tiers of their own; where any policy of a tier isolates the pod, what none allows is denied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from mblint.cluster.engine.rule_ports import has_named_ports, named_ports_at, numbered_ports
from mblint.cluster.engine.selection import Selection
from mblint.cluster.engine.tiers import RuleIn, stages
from mblint.cluster.engine.universe import Mask, Universe, bits
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import (
    Action,
    AdminPolicy,
    AdminRule,
    Direction,
    NetworkPolicy,
    PluginPolicy,
    PolicyRule,
)
from mblint.cluster.policies.ports import ALL, EMPTY, PortSet
from mblint.cluster.services import declared_ports

Partition = tuple[tuple[Mask, PortSet], ...]


class Tally(Struct, frozen=True, cache_hash=True):
    """What is decided so far for one set of peers. What is in none of the three is denied."""

    allowed: PortSet = EMPTY
    passed: PortSet = EMPTY
    open: PortSet = ALL

    def after(self, action: Action, ports: PortSet) -> Tally:
        """The tally after a rule that matches these ports: only what is still open is decided by it."""
        hit = self.open & ports
        return Tally(
            self.allowed | hit if action is Action.ALLOW else self.allowed,
            self.passed | hit if action is Action.PASS else self.passed,
            self.open - hit,
        )

    def isolated(self) -> Tally:
        """What is still open is denied; only what a rule has passed on is left to the next tier."""
        return Tally(self.allowed, EMPTY, self.passed)

    def next_tier(self) -> Tally:
        """What no rule of this tier has decided, or a rule has passed on, is open again."""
        return Tally(self.allowed, EMPTY, self.open | self.passed)


Tallies = dict[Tally, Mask]  # disjoint masks that together are the universe


class Reachable:
    """Partitions by workload and direction, computed when asked for, each once."""

    def __init__(self, universe: Universe, selection: Selection) -> None:
        self._universe = universe
        self._selection = selection
        self._by_workload: dict[tuple[Workload, Direction], Partition] = {}
        self._by_policies: dict[tuple[object, ...], Partition] = {}
        self._grants: dict[tuple[int, Workload | None], list[tuple[Mask, PortSet]]] = {}
        self._port_sets: dict[PortSet, PortSet] = {}
        self._alike: dict[frozenset[tuple[str, str, int]], Workload] = {}

    def partition(self, workload: Workload, direction: Direction) -> Partition:
        """Who may be reached by a workload (egress) or may reach it (ingress), and on which ports."""
        known = self._by_workload.get((workload, direction))
        if known is None:
            known = self._by_workload[workload, direction] = self._shared(workload, direction)
        return known

    def _shared(self, workload: Workload, direction: Direction) -> Partition:
        policies = self._selection.policies(workload, direction)
        admin = self._selection.admin_policies(workload, direction)
        plugin = self._selection.plugin_policies(workload, direction)
        # Named ports of ingress rules are the judged pod's own: only pods that name the same ports alike share them.
        own = None
        if direction is Direction.INGRESS and _name_ports(policies, (*admin, *plugin)):
            own = self._alike.setdefault(declared_ports(workload), workload)
        key = (direction, policies, admin, plugin, own)
        known = self._by_policies.get(key)
        if known is None:
            known = self._by_policies[key] = self._computed(policies, admin, plugin, direction, own)
        return known

    def _computed(
        self,
        policies: tuple[NetworkPolicy, ...],
        admin: tuple[AdminPolicy, ...],
        plugin: tuple[PluginPolicy, ...],
        direction: Direction,
        destination: Workload | None,
    ) -> Partition:
        tallies: Tallies = {Tally(): self._universe.all}
        for stage in stages(admin, policies, plugin, direction):
            tallies = self._after(tallies, stage.before, destination)
            tallies = _split(tallies, self._granted(stage.policies or (), direction, destination), Action.ALLOW)
            tallies = self._after(tallies, stage.after, destination)
            tallies = _regrouped(tallies, Tally.isolated if stage.closes else Tally.next_tier)
        return self._partition(tallies)

    def _partition(self, tallies: Tallies) -> Partition:
        """Allowed ports by peers. What no tier has decided is allowed. Equal sets of ports are one object."""
        allowed: defaultdict[PortSet, Mask] = defaultdict(int)
        for tally, peers in tallies.items():
            allowed[tally.allowed | tally.open] |= peers
        return tuple((peers, self._port_sets.setdefault(ports, ports)) for ports, peers in allowed.items() if ports)

    def _after(self, tallies: Tallies, rules: Sequence[RuleIn], destination: Workload | None) -> Tallies:
        for _, rule in rules:
            grants = self._ports_by_peer(rule, self._universe.admin_rule_peers(rule), destination)
            tallies = _split(tallies, grants, rule.action)
        return tallies

    def _granted(
        self, policies: Iterable[NetworkPolicy], direction: Direction, destination: Workload | None
    ) -> Iterable[tuple[Mask, PortSet]]:
        """What rules allow adds up, so those of the same ports are one grant."""
        peers_by_ports: defaultdict[PortSet, Mask] = defaultdict(int)
        for policy in policies:
            for rule in policy.rules(direction) or ():
                for mask, ports in self._grants_of(policy, rule, destination):
                    peers_by_ports[ports] |= mask
        return [(mask, ports) for ports, mask in peers_by_ports.items()]

    def _grants_of(
        self, policy: NetworkPolicy, rule: PolicyRule, destination: Workload | None
    ) -> list[tuple[Mask, PortSet]]:
        key = (id(rule), destination)
        known = self._grants.get(key)
        if known is None:
            mask = self._universe.rule_peers(policy, rule)
            known = self._grants[key] = self._ports_by_peer(rule, mask, destination)
        return known

    def _ports_by_peer(
        self, rule: PolicyRule | AdminRule, mask: Mask, destination: Workload | None
    ) -> list[tuple[Mask, PortSet]]:
        """The peers of a rule with its ports. `destination` None: the peers are the destinations."""
        numbered = numbered_ports(rule)
        if not has_named_ports(rule):
            return [(mask, numbered)]
        if destination is not None:
            return [(mask, numbered | named_ports_at(rule, destination))]
        grouped: defaultdict[PortSet, Mask] = defaultdict(int)
        for number in bits(mask & self._universe.pods):
            grouped[numbered | named_ports_at(rule, self._universe.workloads[number])] |= 1 << number
        grouped[numbered] |= mask & self._universe.outside
        return [(peers, ports) for ports, peers in grouped.items()]


def _name_ports(policies: Iterable[NetworkPolicy], admin: Iterable[AdminPolicy | PluginPolicy]) -> bool:
    return any(has_named_ports(rule) for policy in policies for rule in policy.ingress or ()) or any(
        has_named_ports(rule) for policy in admin for rule in policy.ingress
    )


def _split(tallies: Tallies, grants: Iterable[tuple[Mask, PortSet]], action: Action) -> Tallies:
    """Each grant in turn changes the tally of the peers that it names."""
    for mask, ports in grants:
        if not mask or not ports:
            continue
        changed: defaultdict[Tally, Mask] = defaultdict(int)
        for tally, peers in tallies.items():
            inside, outside = peers & mask, peers & ~mask
            if inside:
                changed[tally.after(action, ports)] |= inside
            if outside:
                changed[tally] |= outside
        tallies = changed
    return tallies


def _regrouped(tallies: Tallies, step: Callable[[Tally], Tally]) -> Tallies:
    changed: defaultdict[Tally, Mask] = defaultdict(int)
    for tally, peers in tallies.items():
        changed[step(tally)] |= peers
    return changed
