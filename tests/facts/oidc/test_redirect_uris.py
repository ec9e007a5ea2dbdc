"""Redirect URIs match as Keycloak matches them."""

from __future__ import annotations

import pytest

from mblint.facts.oidc.redirect_matching import is_among, keycloak_takes, letter_by_letter
from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.facts.oidc.redirect_uris import redirect_uris
from mblint.facts.relations import relations
from mblint.manifests.documents import Place
from tests.facts.worlds import world

ASKED = "https://docs.example.org/api/v1.0/callback/"


def place() -> Place:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n"
    return next(iter(world(text).cluster.services.values())).place


def accepted(pattern: str, url: str = ASKED, root: str | None = None, *, scheme_known: bool = True) -> bool | None:
    return is_among(RedirectUri(url, place(), "a setting", scheme_known), (pattern,), root, keycloak_takes)


@pytest.mark.parametrize(
    "pattern",
    [
        ASKED,
        "https://docs.example.org/*",
        "https://DOCS.example.org/api/*",
        "*",
        "https://docs.example.org/api/v1.0/c*",
    ],
)
def test_a_pattern_takes_the_uri(pattern: str) -> None:
    assert accepted(pattern) is True


@pytest.mark.parametrize(
    "pattern",
    [
        "https://docs.example.org",
        "http://docs.example.org/*",
        "https://*.example.org/api/v1.0/callback/",
        "https://docs.example.org/api/v1.0/callback",
        "https://docs.example.com/*",
    ],
)
def test_a_pattern_takes_nothing_else(pattern: str) -> None:
    assert accepted(pattern) is False


def test_what_begins_with_a_slash_stands_behind_the_root_url() -> None:
    assert accepted("/api/*", root="https://docs.example.org") is True
    assert accepted("/api/*", root="https://docs.example.org/") is False, (
        "Keycloak makes https://docs.example.org//api/*"
    )
    assert accepted("/oidc/*", root="https://docs.example.org") is False
    assert accepted("/oidc/*") is None, "the root URL is not known"


def test_an_application_that_builds_its_uri_from_requests_may_have_either_scheme() -> None:
    assert accepted("http://docs.example.org/*", scheme_known=False) is True


def test_a_redirect_to_the_own_machine_may_have_any_port() -> None:
    assert accepted("http://127.0.0.1/callback", url="http://127.0.0.1:41812/callback") is True


def test_dex_compares_to_the_letter() -> None:
    asked = RedirectUri(ASKED, place(), "a setting")
    assert is_among(asked, (ASKED,), None, letter_by_letter) is True
    assert is_among(asked, ("https://docs.example.org/*",), None, letter_by_letter) is False


@pytest.mark.parametrize(
    ("pattern", "listed"),
    [
        ("https://docs.example.org/accounts/oidc/office/login/callback/", True),
        ("https://docs.example.org/sign/in/oidc/office/login/callback/", True),
        ("https://docs.example.org/accounts/*", True),
        ("https://docs.example.org/accounts/oidc/office/login/callback", False),
        ("https://docs.example.org/accounts/oidc/keycloak/login/callback/", False),
        ("https://wiki.example.org/accounts/oidc/office/login/callback/", False),
    ],
)
def test_what_stands_before_a_librarys_path_is_the_applications_choice(pattern: str, listed: bool) -> None:
    tail = "/oidc/office/login/callback/"
    asked = RedirectUri(f"https://docs.example.org/…{tail}", place(), "a setting", False, tail=tail)
    assert is_among(asked, (pattern,), None, keycloak_takes) is listed


SET_UP = """
apiVersion: v1
kind: {kind}
metadata: {{name: set-up}}
{field}:
  set-up.sh: |
    if [ -z "$(list)" ]; then
      gitea admin auth add-oauth --name "Office" --key code --auto-discover-url "https://id.example.org/realms/x"
    else
      gitea admin auth update-oauth --id 1 --name "Office" --key code --auto-discover-url "https://id.example.org/realms/x"
    fi
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: code}}
spec:
  selector: {{matchLabels: {{app: code}}}}
  template:
    metadata: {{labels: {{app: code}}}}
    spec:
      volumes: [{{name: set-up, {volume}: set-up}}}}]
      initContainers:
        - name: set-up
          image: docker.gitea.com/gitea:1.23.7
          command: [bash, /init/set-up.sh]
          volumeMounts: [{{name: set-up, mountPath: /init}}]
      containers: [{{name: code, image: "docker.gitea.com/gitea:1.23.7", ports: [{{containerPort: 3000}}]}}]
---
apiVersion: v1
kind: Service
metadata: {{name: code}}
spec: {{selector: {{app: code}}, ports: [{{port: 3000}}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: code}}
spec:
  rules:
    - host: code.example.org
      http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: code, port: {{number: 3000}}}}}}}}]}}
"""


@pytest.mark.parametrize(
    ("kind", "field", "volume", "secret"),
    [("ConfigMap", "data", "configMap: {name", False), ("Secret", "stringData", "secret: {secretName", True)],
)
def test_what_an_init_container_sets_up_the_next_one_serves(kind: str, field: str, volume: str, secret: bool) -> None:
    made = world(SET_UP.format(kind=kind, field=field, volume=volume))
    found = [uri for relation in relations(made) if relation.used for uri in redirect_uris(made, relation)]
    assert {uri.url for uri in found} == {"https://code.example.org/user/oauth2/Office/callback"}
    assert {uri.secret for uri in found} == {secret}, "a name of a Secret is not shown"
