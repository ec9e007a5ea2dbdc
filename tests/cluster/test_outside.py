"""Whether some address outside can be reached: the answer, the rule that allows it, the policies, and the reason."""

from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.policies.objects import Direction

from .views import deployment, policy, view, workload

ANYWHERE = "{ipBlock: {cidr: 0.0.0.0/0}}"
ADMIN = """
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: cluster}
spec: {priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0, '::/0']}]}]}
"""


def egress(rules: str, name: str = "web", labels: str = "{app: web}") -> str:
    return policy(name, labels, f"  policyTypes: [Egress]\n  egress: {rules}\n")


def cilium(rules: str) -> str:
    spec = f"{{endpointSelector: {{matchLabels: {{app: web}}}}, egress: {rules}}}"
    return f"\n---\n{{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {{name: c}}, spec: {spec}}}\n"


def ask(text: str) -> Decision:
    cluster = view(deployment("web", "{app: web}") + text)
    assert not cluster.invalid
    return PolicyEngine(cluster).egress_outside(workload(cluster, "web"), 443)


def _names(decision: Decision) -> list[str]:
    return [found.id.name for found in decision.policies]


@pytest.mark.parametrize(
    "text",
    [
        egress(f"[{{to: [{ANYWHERE}], ports: [{{port: 80}}]}}, {{to: [{ANYWHERE}], ports: [{{port: 443}}]}}]"),
        egress(f"[{{to: [{{podSelector: {{}}}}], ports: [{{port: 443}}]}}, {{to: [{ANYWHERE}]}}]"),
        cilium("[{toEntities: [host]}, {toEntities: [world]}]"),
        cilium("[{toEndpoints: [{}]}, {toEntities: [world]}]"),
        cilium("[{toEntities: [world], toPorts: [{ports: [{port: '80'}]}]}, {toEntities: [world]}]"),
    ],
)
def test_the_first_rule_that_allows_the_port_to_some_address_is_named(text: str) -> None:
    decision = ask(text)
    assert decision.outcome is Outcome.ALLOWED
    assert decision.rule is not None
    assert decision.rule.rule.number == 2
    assert decision.rule.direction is Direction.EGRESS
    assert _names(decision) == [decision.rule.policy.id.name]
    assert decision.reason is None


def test_what_no_rule_allows_is_denied_by_the_policies_that_isolate() -> None:
    decision = ask(egress("[]"))
    assert (decision.outcome, decision.rule, _names(decision), decision.reason) == (Outcome.DENIED, None, ["web"], None)
    only_in = ask(policy("web", "{app: web}", "  ingress: []\n"))
    assert (only_in.outcome, _names(only_in)) == (Outcome.ALLOWED, [])


def test_a_rule_does_not_help_where_administrators_deny_every_address() -> None:
    decision = ask(ADMIN + egress("[{}]"))
    assert decision.outcome is Outcome.DENIED
    assert _names(decision) == ["web"]


def test_some_address_is_reached_where_names_of_hosts_are_allowed() -> None:
    decision = ask(cilium("[{toFQDNs: [{matchName: example.org}]}]"))
    assert (decision.outcome, str(decision.rule), _names(decision)) == (Outcome.ALLOWED, "rule 1 of c", ["c"])
    assert decision.reason == "rule 1 of c lets through only what its toFQDNs says"


def test_policies_that_are_not_modelled_leave_it_unknown() -> None:
    decision = ask(egress("[{}]") + cilium("[{toRequires: [{}]}]"))
    assert (decision.outcome, _names(decision)) == (Outcome.UNKNOWN, ["web"])
    assert decision.reason == "CiliumNetworkPolicy c may select its pods, and its egress[0].toRequires is not modelled"


def test_a_policy_that_only_run_time_can_tell_may_allow_it() -> None:
    hashed = egress("[{}]", "hashed", "{app: web, pod-template-hash: 6f}")
    decision = ask(egress("[]") + hashed)
    assert (decision.outcome, _names(decision)) == (Outcome.UNKNOWN, ["web"])
    reason = "whether a policy selects its pods depends on labels that these get when they run"
    assert decision.reason == reason
    only_in = policy("hashed", "{app: web, pod-template-hash: 6f}", "  ingress: [{}]\n")
    assert ask(egress("[]") + only_in).outcome is Outcome.DENIED
