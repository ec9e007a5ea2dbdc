"""One packet's answers: outcomes, deciding rules, near misses, and what manifests cannot know."""

from __future__ import annotations

import pytest

from mblint.cluster.decision import Decision, Outcome
from mblint.cluster.engine import PolicyEngine
from mblint.cluster.policies import Direction
from mblint.manifests.locate import locate

from .views import deployment, view, workload


def policy(name: str, selector: str, rest: str, namespace: str = "default") -> str:
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  podSelector: {{matchLabels: {selector}}}
{rest}
"""


PODS = deployment("web", "{app: web}") + deployment("api", "{app: api, part: shop}")


def ask(text: str, port: int = 8080, protocol: str = "TCP", service_port: int | None = None) -> Decision:
    cluster = view(PODS + text)
    assert not cluster.invalid
    engine = PolicyEngine(cluster)
    return engine.egress(workload(cluster, "web"), workload(cluster, "api"), port, protocol, service_port)


def test_without_policies_everything_is_allowed_by_no_rule() -> None:
    decision = ask("")
    assert (decision.outcome, decision.rule, decision.policies) == (Outcome.ALLOWED, None, ())


def test_the_rule_that_allows_is_named_with_its_place() -> None:
    rules = """
    - ports: [{port: 53, protocol: UDP}]
    - to: [{podSelector: {}}]
