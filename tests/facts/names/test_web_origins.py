"""The webOrigins of Keycloak's clients against the origins of pages that fetch their tokens themselves."""

from __future__ import annotations

import pytest

from mblint.facts.names.web_origins import web_origins
from tests.facts.names.served_apps import ingress, served
from tests.facts.worlds import world

PAGES = {
    "VITE_KEYCLOAK_URL": "https://id.example.org",
    "VITE_KEYCLOAK_REALM": "office",
    "VITE_KEYCLOAK_CLIENT_ID": "shop",
}
REALM = """
---
apiVersion: k8s.keycloak.org/v2alpha1
kind: Keycloak
metadata: {name: id}
spec: {hostname: {hostname: %s}}
---
apiVersion: k8s.keycloak.org/v2alpha1
kind: KeycloakRealmImport
metadata: {name: office}
spec:
  keycloakCRName: id
  realm:
    realm: office
    clients:
      - {clientId: shop, publicClient: %s, redirectUris: ["%s"], webOrigins: [%s]}
"""


def verdicts(origins: str, redirect: str = "https://shop.example.org/*", public: str = "true") -> list[str]:
    realm = REALM % ("id.example.org", public, redirect, origins)
    view = world(served("registry/shop-web:1", PAGES, ingress("shop.example.org")) + realm)
    return [row.verdict for row in web_origins(view)]


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ("https://shop.example.org", ["offered"]),
        ('"+"', ["offered"]),
        ("https://shop.example.org/", ["missing"]),
        ("http://shop.example.org", ["missing"]),
        ("https://shop.example.org:8443", ["missing"]),
        ('"*"', []),
        ("", []),
        ('"${SHOP}"', []),
    ],
)
def test_origins_are_compared_letter_by_letter(origins: str, expected: list[str]) -> None:
    assert verdicts(origins) == expected


def test_plus_stands_for_the_origins_of_the_redirect_uris() -> None:
    assert verdicts('"+"', redirect="http://localhost:5173/*") == ["missing"]
    assert verdicts('"+"', redirect="/*") == [], "where that stands is not known"


def test_a_client_with_a_secret_is_a_server() -> None:
    assert verdicts("http://localhost:5173", public="false") == []


def test_pages_at_the_origin_of_keycloak_itself_need_none() -> None:
    pages = {**PAGES, "VITE_KEYCLOAK_URL": "https://shop.example.org/auth"}
    realm = REALM % ("https://shop.example.org/auth", "true", "https://shop.example.org/*", "http://localhost:5173")
    view = world(served("registry/shop-web:1", pages, ingress("shop.example.org")) + realm)
    assert list(web_origins(view)) == []
