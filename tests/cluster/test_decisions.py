"""One packet's answers: outcomes, deciding rules, near misses, and what manifests cannot know."""

from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.policies.objects import Direction
from mblint.manifests.locate import locate

from .views import deployment, policy, view, workload

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
