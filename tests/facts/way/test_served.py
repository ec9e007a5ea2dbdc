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


BESIDE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: registry/web:1FIRST}
        - {name: cache, image: redis:7SECOND}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


def reached(first: str, second: str) -> list[str]:
    """The containers that the route's requests come to."""
    one = world(BESIDE.replace("FIRST", first).replace("SECOND", second) + ingress("web.example.org"))
    workload = one.cluster.workloads[0]
    return [each.name for each in workload.pod.containers if hosts_of(one, workload, each)]


def test_of_several_containers_that_declare_no_port_the_one_is_meant_whose_probes_ask_there() -> None:
    probe = ", livenessProbe: {tcpSocket: {port: 8080}}"
    assert reached(probe, "") == ["app"]
    assert reached(probe, ", readinessProbe: {tcpSocket: {port: 6379}}") == ["app"]
    assert reached(probe, probe) == []
    assert reached("", "") == []
    assert reached(probe, ", ports: [{containerPort: 8080}]") == ["cache"]


def test_else_the_one_whose_software_listens_there() -> None:
    assert reached(", env: [{name: SERVER_PORT, value: '8080'}]", "") == ["app"]
    assert reached("", ", args: [--port, '8080']") == ["cache"]
    assert reached(", env: [{name: SERVER_PORT, value: '8080'}]", ", args: [--port, '8080']") == []


@pytest.mark.parametrize(
    ("snippet", "kept"),
    [
        ("chunked_transfer_encoding off;", True),
        ("rewrite ^/.well-known/webfinger /index.php/.well-known/webfinger last;", True),
        ("location = /.well-known/caldav { return 301 $scheme://$host/remote.php/dav; }", True),
        ("return 301 https://www.example.org$request_uri;", False),
        ("proxy_set_header Host inner.example.org;", False),
        ("proxy_set_header remote-user $user;", True),
        ('more_set_input_headers "X-Server-URL https://web.example.org/";', False),  # it is told so its address
        ("proxy_pass http://other;", False),
    ],
)
def test_of_lines_of_nginx_those_count_that_may_change_the_host(snippet: str, kept: bool) -> None:
    annotations = f"{{nginx.ingress.kubernetes.io/server-snippet: '{snippet}'}}"
    assert hosts(ingress("web.example.org", annotations=annotations)) == ([("web.example.org", True)] if kept else [])


def test_a_rule_that_answers_by_itself_leaves_the_other_ones_their_host() -> None:
    rule = "rules: [{matches: [{path: {value: /old}}], filters: [{type: RequestRedirect, requestRedirect: {}}]}, {"
    assert hosts(route().replace("rules: [{", rule)) == [("web.example.org", True)]


def test_of_several_that_are_asked_there_the_one_whose_software_listens_there() -> None:
    probe = ", livenessProbe: {tcpSocket: {port: 8080}}"
    assert reached(f"{probe}, env: [{{name: SERVER_PORT, value: '8080'}}]", probe) == ["app"]
