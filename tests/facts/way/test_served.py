"""Which hosts of routes lead to a workload, by TLS or not, and whether it sees them as browsers send them."""

from __future__ import annotations

import pytest

from mblint.facts.way.served import hosts_of
from tests.facts.names.served_apps import ingress, served
from tests.facts.worlds import world

ROUTE = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  hostnames: [web.example.org]
  parentRefs: [{name: edge, sectionName: SECTION}]
  rules: [{backendRefs: [{name: web, port: 80}]FILTERS}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: any
  listeners:
    - {name: plain, protocol: HTTP, port: 80}
    - {name: secure, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: edge}]}}
"""


def hosts(routes: str) -> list[tuple[str, bool]]:
    one = world(served("registry/web:1", {}, routes))
    workload = one.cluster.workloads[0]
    return [(each.host.text, each.tls) for each in hosts_of(one, workload, workload.pod.containers[0])]


def route(section: str = "secure", filters: str = "") -> str:
    return ROUTE.replace("SECTION", section).replace("FILTERS", filters)


def test_an_ingress_says_itself_whether_it_takes_tls() -> None:
    assert hosts(ingress("a.example.org", "b.example.org")) == [("a.example.org", True), ("b.example.org", True)]
    assert hosts(ingress("a.example.org", tls=False)) == [("a.example.org", False)]


@pytest.mark.parametrize(("section", "tls"), [("secure", True), ("plain", False)])
def test_a_route_takes_tls_where_its_gateway_does(section: str, tls: bool) -> None:
    assert hosts(route(section)) == [("web.example.org", tls)]


@pytest.mark.parametrize(
    "filters",
    [
        ", filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]",
        ", filters: [{type: URLRewrite, urlRewrite: {hostname: inner.example.org}}]",
    ],
)
def test_requests_that_are_sent_elsewhere_are_left_aside(filters: str) -> None:
    assert hosts(route(filters=filters)) == []


def test_a_path_that_is_rewritten_keeps_its_host() -> None:
    filters = ", filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /}}}]"
    assert hosts(route(filters=filters)) == [("web.example.org", True)]
