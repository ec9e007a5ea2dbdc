"""Redirect URIs match as Keycloak matches them."""

from __future__ import annotations

import pytest

from mblint.facts.oidc.redirect_matching import is_among, keycloak_takes, letter_by_letter
from mblint.facts.oidc.redirect_uris import RedirectUri
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
