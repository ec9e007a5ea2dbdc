"""Istio's AuthorizationPolicies, as far as they are seen to close nothing that one could connect to.

Source: https://istio.io/latest/docs/reference/config/security/authorization-policy/. Who may come in by all others is
not modelled: it depends on the identities that proxies prove to each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.kinds import Unmodelled
from mblint.cluster.objects import PluginObject
from mblint.cluster.policies.objects import UnmodelledPolicy
from mblint.cluster.policies.unmodelled import unmodelled_kind
from mblint.manifests.nodes import Node

_OF_REQUESTS = ("methods", "paths", "hosts")  # what tells requests apart, and not connections


def read_istio_policy(one: PluginObject, row: Unmodelled) -> Iterator[UnmodelledPolicy]:
    """Nothing for a policy that closes nothing; for all others whom it may concern."""
    if one.id.kind != "AuthorizationPolicy" or not _leaves_open(one.node.get("spec")):
        yield from unmodelled_kind(one, row)


def _leaves_open(spec: Node) -> bool:
    """True for an audit, for a rule that allows everything, and for a denial of certain requests only."""
    action = spec.get("action").text() or "ALLOW"
    rules = list(spec.get("rules").items())
    if action == "AUDIT":
        return True
    if action == "ALLOW":
        return any(all(rule.get(field).absent for field in ("from", "to", "when")) for rule in rules)
    return action == "DENY" and all(_is_of_requests(rule) for rule in rules)


def _is_of_requests(rule: Node) -> bool:
    operations = [to.get("operation") for to in rule.get("to").items()]
    return bool(operations) and all(
        any(not operation.get(field).absent for field in _OF_REQUESTS) for operation in operations
    )
