"""In which order rules are asked: the tiers around the NetworkPolicies, and what stands in each.

Admin policies go before (their tier Admin) and after (Baseline); tiers of plugins stand wherever their order puts them.
Source of the orders, by which Calico places the admin policies too: the constants of its API
(projectcalico/calico, api/pkg/apis/projectcalico/v3/tier.go).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from mblint.cluster.policies.objects import (
    DEFAULT_TIER,
    NETWORK_POLICIES,
    AdminPolicy,
    AdminRule,
    Direction,
    NetworkPolicy,
    PluginPolicy,
    PluginRule,
    PluginTier,
    Tier,
)

RuleIn = tuple[AdminPolicy | PluginPolicy, AdminRule]

_ADMIN = PluginTier(1_000.0, "kube-admin")
_BASELINE = PluginTier(10_000_000.0, "kube-baseline")


class Stage(Struct, frozen=True):
    """One tier for one pod and direction.

    `policies`: the NetworkPolicies that select the pod, asked between `before` and `after`; None: not their tier.
    `closes`: what no rule of this tier decides is denied; else the next tier is asked.
    """

    before: Sequence[RuleIn]
    policies: tuple[NetworkPolicy, ...] | None
    after: Sequence[RuleIn]
    closes: bool = False


def stages(
    admin: tuple[AdminPolicy, ...],
    policies: tuple[NetworkPolicy, ...],
    plugin: tuple[PluginPolicy, ...],
    direction: Direction,
) -> list[Stage]:
    """The tiers of one pod and direction, in their order. `admin` are in the order of their priority."""
    placed = {
        _ADMIN: Stage(_admin_rules(admin, Tier.ADMIN, direction), None, ()),
        DEFAULT_TIER: _default(policies, [one for one in plugin if one.tier == DEFAULT_TIER], direction),
        _BASELINE: Stage(_admin_rules(admin, Tier.BASELINE, direction), None, ()),
    }
    for tier in {one.tier for one in plugin} - {DEFAULT_TIER}:
        inside = [one for one in plugin if one.tier == tier]
        placed[tier] = Stage(_plugin_rules(inside, direction), None, (), _isolates(inside, direction))
    return [placed[tier] for tier in sorted(placed)]


def _default(policies: tuple[NetworkPolicy, ...], plugin: Sequence[PluginPolicy], direction: Direction) -> Stage:
    rules = _plugin_rules(plugin, direction)
    before = [one for one in rules if one[1].order < NETWORK_POLICIES]
    return Stage(before, policies, rules[len(before) :], bool(policies) or _isolates(plugin, direction))


def _admin_rules(policies: Iterable[AdminPolicy], tier: Tier, direction: Direction) -> Sequence[RuleIn]:
    return [(policy, rule) for policy in policies if policy.tier is tier for rule in policy.rules(direction)]


def _plugin_rules(policies: Iterable[PluginPolicy], direction: Direction) -> list[tuple[PluginPolicy, PluginRule]]:
    """By their order; of one order, policies are asked by their names."""
    found = [(policy, rule) for policy in policies for rule in policy.rules(direction)]
    found.sort(key=lambda one: (one[1].order, one[0].id.name, one[0].id.namespace, one[0].id.kind, one[1].number))
    return found


def _isolates(policies: Iterable[PluginPolicy], direction: Direction) -> bool:
    return any(direction in policy.isolates for policy in policies)
