"""Calls of those who are no pod of the view, and of Services that objects name as such."""

import pytest

from mblint.cluster.engine.strangers import Stranger
from mblint.config import ClusterSettings
from mblint.facts.callers.call import Backend, Call, Caller
from mblint.facts.callers.judged import Explanation, Judged, explained, judged, related
from mblint.facts.world import World
from tests.facts.worlds import pods, policy, service, world

WEB = pods() + service("web", "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}")
OWN = "{podSelector: {matchLabels: {app: web}}}"
CONTROLLERS = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}"
BLOCK = "{ipBlock: {cidr: 10.0.0.0/8}}"


def ingress(rules: str) -> str:
    return policy("web", f"{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Ingress], ingress: {rules}}}")


def call(here: World, to: str | Backend, port: int | str | None = 80, client: Stranger = Stranger.POD) -> Call:
    web = here.cluster.workloads[0]
    return Call(Caller("the ingress controller", client), web.id, web.place, to, port)


def answer(
    text: str,
    port: int | str | None = 80,
    *,
    client: Stranger = Stranger.POD,
    name: str = "web",
    settings: ClusterSettings | None = None,
) -> Judged:
    here = world(text, settings)
    (one,) = judged(here, [call(here, Backend("default", name), port, client)])
    return one


@pytest.mark.parametrize(
    ("rules", "pod", "address"),
    [
        ("[{}]", "allowed", "allowed"),
        ("[]", "ingress-denied", "ingress-denied"),
        ("[{ports: [{port: 80}]}]", "ingress-denied", "ingress-denied"),  # the Service's port, not the pods'
        ("[{ports: [{port: http}]}]", "allowed", "allowed"),
        (f"[{{from: [{OWN}]}}]", "ingress-denied", "ingress-denied"),
        (f"[{{from: [{CONTROLLERS}]}}]", "unknown", "ingress-denied"),
        (f"[{{from: [{BLOCK}]}}]", "unknown", "unknown"),
        (f"[{{from: [{BLOCK}]}}, {{ports: [{{port: 8080}}]}}]", "allowed", "allowed"),
    ],
)
def test_the_servers_side_judges_a_client_of_no_manifest(rules: str, pod: str, address: str) -> None:
    text = WEB + ingress(rules)
    assert answer(text).verdict == pod
    assert answer(text, client=Stranger.ADDRESS).verdict == address


def test_nothing_restricts_pods_without_policies() -> None:
    one = answer(WEB)
    assert (one.verdict, one.service, one.server, one.port) == ("allowed", "default/web", "default/Deployment/web", 80)
    assert one.reached.pod_port == 8080


def test_another_policy_that_is_judged_differently_makes_it_unknown() -> None:
    cilium = """
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: edge, namespace: default}
spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [world]}]}
"""
    one = answer(WEB + ingress("[]") + cilium)
    assert one.verdict == "unknown"
    assert "edge" in (one.reached.reason or "")


def test_ports_by_name_and_ports_that_are_missing() -> None:
    assert (answer(WEB, "http").verdict, answer(WEB, "http").port) == ("allowed", 80)
    assert answer(WEB, None).port == 80
    missing = answer(WEB, "admin")
    assert (missing.verdict, missing.reached.reason) == ("no-port", "the Service web has no port named admin")
    assert answer(WEB, 9000).verdict == "no-port"


def test_services_that_are_not_there_and_those_that_may_be() -> None:
    assert answer(WEB, name="wbe").verdict == "no-service"
    outside = ClusterSettings(external_services=("default/wbe",))
    assert answer(WEB, name="wbe", settings=outside).verdict == "unknown"
    elsewhere = service("other", "{type: ExternalName, externalName: shop.example.org}")
    assert answer(WEB + elsewhere, name="other").verdict == "unknown"


def test_host_names_of_those_who_ask_no_dns_of_the_cluster_are_unknown() -> None:
    here = world(WEB)
    (one,) = judged(here, [call(here, "web")])
    assert one.verdict == "unknown"


def test_pods_call_services_by_name_of_object_too() -> None:
    here = world(WEB + ingress("[]"))
    web = here.cluster.workloads[0]
    other = Call(Caller("web", web), web.id, web.place, Backend("default", "web"), 80)
    assert [one.verdict for one in judged(here, [other, other])] == ["allowed", "allowed"]  # a pod reaches itself


def test_what_is_shown_of_a_call_that_is_denied() -> None:
    here = world(WEB + ingress(f"[{{from: [{OWN}]}}]"))
    (denied,) = judged(here, [call(here, Backend("default", "web"))])
    assert denied.policies == ("web",)
    assert [each.message for each in related(denied)] == [
        "Service web port 80, which leads to pod port 8080",
        "NetworkPolicy web judges the server's ingress",
    ]
    shown = explained(here, denied)
    assert (shown.service_ports, shown.service_selector, shown.client_peer) == (("80 (http)",), "{app: web}", None)
    assert explained(here, answer(WEB)) == Explanation()
