"""Webhooks, monitors, clients of the API, and Gateways: who calls, and what becomes of it."""

import pytest

from mblint.config import Config
from mblint.facts.callers.attachments import attachments
from mblint.facts.callers.kube_api import api_calls
from mblint.facts.callers.own_webhooks import own_webhooks
from mblint.facts.callers.scrapes import scrape_calls
from mblint.facts.callers.webhooks import webhook_calls
from mblint.facts.callers.without_pods import without_pods
from mblint.manifests.read import read_text
from mblint.pipeline import view
from tests.facts.worlds import pods, policy, service, world

WEB = pods() + service("web", "{selector: {app: web}, ports: [{name: http, port: 443, targetPort: http}]}")
HOOK = """
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: hooks}
webhooks:
  - name: a.example.org
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig: {service: {name: web, namespace: default}}
  - name: b.example.org
    failurePolicy: Ignore
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig: {service: {name: web, namespace: default, port: 80}}
  - name: c.example.org
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig: {url: "https://hooks.example.org"}
"""


def closed(rules: str, side: str = "ingress") -> str:
    types = f"policyTypes: [{side.title()}], {side}: {rules}"
    return policy("web", f"{{podSelector: {{matchLabels: {{app: web}}}}, {types}}}")


def test_each_webhook_with_a_service_is_a_call_of_the_api_server() -> None:
    usual, other = webhook_calls(world(WEB + HOOK))
    assert (usual.name, usual.verdict, usual.port, usual.pod_port) == ("a.example.org", "allowed", 443, 8080)
    assert (other.verdict, other.ignored, other.because) == ("no-port", True, "the Service default/web has no port 80")


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ("[{from: [{namespaceSelector: {}}]}]", "ingress-denied"),
        ("[{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]}]", "unknown"),
        ("[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "unknown"),
        ("[{}]", "allowed"),
    ],
)
def test_only_everybody_and_addresses_let_the_api_server_in(rules: str, verdict: str) -> None:
    assert webhook_calls(world(WEB + HOOK + closed(rules)))[0].verdict == verdict


def monitor(selector: str, port: str, kind: str = "ServiceMonitor") -> str:
    ends = "endpoints" if kind == "ServiceMonitor" else "podMetricsEndpoints"
    head = f"---\napiVersion: monitoring.coreos.com/v1\nkind: {kind}\nmetadata: {{name: m, namespace: default}}\n"
    return f"{head}spec: {{selector: {{matchLabels: {selector}}}, {ends}: [{{{port}}}]}}\n"


@pytest.mark.parametrize(
    ("selector", "port", "kind", "verdict"),
    [
        ("{app: web}", "port: http", "PodMonitor", "allowed"),
        ("{app: web}", "port: metrics", "PodMonitor", "no-port"),
        ("{app: web}", "portNumber: 8080", "PodMonitor", "allowed"),
        ("{app: shop}", "port: http", "PodMonitor", "no-pods"),
        ("{app: web}", "port: http", "ServiceMonitor", "no-service"),  # the Service has no labels
        ("{}", "port: http", "ServiceMonitor", "allowed"),
        ("{}", "port: metrics", "ServiceMonitor", "unknown"),  # operators may make one with it
        ("{}", "targetPort: 8080", "ServiceMonitor", "allowed"),
        ("{app.kubernetes.io/instance: other}", "port: http", "ServiceMonitor", "unknown"),
    ],
)
def test_what_monitors_select(selector: str, port: str, kind: str, verdict: str) -> None:
    (row,) = scrape_calls(world(WEB + monitor(selector, port, kind)))
    assert row.verdict == verdict


ROLE = """
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
"""


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ("[]", "egress-denied"),
        ("[{ports: [{port: 443}]}]", "service-port-only"),
        ("[{ports: [{port: 6443}]}]", "allowed"),
        ("[{to: [{namespaceSelector: {}}]}]", "unknown"),
        ("[{to: [{podSelector: {}}]}]", "egress-denied"),
    ],
)
def test_pods_with_a_role_call_the_api(rules: str, verdict: str) -> None:
    (row,) = api_calls(world(WEB + ROLE + closed(rules, "egress")))
    assert row.verdict == verdict
    assert row.signs == ("its service account default is bound to ClusterRole reader",)


def test_pods_without_a_role_or_without_a_policy_are_no_rows() -> None:
    assert list(api_calls(world(WEB + closed("[]", "egress")))) == []
    assert list(api_calls(world(WEB + ROLE))) == []


def test_a_service_without_pods_is_told_once_by_who_leads_to_it() -> None:
    lost = service("lost", "{selector: {app: lost}, ports: [{port: 443}]}")
    (row,) = without_pods(world(WEB + lost))
    assert (row.caller, row.service) == ("nobody", "default/lost")
    (row,) = without_pods(world(pods(env={"API_URL": "https://lost/"}) + lost))
    assert (row.caller, row.settings) == ("setting", "API_URL")
    assert list(without_pods(world(WEB + lost + HOOK.replace("name: web", "name: lost")))) == []


@pytest.mark.parametrize(
    ("listener", "parent", "verdict"),
    [
        ("{name: a, port: 80, protocol: HTTP}", "{name: edge}", "taken"),
        ("{name: a, port: 80, protocol: TLS}", "{name: edge}", "refused"),
        ("{name: a, port: 80, protocol: HTTP}", "{name: edge, sectionName: b}", "refused"),
        ("{name: a, port: 80, protocol: HTTP}", "{name: edge, port: 81}", "refused"),
        ("{name: a, port: 80, protocol: HTTP, hostname: '*.example.net'}", "{name: edge}", "refused"),
        ("{name: a, port: 80, protocol: HTTP, hostname: '*.example.org'}", "{name: edge}", "taken"),
        ("{name: a, port: 80, protocol: HTTP}", "{name: edges}", "no-gateway"),
        ("{name: a, port: 80, protocol: HTTP}", "{name: other}", "unknown"),
    ],
)
def test_which_listener_takes_a_route(listener: str, parent: str, verdict: str) -> None:
    group = "apiVersion: gateway.networking.k8s.io/v1"
    gateway = f"---\n{group}\nkind: Gateway\nmetadata: {{name: edge, namespace: default}}\n"
    route = f"---\n{group}\nkind: HTTPRoute\nmetadata: {{name: web, namespace: default}}\n"
    text = f"{gateway}spec: {{gatewayClassName: x, listeners: [{listener}]}}\n"
    text += f"{route}spec: {{parentRefs: [{parent}], hostnames: [shop.example.org]}}\n"
    (row,) = attachments(world(WEB + text))
    assert row.verdict == verdict


def test_webhooks_that_are_no_list_are_a_flaw_of_the_object_and_no_end_of_the_run() -> None:
    broken = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: true
"""
    seen = view(read_text(broken), Config())
    assert [flaw.message for flaw in seen.world.cluster.invalid] == ["webhooks must be a list, not a boolean"]
    assert list(own_webhooks(seen.world)) == []
