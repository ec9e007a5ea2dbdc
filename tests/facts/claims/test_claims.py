"""What two objects claim."""

from __future__ import annotations

import pytest

from mblint.facts.claims.found import claims
from tests.facts.worlds import world

INGRESS = """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, annotations: {{{annotations}}}}}
spec:
  {klass}
  rules:
    - host: {host}
      http:
        paths: [{{path: {path}, pathType: {type}, backend: {{service: {{name: {to}, port: {{number: 80}}}}}}}}]
"""


def ingress(name: str, **said: str) -> str:
    defaults = {
        "annotations": "",
        "klass": "ingressClassName: nginx",
        "host": "a.example",
        "path": "/",
        "type": "Prefix",
    }
    return INGRESS.format(name=name, **{**defaults, "to": name, **said})


@pytest.mark.parametrize(
    ("other", "verdicts"),
    [
        ({}, ["contested"]),
        ({"to": "one"}, ["doubled"]),
        ({"host": "b.example"}, []),
        ({"path": "/cart"}, []),
        ({"type": "Exact"}, []),
        ({"type": "ImplementationSpecific"}, ["contested"]),
        ({"klass": "ingressClassName: other"}, []),
        ({"annotations": "nginx.ingress.kubernetes.io/canary: 'true'"}, []),
        ({"annotations": "nginx.ingress.kubernetes.io/canary: 'false'"}, ["contested"]),
        ({"annotations": "nginx.ingress.kubernetes.io/rewrite-target: /"}, ["contested"]),
    ],
)
def test_two_ingresses_of_one_host_and_path(other: dict[str, str], verdicts: list[str]) -> None:
    assert [row.verdict for row in claims(world(ingress("one") + ingress("two", **other)))] == verdicts


def test_other_controllers_may_tell_routes_apart_by_annotations() -> None:
    klass = "ingressClassName: traefik"
    door = "traefik.ingress.kubernetes.io/router.entrypoints: web"
    assert not list(claims(world(ingress("one", klass=klass) + ingress("two", klass=klass, annotations=door))))
    assert len(list(claims(world(ingress("one", klass=klass) + ingress("two", klass=klass))))) == 1


def test_one_route_with_a_path_twice_is_no_other() -> None:
    assert not list(claims(world(ingress("one"))))


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("app.kubernetes.io/instance: a", "app.kubernetes.io/instance: b", 1),
        ("app.kubernetes.io/instance: a", "app.kubernetes.io/instance: a", 0),
        ("x: a", "x: b", 0),
    ],
)
def test_an_object_of_two_releases(one: str, other: str, count: int) -> None:
    account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, labels: {LABEL}}\n"
    text = account.replace("LABEL", one) + account.replace("LABEL", other)
    assert len(list(claims(world(text)))) == count
