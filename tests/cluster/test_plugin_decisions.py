"""What policies of network plugins and meshes answer for one packet; their fields have cases in conformance/cases."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine

from .views import deployment, policy, view, workload

PODS = deployment("web", "{app: web}") + deployment("api", "{app: api, part: shop}")


def ask(text: str) -> Decision:
    cluster = view(PODS + text)
    assert not cluster.invalid
    engine = PolicyEngine(cluster)
    return engine.egress(workload(cluster, "web"), workload(cluster, "api"), 8080)


CILIUM = "cilium.io/v2", "CiliumNetworkPolicy"
EVERYWHERE = "cilium.io/v2", "CiliumClusterwideNetworkPolicy"
CALICO = "crd.projectcalico.org/v1", "NetworkPolicy"
GLOBAL = "projectcalico.org/v3", "GlobalNetworkPolicy"
ISTIO = "security.istio.io/v1", "AuthorizationPolicy"
WEB = "endpointSelector: {matchLabels: {app: web}}"


def plugin(kind: tuple[str, str], spec: str, namespace: str = "default") -> str:
    metadata = f"{{name: c, namespace: {namespace}}}"
    return f"\n---\n{{apiVersion: {kind[0]}, kind: {kind[1]}, metadata: {metadata}, spec: {{{spec}}}}}\n"


@pytest.mark.parametrize(
    ("kind", "namespace", "spec", "outcome"),
    [
        (CILIUM, "default", f"{WEB}, egress: [{{}}]", Outcome.DENIED),
        (CILIUM, "default", f"{WEB}, egressDeny: [{{toEntities: [all]}}]", Outcome.DENIED),
        (CILIUM, "default", f"{WEB}, ingress: [{{}}]", Outcome.ALLOWED),
        (CILIUM, "default", f"{WEB}, egress: [{{toEndpoints: [{{matchLabels: {{app: api}}}}]}}]", Outcome.ALLOWED),
        (CILIUM, "default", f"{WEB}, egress: [{{toCIDR: [10.0.0.0/8]}}]", Outcome.DENIED),
        (CILIUM, "default", "endpointSelector: {matchLabels: {app: zzz}}, egress: [{}]", Outcome.ALLOWED),
        (CILIUM, "default", "endpointSelector: {matchLabels: {'any:app': zzz}}, egress: [{}]", Outcome.ALLOWED),
        (EVERYWHERE, "default", "nodeSelector: {}, egress: [{}]", Outcome.ALLOWED),
        (CILIUM, "far", "endpointSelector: {}, egress: [{}]", Outcome.ALLOWED),
        (EVERYWHERE, "far", "endpointSelector: {}, egress: [{}]", Outcome.DENIED),
        (CALICO, "default", "selector: all(), types: [Egress]", Outcome.DENIED),
        (CALICO, "default", "selector: all(), egress: []", Outcome.DENIED),
        (CALICO, "default", "selector: all()", Outcome.ALLOWED),
        (CALICO, "default", "selector: all(), types: [Ingress], egress: []", Outcome.ALLOWED),
        (CALICO, "default", "egress: [{action: Allow, destination: {selector: app == 'api'}}]", Outcome.ALLOWED),
        (CALICO, "default", "egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]", Outcome.UNKNOWN),
        (CALICO, "default", "egress: [{action: Allow, destination: {nets: [203.0.113.0/24]}}]", Outcome.ADDRESS_ONLY),
        (CALICO, "far", "selector: all(), types: [Egress]", Outcome.ALLOWED),
        (GLOBAL, "far", "selector: app == 'web', types: [Egress]", Outcome.DENIED),
        (ISTIO, "default", "selector: {matchLabels: {app: web}}", Outcome.ALLOWED),
    ],
)
def test_policies_of_plugins_decide_about_the_pods_that_they_select(
    kind: tuple[str, str], namespace: str, spec: str, outcome: Outcome
) -> None:
    decision = ask(plugin(kind, spec, namespace))
    assert decision.outcome is outcome
    assert (decision.reason is not None) == (outcome is Outcome.UNKNOWN)


def test_a_rule_that_lets_through_only_some_allows_and_says_so() -> None:
    rules = "toPorts: [{ports: [{port: '8080', protocol: TCP}], rules: {http: [{method: GET}]}}]"
    decision = ask(plugin(CILIUM, f"{WEB}, egress: [{{{rules}}}]"))
    assert decision.outcome is Outcome.ALLOWED
    assert decision.reason == "rule 1 of c lets through only what its toPorts.rules says"


def test_names_of_hosts_let_some_outside_address_through() -> None:
    spec = f"{WEB}, egress: [{{toFQDNs: [{{matchName: example.org}}], toPorts: [{{ports: [{{port: '443'}}]}}]}}]"
    cluster = view(PODS + plugin(CILIUM, spec))
    engine = PolicyEngine(cluster)
    allowed = engine.egress_outside(workload(cluster, "web"), 443)
    assert allowed.outcome is Outcome.ALLOWED
    assert "toFQDNs" in (allowed.reason or "")
    assert engine.egress_outside(workload(cluster, "web"), 80).outcome is Outcome.DENIED


def test_a_plugins_policy_and_a_network_policy_both_isolate() -> None:
    decision = ask(policy("p", "{app: web}", "  policyTypes: [Egress]\n") + plugin(CILIUM, f"{WEB}, egress: [{{}}]"))
    assert decision.outcome is Outcome.DENIED
    assert [one.id.kind for one in decision.policies] == ["NetworkPolicy", "CiliumNetworkPolicy"]


def test_pods_that_a_plugins_policy_may_select_when_they_run_are_unknown() -> None:
    spec = "endpointSelector: {matchLabels: {cnpg.io/instanceRole: primary}}, egress: [{}]"
    decision = ask(plugin(CILIUM, spec))
    assert decision.outcome is Outcome.UNKNOWN
    assert "by labels that these get when they run" in (decision.reason or "")


def test_istio_judges_what_comes_in() -> None:
    text = "\n---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: c}, spec: {}}\n"
    cluster = view(PODS + text)
    engine = PolicyEngine(cluster)
    decision = engine.ingress(workload(cluster, "api"), workload(cluster, "web"), 8080)
    assert decision.outcome is Outcome.UNKNOWN
    assert "AuthorizationPolicy c" in (decision.reason or "")


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        (CILIUM, f"{WEB}, egress: [{{toPorts: [{{ports: [{{port: '80800'}}]}}]}}]", "80800 is no port: ports are 0 to 65535"),
        (CILIUM, f"{WEB}, egress: [{{toPorts: [{{ports: [{{port: a_b}}]}}]}}]", "'a_b' is no port: a number or a name is required"),
        (CILIUM, f"{WEB}, egress: [{{toPorts: [{{ports: [{{port: '80', protocol: QUIC}}]}}]}}]", "QUIC is no protocol of Cilium's policies"),
        (CILIUM, f"{WEB}, egress: [{{toPorts: [{{ports: [{', '.join(['{port: a}'] * 41)}]}}]}}]", "at most 40 entries are allowed"),
        (CILIUM, f"{WEB}, egress: [{{icmps: [{{fields: [{{type: 8}}]}}], toPorts: [{{ports: [{{port: '80'}}]}}]}}]", "icmps cannot stand beside toPorts in one rule"),
        (CILIUM, f"{WEB}, egress: [{{toCIDRSet: [{{cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}}]", "except must be inside of 10.0.0.0/8"),
        (CILIUM, f"{WEB}, egress: [{{toCIDRSet: [{{}}]}}]", "exactly one of cidr, cidrGroupRef and cidrGroupSelector is required"),
        (CILIUM, f"{WEB}, nodeSelector: {{}}, egress: [{{}}]", "exactly one of endpointSelector and nodeSelector is required"),
        (CILIUM, "nodeSelector: {}, egress: [{}]", "nodeSelector is only for a CiliumClusterwideNetworkPolicy"),
        (CILIUM, f"{WEB}, egress: [{{toPorts: [{{ports: [{{port: '80'}}], rules: {{http: [{{}}]}}}}]}}]", "rules about HTTP are only for ports of TCP, which must be said"),
        (CALICO, 'selector: "app == \'web\'\\n", types: [Egress]', "selector is no selector of Calico's: unexpected '\\n'"),
    ],
)  # fmt: skip
def test_a_refused_policy_is_said_and_leaves_its_pods_unknown(kind: tuple[str, str], spec: str, message: str) -> None:
    cluster = view(PODS + plugin(kind, spec))
    (wrong,) = cluster.invalid
    assert wrong.message == message
    if not spec.startswith("nodeSelector"):  # which is about no pod
        decision = PolicyEngine(cluster).egress(workload(cluster, "web"), workload(cluster, "api"), 8080)
        assert decision.outcome is Outcome.UNKNOWN
        assert decision.reason == f"{kind[1]} c may select its pods, and is refused: {message}"
