"""In which order rules are asked: those of admin policies by tier and priority, those of plugins' policies by order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mblint.cluster.policies import (
    NETWORK_POLICIES,
    AdminPolicy,
    AdminRule,
    Direction,
    PluginPolicy,
    Tier,
)

RuleIn = tuple[AdminPolicy | PluginPolicy, AdminRule]


def tier_rules(policies: Iterable[AdminPolicy], tier: Tier, direction: Direction) -> Sequence[RuleIn]:
    """The rules of one tier. `policies` are in the order of their priority."""
    return [(policy, rule) for policy in policies if policy.tier is tier for rule in policy.rules(direction)]


def plugin_rules(policies: Iterable[PluginPolicy], direction: Direction) -> tuple[Sequence[RuleIn], Sequence[RuleIn]]:
    """The rules that are asked before Kubernetes' NetworkPolicies, and after them.

    Of one order, policies are asked by their names.
    """
    found = [(policy, rule) for policy in policies for rule in policy.rules(direction)]
    found.sort(key=lambda one: (one[1].order, one[0].id.name, one[1].number))
    before = [one for one in found if one[1].order < NETWORK_POLICIES]
    return before, found[len(before) :]


def isolates(policies: Iterable[PluginPolicy], direction: Direction) -> bool:
    """True where one of them denies what no policy allows."""
    return any(direction in policy.isolates for policy in policies)
