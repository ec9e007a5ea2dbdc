"""All that an answer for one packet carries, whichever way it came about: rule, isolating policies, reason."""

from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.policies.objects import Direction

from .views import deployment, policy, view, workload

PODS = deployment("web", "{app: web}") + deployment("api", "{app: api}")
ADMIN = """
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: cluster}
spec: {priority: 1, subject: {namespaces: {}}, egress: [%s]}
"""
ANY = "to: [{namespaces: {}}]"
ADDRESSES = "to: [{networks: [10.0.0.0/8]}]"
HASHED = "to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: api, pod-template-hash: 6f}}}}]"
OTHER = "[{to: [{podSelector: {matchLabels: {app: other}}}]}]"
BY_ADDRESS = "[{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"
PEERS_OF_RUN_TIME = "whether a rule names the peer's pods depends on labels that these get when they run"
SELECTED_AT_RUN_TIME = "whether a policy selects its pods depends on labels that these get when they run"
HOST_NETWORK = "the pods of {} use the host's network, so policies see the node's address"
BY_NETWORKS = "rule 1 of cluster denies networks; whether those cover pods is up to the network plugin"


def egress(rules: str, name: str = "web", labels: str = "{app: web}") -> str:
    return policy(name, labels, f"  policyTypes: [Egress]\n  egress: {rules}\n")


def calico(rules: str, order: int = 1) -> str:
    spec = f"{{order: {order}, selector: app == 'web', types: [Egress], egress: {rules}}}"
    return f"\n---\n{{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {{name: c}}, spec: {spec}}}\n"


def hashed(rules: str) -> str:
    return egress(rules, "hashed", "{app: web, pod-template-hash: 6f}")


def ask(text: str, pods: str = PODS) -> Decision:
    cluster = view(pods + text)
    assert not cluster.invalid
    return PolicyEngine(cluster).egress(workload(cluster, "web"), workload(cluster, "api"), 8080)


def _parts(decision: Decision) -> tuple[str, str | None, list[str], str | None]:
    rule = None if decision.rule is None else str(decision.rule)
    assert decision.rule is None or decision.rule.direction is Direction.EGRESS
    return decision.outcome.value, rule, [found.id.name for found in decision.policies], decision.reason


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (egress("[{}]"), ("allowed", "rule 1 of web", ["web"], None)),
        (egress(OTHER), ("denied", None, ["web"], None)),
        (egress(BY_ADDRESS), ("address-only", "rule 1 of web", ["web"], None)),
        (hashed("[{}]"), ("allowed", "rule 1 of hashed", [], None)),
        (hashed("[]"), ("unknown", None, [], SELECTED_AT_RUN_TIME)),
        (hashed("[{}]") + egress("[]"), ("unknown", None, ["web"], SELECTED_AT_RUN_TIME)),
        (hashed("[{}]") + egress(BY_ADDRESS), ("unknown", "rule 1 of web", ["web"], SELECTED_AT_RUN_TIME)),
        (
            egress("[{to: [{podSelector: {matchLabels: {app: api, pod-template-hash: 6f}}}]}]"),
            ("unknown", "rule 1 of web", ["web"], PEERS_OF_RUN_TIME),
        ),
    ],
)
def test_of_network_policies(text: str, parts: object) -> None:
    assert _parts(ask(text)) == parts


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (f"{{action: Allow, {ANY}}}", ("allowed", "rule 1 of cluster", ["web"], None)),
        (f"{{action: Deny, {ANY}}}", ("denied", "rule 1 of cluster", ["web"], None)),
        (f"{{action: Deny, {HASHED}}}", ("unknown", "rule 1 of cluster", ["web"], PEERS_OF_RUN_TIME)),
        (f"{{action: Allow, {ADDRESSES}}}", ("address-only", "rule 1 of cluster", ["web"], None)),
        (f"{{action: Deny, {ADDRESSES}}}", ("denied", None, ["web"], None)),
    ],
)
def test_of_admin_policies_before_a_network_policy_that_denies(rule: str, parts: object) -> None:
    assert _parts(ask(ADMIN % rule + egress("[]"))) == parts


def test_of_an_admin_policy_that_denies_addresses_before_a_network_policy_that_allows() -> None:
    decision = ask(ADMIN % f"{{action: Deny, {ADDRESSES}}}" + egress("[{}]"))
    assert _parts(decision) == ("unknown", "rule 1 of cluster", ["web"], BY_NETWORKS)


@pytest.mark.parametrize("order", [1, 2000])
@pytest.mark.parametrize(("action", "outcome"), [("Allow", "allowed"), ("Deny", "denied")])
def test_of_calicos_policies_on_either_side_of_the_network_policies(order: int, action: str, outcome: str) -> None:
    decision = ask(calico(f"[{{action: {action}}}]", order) + egress("[]"))
    assert _parts(decision) == (outcome, "rule 1 of c", ["web", "c"], None)


def test_of_policies_that_are_not_modelled() -> None:
    text = "\n---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c}, spec: %s}\n"
    spec = "{endpointSelector: {}, egress: [{toRequires: [{}]}]}"
    reason = "CiliumNetworkPolicy c may select its pods, and its egress[0].toRequires is not modelled"
    assert _parts(ask(text % spec + egress("[{}]"))) == ("unknown", None, ["web"], reason)


def test_of_pods_on_the_hosts_network() -> None:
    pods = deployment("web", "{app: web}") + deployment("api", "{app: api}", ", hostNetwork: true")
    reason = HOST_NETWORK.format("api")
    assert _parts(ask(egress("[]"), pods)) == ("unknown", None, ["web"], reason)
    assert _parts(ask(egress("[{to: [{podSelector: {}}]}]"), pods)) == ("unknown", "rule 1 of web", ["web"], reason)
    assert _parts(ask(calico("[]"), pods)) == ("unknown", None, ["c"], reason)


def test_of_a_pod_and_itself() -> None:
    cluster = view(PODS + egress("[]"))
    web = workload(cluster, "web")
    assert _parts(PolicyEngine(cluster).egress(web, web, 1)) == ("allowed", None, ["web"], None)


def test_of_ingress_the_near_miss_knows_the_services_port() -> None:
    cluster = view(PODS + policy("api", "{app: api}", "  ingress: [{ports: [{port: 80}]}]\n"))
    web, api = workload(cluster, "web"), workload(cluster, "api")
    decision = PolicyEngine(cluster).ingress(api, web, 8080, service_port=80)
    assert decision.outcome is Outcome.DENIED
    assert "the Service translates 80 to 8080" in str(decision.nearest)


def test_policies_of_plugins_are_known_by_workload_and_direction() -> None:
    cluster = view(PODS + calico("[]"))
    engine = PolicyEngine(cluster)
    web, api = workload(cluster, "web"), workload(cluster, "api")
    assert engine.plugin_policies_of(web, Direction.EGRESS) == cluster.plugin_policies
    assert engine.plugin_policies_of(web, Direction.INGRESS) == ()
    assert engine.plugin_policies_of(api, Direction.EGRESS) == ()


def test_a_policy_of_a_namespace_without_pods_is_about_none() -> None:
    text = policy("far", "{app: web}", "  policyTypes: [Egress, Ingress]\n", namespace="far")
    cluster = view(PODS + text)
    engine = PolicyEngine(cluster)
    web, api = workload(cluster, "web"), workload(cluster, "api")
    for client, server in ((web, api), (api, web)):
        assert _parts(engine.egress(client, server, 8080)) == ("allowed", None, [], None)
        assert engine.connections(client, server).names() == ["ALL"]
