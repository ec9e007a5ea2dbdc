"""Which policies select which workloads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.universe import Mask, Universe, bits
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import (
    AdminPolicy,
    Direction,
    NetworkPolicy,
    PluginPolicy,
    PodsOf,
    Selector,
    UnmodelledPolicy,
)
from mblint.cluster.policies.run_time_labels import Match, match_pods, templates_tell


class Selection:
    """Policies by the workloads that they select, looked up once for all.

    By template labels alone, except for what `run_time` adds: policies that select pods by labels which these get
    only when they run. Host-networked pods are selected by none: policies do not isolate them.
    """

    def __init__(self, cluster: Cluster, universe: Universe) -> None:
        self._policies: defaultdict[tuple[int, Direction], list[NetworkPolicy]] = defaultdict(list)
        self._run_time: defaultdict[tuple[int, Direction], list[NetworkPolicy]] = defaultdict(list)
        self._admin: defaultdict[tuple[int, Direction], list[AdminPolicy]] = defaultdict(list)
        self._plugin: defaultdict[tuple[int, Direction], list[PluginPolicy]] = defaultdict(list)
        self._unmodelled: defaultdict[tuple[int, Direction], list[PluginPolicy | UnmodelledPolicy]] = defaultdict(list)
        self._universe = universe
        for policy in cluster.policies:
            self._add_policy(policy)
        for admin_policy in sorted(cluster.admin_policies, key=lambda policy: (policy.priority, policy.id.name)):
            for direction in Direction:
                if admin_policy.rules(direction):
                    for number in bits(universe.pods_of(admin_policy.subject)):
                        self._admin[number, direction].append(admin_policy)
        for plugin_policy in cluster.plugin_policies:
            self._add_plugin_policy(plugin_policy)
        for unmodelled_policy in cluster.unmodelled_policies:
            self._add_unmodelled_policy(unmodelled_policy)

    def policies(self, workload: Workload, direction: Direction) -> tuple[NetworkPolicy, ...]:
        """The NetworkPolicies that select its pods and judge that direction, in the order read."""
        return tuple(self._policies.get((self._universe.number[workload.id], direction), ()))

    def run_time(self, workload: Workload, direction: Direction) -> tuple[NetworkPolicy, ...]:
        """The NetworkPolicies that may select its pods, or some of them, when these run."""
        return tuple(self._run_time.get((self._universe.number[workload.id], direction), ()))

    def admin_policies(self, workload: Workload, direction: Direction) -> tuple[AdminPolicy, ...]:
        """The admin policies that apply to its pods and have rules of that direction, by priority."""
        return tuple(self._admin.get((self._universe.number[workload.id], direction), ()))

    def plugin_policies(self, workload: Workload, direction: Direction) -> tuple[PluginPolicy, ...]:
        """The policies of plugins that select its pods and judge that direction, in the order read."""
        return tuple(self._plugin.get((self._universe.number[workload.id], direction), ()))

    def unmodelled(self, workload: Workload, direction: Direction) -> tuple[PluginPolicy | UnmodelledPolicy, ...]:
        """Policies that may concern its pods: not modelled, or selecting by labels that these get when they run."""
        return tuple(self._unmodelled.get((self._universe.number[workload.id], direction), ()))

    def _add_policy(self, policy: NetworkPolicy) -> None:
        inside = self._universe.namespace(policy.id.namespace) & ~self._universe.host_network
        selected = self._universe.pods_in(policy.id.namespace, policy.selector) & inside
        directions = [direction for direction in Direction if policy.rules(direction) is not None]
        for number in bits(selected):
            for direction in directions:
                self._policies[number, direction].append(policy)
        for number in self._perhaps(policy.selector, inside & ~selected):
            for direction in directions:
                self._run_time[number, direction].append(policy)

    def _add_plugin_policy(self, policy: PluginPolicy) -> None:
        directions = [direction for direction in Direction if policy.judges(direction)]
        selected = 0
        for pods in policy.subjects:
            selected |= self._universe.pods_of(pods)
        for number in bits(selected):
            for direction in directions:
                self._plugin[number, direction].append(policy)
        for number in bits(self._possible(policy.subjects) & ~selected):
            for direction in directions:
                self._unmodelled[number, direction].append(policy)

    def _add_unmodelled_policy(self, policy: UnmodelledPolicy) -> None:
        for number in bits(self._possible(policy.subjects)):
            for direction in policy.directions:
                self._unmodelled[number, direction].append(policy)

    def _possible(self, subjects: tuple[PodsOf, ...]) -> Mask:
        """The workloads that one of them selects, or may select when their pods run."""
        mask = 0
        for pods in subjects:
            mask |= self._universe.pods_of(pods)
            if pods.pods is not None:
                for number in self._perhaps(pods.pods, self._universe.pods_of(replace(pods, pods=None)) & ~mask):
                    mask |= 1 << number
        return mask

    def _perhaps(self, selector: Selector, others: Mask) -> Iterator[int]:
        """Of workloads whose templates it does not select, those that a selector may select when their pods run."""
        if not templates_tell(selector):
            for number in bits(others):
                if match_pods(selector, self._universe.workloads[number]) is not Match.NO:
                    yield number
