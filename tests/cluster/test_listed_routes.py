from __future__ import annotations

import pytest

from mblint.cluster.kinds import row_of
from mblint.facts.kinds import KINDS
from mblint.shipped import read_table

from .views import view


def _read(text: str) -> tuple[list[str], list[tuple[str, str, int | str | None]], bool]:
    (route,) = view(text).routes
    found = [(backend.namespace, backend.service, backend.port) for backend in route.backends]
    return [host.text for host in route.hosts], found, route.web


@pytest.mark.parametrize(
    ("text", "hosts", "backends"),
    [
        (
            """
            apiVersion: k8s.nginx.org/v1
            kind: VirtualServer
            metadata: {name: r, namespace: shop}
            spec:
              host: a.example.org
              upstreams: [{name: u, service: web, port: 80}, {name: v, service: api, port: 81}]
            """,
            ["a.example.org"],
            [("shop", "web", 80), ("shop", "api", 81)],
        ),
        (
            """
            apiVersion: apisix.apache.org/v2
            kind: ApisixRoute
            metadata: {name: r, namespace: shop}
            spec:
              http: [{match: {hosts: [a.example.org]}, backends: [{serviceName: web, servicePort: http}]}]
              stream: [{backend: {serviceName: db, servicePort: "5432"}}]
            """,
            ["a.example.org"],
            [("shop", "web", "http"), ("shop", "db", 5432)],
        ),
        (
            """
            apiVersion: zalando.org/v1
            kind: RouteGroup
            metadata: {name: r, namespace: shop}
            spec:
              hosts: ["*", a.example.org]
              backends:
                - {name: b, type: service, serviceName: web, servicePort: 80}
                - {name: c, type: shunt, serviceName: none}
            """,
            [],
            [("shop", "web", 80)],
        ),
        (
            """
            apiVersion: traefik.io/v1alpha1
            kind: TraefikService
            metadata: {name: r, namespace: shop}
            spec:
              weighted:
                services:
                  - {name: web, port: 80, weight: 1}
                  - {name: other, namespace: edge, port: 80, kind: Service}
                  - {name: wrr, kind: TraefikService}
                  - {name: none, port: 80, weight: 0}
            """,
            [],
            [("shop", "web", 80), ("edge", "other", 80)],
        ),
    ],
)
def test_a_route_is_read_as_the_table_of_kinds_says(
    text: str, hosts: list[str], backends: list[tuple[str, str, int | str | None]]
) -> None:
    found = _read(text)
    assert found[:2] == (hosts, backends)


@pytest.mark.parametrize(
    ("address", "backends"),
    [
        ("web", [("shop", "web", None)]),
        ("web:8080", [("shop", "web", 8080)]),
        ("web.edge", [("edge", "web", None)]),
        ("https://web.edge", [("edge", "web", 443)]),
        ("http://web.edge.svc.cluster.local:81/verify", [("edge", "web", 81)]),
        ("http://login.example.org/verify", []),
        ("http://${HOST}/", []),
        ("", []),
    ],
)
def test_an_address_is_taken_apart_where_it_can_be_a_services(
    address: str, backends: list[tuple[str, str, int | str | None]]
) -> None:
    text = f"""
    apiVersion: traefik.io/v1alpha1
    kind: Middleware
    metadata: {{name: r, namespace: shop}}
    spec: {{forwardAuth: {{address: "{address}"}}}}
    """
    assert _read(text) == ([], backends, False)


@pytest.mark.parametrize("spec", ["null", "[]", "{upstreams: {}}", "{upstreams: [1, {service: [web]}, {port: 80}]}"])
def test_what_is_written_otherwise_is_not_refused(spec: str) -> None:
    found = view(
        f"""
        apiVersion: k8s.nginx.org/v1
        kind: VirtualServer
        metadata: {{name: r, namespace: shop}}
        spec: {spec}
        """
    )
    assert [route.backends for route in found.routes] == [()]
    assert not found.invalid


def test_calls_of_every_listed_kind_are_looked_for() -> None:
    table = read_table("tables/kinds.yaml")
    assert isinstance(table, dict)
    listed = {
        kind
        for group in table["groups"]
        for kind in group["kinds"]
        if row_of(f"{group['groups'][0]}/v1", kind).route is not None
    }
    needed = next(kind.needs for kind in KINDS if kind.about == "route-call")
    assert listed
    assert listed <= set(needed)