"""
    text = policy("web", "{app: web}", f"  policyTypes: [Egress]\n  egress:{rules}")
    decision = ask(text)
    assert decision.outcome is Outcome.ALLOWED
    assert decision.rule is not None
    assert str(decision.rule) == "rule 2 of web"
    location = locate(decision.rule.place)
    assert (PODS + text).splitlines()[location.line - 1] == "    - to: [{podSelector: {}}]"
    assert location.column == 7


def _egress(rules: str) -> str:
    return policy("web", "{app: web}", f"  policyTypes: [Egress]\n  egress: {rules}\n")


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            "[{to: [{podSelector: {matchLabels: {app: shop-api}}}], ports: [{port: 8080}]}]",
            "rule 1 of web allows 8080 to pods labelled app=shop-api; the pods of api carry app=api",
        ),
        (
            "[{to: [{podSelector: {matchLabels: {app: api, zone: a}}}], ports: [{port: 8080}]}]",
            "rule 1 of web allows 8080 to pods labelled zone=a; the pods of api carry no zone",
        ),
        (
            "[{to: [{podSelector: {matchExpressions: [{key: part, operator: NotIn, values: [shop]}]}}]}]",
            "rule 1 of web allows 8080 to pods labelled part not in (shop); the pods of api carry part=shop",
        ),
        (
            "[{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}]",
            "rule 1 of web allows TCP/80 to api, which is the Service's port; policies see the pod's port, "
            "and the Service translates 80 to 8080",
        ),
        (
            "[{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 443}]}]",
            "rule 1 of web allows TCP/443 to api; the packet arrives at TCP/8080",
        ),
        (
            "[{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 8080, protocol: UDP}]}]",
            "rule 1 of web allows UDP/8080 to api; the protocol is TCP",
        ),
        (
            "[{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: http}]}]",
            "rule 1 of web allows TCP/http to api; the pods of api have no port named http",
        ),
        (
            "[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: far}}, podSelector: {}}]}]",
            "rule 1 of web allows 8080 to pods in namespaces labelled kubernetes.io/metadata.name=far; "
            "the namespace default carries kubernetes.io/metadata.name=default",
        ),
    ],
)
def test_the_nearest_miss_says_what_one_thing_is_lacking(rules: str, sentence: str) -> None:
    decision = ask(_egress(rules), service_port=80)
    assert decision.outcome is Outcome.DENIED
    assert decision.rule is None
    assert [found.id.name for found in decision.policies] == ["web"]
    assert str(decision.nearest) == sentence


def test_a_peer_of_the_policys_own_namespace_misses_pods_of_another() -> None:
    far = deployment("api", "{app: api}").replace("name: api}", "name: api, namespace: far}", 1)
    text = policy(
        "web", "{app: web}", "  policyTypes: [Egress]\n  egress: [{to: [{podSelector: {matchLabels: {app: api}}}]}]\n"
    )
    cluster = view(deployment("web", "{app: web}") + far + text)
    decision = PolicyEngine(cluster).egress(workload(cluster, "web"), workload(cluster, "api"), 8080)
    assert str(decision.nearest) == "rule 1 of web allows 8080 to pods in its own namespace default; api is in far"


@pytest.mark.parametrize(
    "rules",
    [
        "[]",
        "[{ports: [{port: 53, protocol: UDP}]}]",
        "[{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]",
        "[{to: [{podSelector: {matchLabels: {app: db, part: x, zone: a}}}]}]",
    ],
)
def test_rules_meant_for_something_else_are_no_near_miss(rules: str) -> None:
    decision = ask(_egress(rules), service_port=80)
    assert decision.outcome is Outcome.DENIED
    assert decision.nearest is None


def test_the_rule_with_fewer_differences_is_nearer_and_the_services_port_nearer_still() -> None:
    two = "{to: [{podSelector: {matchLabels: {app: x, part: z}}}], ports: [{port: 8080}]}"
    one = "{to: [{podSelector: {matchLabels: {app: x}}}], ports: [{port: 8080}]}"
    service = "{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}"
    other = "{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 81}]}"
    for rules, number in (((two, one), 2), ((other, one), 2), ((one, service), 2), ((service, one, two), 1)):
        decision = ask(_egress(f"[{', '.join(rules)}]"), service_port=80)
        assert decision.nearest is not None
        assert decision.nearest.rule.rule.number == number


def test_only_an_address_range_could_allow_it() -> None:
    decision = ask(_egress("[{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 8080}]}]"))
    assert decision.outcome is Outcome.ADDRESS_ONLY
    assert str(decision.rule) == "rule 1 of web"
    assert ask(_egress("[{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]}]")).outcome is Outcome.DENIED


def test_ingress_is_judged_by_the_servers_policies() -> None:
    cluster = view(
        PODS + policy("api", "{app: api}", "  ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]\n")
    )
    engine = PolicyEngine(cluster)
    client, server = workload(cluster, "web"), workload(cluster, "api")
    decision = engine.ingress(server, client, 8080)
    assert decision.outcome is Outcome.DENIED
    assert (
        str(decision.nearest) == "rule 1 of api allows 8080 from pods labelled app=front; the pods of web carry app=web"
    )
    assert engine.egress(client, server, 8080).outcome is Outcome.ALLOWED
    assert engine.policies_of(server, Direction.INGRESS) == cluster.policies
    assert engine.policies_of(server, Direction.EGRESS) == ()


def test_a_pod_always_reaches_itself() -> None:
    cluster = view(PODS + _egress("[]"))
    web = workload(cluster, "web")
    assert PolicyEngine(cluster).egress(web, web, 1).outcome is Outcome.ALLOWED
    assert PolicyEngine(cluster).connections(web, web).names() == ["ALL"]


# ---------------------------------------------------------------- outside


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ("[{ports: [{port: 443}]}]", Outcome.ALLOWED),
        ("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", Outcome.ALLOWED),
        ("[{to: [{ipBlock: {cidr: 203.0.113.7/32}}], ports: [{port: 443}]}]", Outcome.ALLOWED),
        ("[{to: [{ipBlock: {cidr: '2001:db8::/32'}}], ports: [{port: 443}]}]", Outcome.ALLOWED),
        ("[{to: [{namespaceSelector: {}}]}]", Outcome.DENIED),
        ("[{ports: [{port: 80}]}]", Outcome.DENIED),
        ("[{ports: [{port: 443, protocol: UDP}]}]", Outcome.DENIED),
        ("[{ports: [{port: web}]}]", Outcome.DENIED),
        ("[]", Outcome.DENIED),
    ],
)
def test_outside_is_denied_only_where_no_address_is_let_through(rules: str, outcome: Outcome) -> None:
    cluster = view(PODS + _egress(rules))
    decision = PolicyEngine(cluster).egress_outside(workload(cluster, "web"), 443)
    assert decision.outcome is outcome
    assert (decision.rule is not None) == (outcome is Outcome.ALLOWED)


# ---------------------------------------------------------------- what manifests cannot know

ADMIN = """
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: cluster}
spec: {priority: 1, subject: {namespaces: {}}, egress: [%s]}
"""


def test_an_admin_rule_decides_and_is_named() -> None:
    decision = ask(ADMIN % "{action: Deny, to: [{namespaces: {}}]}" + _egress("[{}]"))
    assert (decision.outcome, str(decision.rule)) == (Outcome.DENIED, "rule 1 of cluster")
    assert decision.rule is not None
    assert decision.rule.direction is Direction.EGRESS
    decision = ask(ADMIN % "{action: Allow, to: [{namespaces: {}}]}" + _egress("[]"))
    assert (decision.outcome, str(decision.rule)) == (Outcome.ALLOWED, "rule 1 of cluster")
    assert ask(ADMIN % "{action: Pass, to: [{namespaces: {}}]}" + _egress("[]")).outcome is Outcome.DENIED


def test_networks_of_admin_rules_may_cover_pods() -> None:
    allow = ADMIN % "{action: Allow, to: [{networks: [0.0.0.0/0]}]}"
    deny = ADMIN % "{action: Deny, to: [{networks: [0.0.0.0/0]}]}"
    rest = "{action: Allow, to: [{namespaces: {}}]}"
    both = ADMIN % f"{{action: Deny, to: [{{networks: [10.0.0.0/8]}}]}}, {rest}"
    assert ask(both).outcome is Outcome.UNKNOWN
    assert "rule 1 of cluster" in (ask(both).reason or "")
    assert ask(allow + _egress("[]")).outcome is Outcome.ADDRESS_ONLY
    assert ask(allow).outcome is Outcome.ALLOWED
    assert ask(deny).outcome is Outcome.UNKNOWN
    assert ask(deny + _egress("[]")).outcome is Outcome.DENIED


@pytest.mark.parametrize("network", ["169.254.169.254/32", "127.0.0.0/8", "224.0.0.0/4", "'fe80::/10'"])
def test_networks_that_no_pod_is_ever_in_do_not_count(network: str) -> None:
    assert ask(ADMIN % f"{{action: Deny, to: [{{networks: [{network}]}}]}}").outcome is Outcome.ALLOWED


def test_peers_selected_by_labels_of_run_time_are_unknown() -> None:
    rules = "[{to: [{podSelector: {matchLabels: {app: api, pod-template-hash: 6f}}}]}]"
    decision = ask(_egress(rules))
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason
    other = "[{to: [{podSelector: {matchLabels: {app: other, pod-template-hash: 6f}}}]}]"
    assert ask(_egress(other)).outcome is Outcome.DENIED


def test_policies_that_select_by_labels_of_run_time_leave_it_unknown_unless_they_allow_it_too() -> None:
    text = policy("hashed", "{app: web, pod-template-hash: 6f}", "  policyTypes: [Egress]\n  egress: %s\n")
    assert ask(text % "[]").outcome is Outcome.UNKNOWN
    assert ask(text % "[{}]").outcome is Outcome.ALLOWED
    assert ask(text % "[{}]" + _egress("[]")).outcome is Outcome.UNKNOWN
    assert ask(text % "[]" + _egress("[]")).outcome is Outcome.DENIED
    assert ask(text % "[]" + _egress("[{}]")).outcome is Outcome.ALLOWED


def test_host_networked_clients_arrive_as_addresses_of_nodes() -> None:
    host = deployment("web", "{app: web}", ", hostNetwork: true")
    for rules, outcome in (
        ("[{from: [{podSelector: {}}]}]", Outcome.UNKNOWN),
        ("[]", Outcome.UNKNOWN),
        ("[{}]", Outcome.ALLOWED),
    ):
        text = host + deployment("api", "{app: api}") + policy("api", "{app: api}", f"  ingress: {rules}\n")
        cluster = view(text + policy("web", "{app: web}", "  policyTypes: [Egress]\n"))
        engine = PolicyEngine(cluster)
        client, server = workload(cluster, "web"), workload(cluster, "api")
        assert engine.ingress(server, client, 8080).outcome is outcome
        assert engine.egress(client, server, 8080).outcome is Outcome.ALLOWED, "policies do not isolate it"


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
        (CILIUM, "default", "nodeSelector: {}, egress: [{}]", Outcome.ALLOWED),
        (CILIUM, "far", "endpointSelector: {}, egress: [{}]", Outcome.ALLOWED),
        (EVERYWHERE, "far", "endpointSelector: {}, egress: [{}]", Outcome.DENIED),
        (CALICO, "default", "selector: all(), types: [Egress]", Outcome.DENIED),
        (CALICO, "default", "selector: all(), egress: []", Outcome.DENIED),
        (CALICO, "default", "selector: all()", Outcome.ALLOWED),
        (CALICO, "default", "selector: all(), types: [Ingress], egress: []", Outcome.ALLOWED),
        (CALICO, "default", "egress: [{action: Allow, destination: {selector: app == 'api'}}]", Outcome.ALLOWED),
        (CALICO, "default", "egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]", Outcome.ADDRESS_ONLY),
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
    assert decision.reason is None


@pytest.mark.parametrize(
    ("kind", "spec", "field"),
    [
        (
            CILIUM,
            "endpointSelector: {matchLabels: {'reserved:host': ''}}, egress: [{}]",
            "endpointSelector label reserved:host",
        ),
        (CILIUM, f"{WEB}, egress: [{{toServices: [{{}}]}}]", "egress[0].toServices"),
        (CILIUM, f"{WEB}, egress: [{{}}, {{toRequires: [{{}}]}}]", "egress[1].toRequires"),
        (CILIUM, f"{WEB}, egress: [{{toEntities: [mars]}}]", "egress[0].toEntities[0] entity mars"),
        (CILIUM, f"{WEB}, egress: [{{toCIDRSet: [{{cidrGroupRef: a}}]}}]", "egress[0].toCIDRSet[0].cidrGroupRef"),
        (CILIUM, f"{WEB}, egress: [{{toPorts: [{{ports: [{{port: 80}}]}}]}}]", "egress[0].toPorts[0].ports[0].port"),
        (
            CILIUM,
            f"{WEB}, egress: [{{toPorts: [{{ports: [{{port: '1', protocol: ICMP}}]}}]}}]",
            "egress[0].toPorts[0].ports[0] protocol ICMP",
        ),
        (CALICO, "tier: security, types: [Egress]", "tier"),
        (CALICO, "selector: \"app contains 'a'\", types: [Egress]", "selector operator contains"),
        (CALICO, 'selector: "app == \'a", types: [Egress]', "selector unexpected 'a"),
        (CALICO, "selector: app ==, types: [Egress]", "selector it ends too early"),
        (CALICO, "selector: (all(), types: [Egress]", "selector ) is missing"),
        (CALICO, "selector: all() all(), types: [Egress]", "selector unexpected all"),
        (CALICO, "selector: none(), types: [Egress]", "selector unexpected none"),
        (CALICO, "selector: app == web, types: [Egress]", "selector unexpected web"),
        (GLOBAL, "serviceAccountSelector: all(), types: [Egress]", "serviceAccountSelector"),
        (CALICO, "egress: [{action: Allow, destination: {services: {name: a}}}]", "egress[0].destination.services"),
        (CALICO, "egress: [{action: Allow, source: {selector: all()}}]", "egress[0].source.selector"),
        (CALICO, "egress: [{action: Allow, destination: {notSelector: all()}}]", "egress[0].destination.notSelector"),
        (
            CALICO,
            "egress: [{action: Allow, destination: {selector: all(), nets: [10.0.0.0/8]}}]",
            "egress[0].destination nets beside a selector",
        ),
        (CALICO, "egress: [{action: Allow, ipVersion: 6}]", "egress[0].ipVersion"),
        (CALICO, "egress: [{action: Maybe}]", "egress[0].action Maybe"),
        (CALICO, "order: first, types: [Egress]", "order"),
    ],
)
def test_what_is_not_modelled_is_unknown_and_named(kind: tuple[str, str], spec: str, field: str) -> None:
    decision = ask(plugin(kind, spec))
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason == f"{kind[1]} c may select its pods, and its {field} is not modelled"


def test_what_is_not_modelled_concerns_only_the_pods_that_it_may_select() -> None:
    far = "endpointSelector: {matchLabels: {app: zzz}}, egress: [{toServices: [{}]}]"
    assert ask(plugin(CILIUM, far)).outcome is Outcome.ALLOWED
    other_side = f"{WEB}, ingress: [{{fromRequires: [{{}}]}}]"
    assert ask(plugin(CILIUM, other_side)).outcome is Outcome.ALLOWED
    several = (
        "\n---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c}, specs: [{egress: [{}]}]}\n"
    )
    decision = ask(several)
    assert decision.outcome is Outcome.UNKNOWN
    assert "its specs is not modelled" in (decision.reason or "")


def test_a_rule_that_lets_through_only_some_allows_and_says_so() -> None:
    rules = "toPorts: [{ports: [{port: '8080'}], rules: {http: [{method: GET}]}}]"
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


@pytest.mark.parametrize(("priority", "outcome"), [(1, Outcome.UNKNOWN), (2, Outcome.DENIED)])
def test_admin_policies_of_one_priority_that_disagree_leave_it_unknown(priority: int, outcome: Outcome) -> None:
    text = ""
    for name, action, number in (("a", "Deny", 1), ("b", "Allow", priority)):
        rule = f"{{action: {action}, to: [{{namespaces: {{}}}}]}}"
        spec = f"{{priority: {number}, subject: {{namespaces: {{}}}}, egress: [{rule}]}}"
        kind = "apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy"
        text += f"\n---\n{{{kind}, metadata: {{name: {name}}}, spec: {spec}}}\n"
    decision = ask(text)
    assert decision.outcome is outcome
    assert ("a and b disagree" in (decision.reason or "")) == (outcome is Outcome.UNKNOWN)


def test_istio_judges_what_comes_in() -> None:
    text = "\n---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: c}, spec: {}}\n"
    cluster = view(PODS + text)
    engine = PolicyEngine(cluster)
    decision = engine.ingress(workload(cluster, "api"), workload(cluster, "web"), 8080)
    assert decision.outcome is Outcome.UNKNOWN
    assert "AuthorizationPolicy c" in (decision.reason or "")
