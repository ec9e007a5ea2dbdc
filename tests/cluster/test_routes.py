from __future__ import annotations

import pytest

from mblint.cluster.objects import Route
from mblint.manifests.locate import locate

from .views import view


def _route(text: str) -> tuple[list[str], list[tuple[str, str, int | str | None]]]:
    (route,) = view(text).routes
    return _hosts(route), [(backend.namespace, backend.service, backend.port) for backend in route.backends]


def _hosts(route: Route) -> list[str]:
    return [host.text for host in route.hosts]


@pytest.mark.parametrize(
    ("text", "hosts", "backends"),
    [
        (
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: i, namespace: shop}
            spec:
              rules:
                - host: a.example.org
                  http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}
                - host: b.example.org
                  http: {paths: [{path: /, backend: {service: {name: web, port: {name: http}}}}]}
            """,
            ["a.example.org", "b.example.org"],
            [("shop", "web", 80), ("shop", "web", "http")],
        ),
        (
            """
            apiVersion: extensions/v1beta1
            kind: Ingress
            metadata: {name: i}
            spec: {rules: [{host: a.example.org, http: {paths: [{backend: {serviceName: web, servicePort: http}}]}}]}
            """,
            ["a.example.org"],
            [("default", "web", "http")],
        ),
        (
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: i}
            spec:
              rules: [{host: a.example.org}, {http: {paths: []}}]
              defaultBackend: {service: {name: web, port: {number: 1}}}
            """,
            [],
            [("default", "web", 1)],
        ),
        (
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: h}
            spec:
              hostnames: [a.example.org]
              rules:
                - backendRefs: [{name: web, port: 80}, {name: far, namespace: x, port: 81}, {kind: Bucket, name: b}]
            """,
            ["a.example.org"],
            [("default", "web", 80), ("x", "far", 81)],
        ),
        (
            """
            apiVersion: route.openshift.io/v1
            kind: Route
            metadata: {name: r}
            spec: {host: a.example.org, to: {kind: Service, name: web}, port: {targetPort: http}}
            """,
            ["a.example.org"],
            [("default", "web", "http")],
        ),
        (
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: v}
            spec:
              hosts: [a.example.org]
              gateways: [mesh, edge]
              http:
                - route:
                    - destination: {host: web.far.svc.cluster.local, port: {number: 80}}
                    - destination: {host: b}
            """,
            ["a.example.org"],
            [("far", "web", 80), ("default", "b", None)],
        ),
    ],
)
def test_routes_know_their_hosts_and_backends(
    text: str, hosts: list[str], backends: list[tuple[str, str, int | str | None]]
) -> None:
    assert _route(text) == (hosts, backends)


@pytest.mark.parametrize(
    ("match", "hosts"),
    [
        ("Host(`a.example.org`)", ["a.example.org"]),
        ("Host(`a.example.org`, `b.example.org`) && PathPrefix(`/x`)", ["a.example.org", "b.example.org"]),
        ("Host(`a.example.org`) || Host('b.example.org')", ["a.example.org", "b.example.org"]),
        ("HostSNI(`a.example.org`)", ["a.example.org"]),
        ("PathPrefix(`/x`)", []),
        ("HostRegexp(`.+`)", []),
    ],
)
def test_hosts_of_an_ingress_route_stand_in_its_matches(match: str, hosts: list[str]) -> None:
    text = f"""
    apiVersion: traefik.io/v1alpha1
    kind: IngressRoute
    metadata: {{name: t}}
    spec:
      routes:
        - match: {match}
          services: [{{name: web, port: 80}}, {{kind: TraefikService, name: api@internal}}]
    """
    assert _route(text) == (hosts, [("default", "web", 80)])


def test_a_virtual_service_of_the_mesh_alone_brings_nothing_in() -> None:
    text = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: v}, spec: {hosts: [web]}}"
    cluster = view(text)
    assert cluster.routes == ()
    assert len(cluster.others) == 1


def test_a_matched_host_has_its_own_place() -> None:
    text = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: t}\nspec:\n  routes:\n"
    text += "    - match: |\n        PathPrefix(`/x`) &&\n        Host(`a.example.org`)\n"
    (route,) = view(text).routes
    assert locate(route.hosts[0].place).line == 8
