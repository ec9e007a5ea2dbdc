"""Policies that isolate ingress because they say nothing: without `policyTypes`, a policy of egress rules does so, too.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.policies.objects import NetworkPolicy, PluginPolicy
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def isolating_by_default(policies: Iterable[NetworkPolicy | PluginPolicy]) -> tuple[NetworkPolicy, ...]:
    """Those that have egress rules, no ingress rules, and no policyTypes that would say that this is meant."""
    return tuple(policy for policy in policies if isinstance(policy, NetworkPolicy) and _says_nothing(policy))


def _says_nothing(policy: NetworkPolicy) -> bool:
    spec = policy.place.at("spec")
    return bool(spec.at("egress").value) and not spec.at("ingress").value and not spec.at("policyTypes").value


def for_egress_alone(cluster: Cluster, policies: Sequence[NetworkPolicy | PluginPolicy]) -> tuple[Edit, ...]:
    """What makes the policies judge egress alone; nothing where one of them means to judge ingress."""
    meant = isolating_by_default(policies)
    if not meant or len(meant) < len(policies) or any(owner(cluster, one.place) is not one for one in meant):
        return ()
    return tuple(put(policy, policy.place.at("spec"), "policyTypes", ["Egress"]) for policy in meant)
