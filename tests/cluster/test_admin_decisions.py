"""One packet's answers where admin policies decide: which rule, and where nobody can say which."""

from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine

from .views import deployment, view, workload

PODS = deployment("web", "{app: web}") + deployment("api", "{app: api}")
ANY = "to: [{namespaces: {}}]"
HASHED = "to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: api, pod-template-hash: 6f}}}}]"


def admin(name: str, rules: str, priority: int = 1) -> str:
    return f"""
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {{name: {name}}}
spec: {{priority: {priority}, subject: {{namespaces: {{}}}}, egress: [{rules}]}}
"""


def ask(text: str) -> Decision:
    cluster = view(PODS + text)
    assert not cluster.invalid
    return PolicyEngine(cluster).egress(workload(cluster, "web"), workload(cluster, "api"), 8080)


def test_the_first_matching_rule_of_a_policy_decides() -> None:
    decision = ask(admin("a", f"{{action: Allow, {ANY}}}, {{action: Deny, {ANY}}}"))
    assert (decision.outcome, str(decision.rule), decision.reason) == (Outcome.ALLOWED, "rule 1 of a", None)


@pytest.mark.parametrize("action", ["Allow", "Deny", "Pass"])
def test_a_rule_that_names_its_peers_by_labels_of_run_time_may_decide(action: str) -> None:
    decision = ask(admin("a", f"{{action: {action}, {HASHED}}}, {{action: Deny, {ANY}}}"))
    assert (decision.outcome, str(decision.rule)) == (Outcome.UNKNOWN, "rule 1 of a")
    assert decision.reason == "whether a rule names the peer's pods depends on labels that these get when they run"


def test_policies_of_one_priority_that_disagree_are_both_named() -> None:
    decision = ask(admin("a", f"{{action: Deny, {ANY}}}", 7) + admin("b", f"{{action: Allow, {ANY}}}", 7))
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason == "a and b disagree and have the same priority 7, so that either may decide"


@pytest.mark.parametrize(
    "rules",
    [
        f"{{action: Deny, {ANY}}}",
        f"{{action: Deny, {ANY}}}, {{action: Allow, {ANY}}}",
        f"{{action: Allow, {ANY}, ports: [{{portNumber: {{port: 81}}}}]}}",
        "{action: Allow, to: [{namespaces: {matchLabels: {no: such}}}]}",
    ],
)
def test_policies_of_one_priority_may_agree_or_be_about_something_else(rules: str) -> None:
    decision = ask(admin("a", f"{{action: Deny, {ANY}}}") + admin("b", rules))
    assert (decision.outcome, decision.reason) == (Outcome.DENIED, None)
