"""The address that a program is told as its own, against the routes that lead to it."""

from __future__ import annotations

import pytest

from mblint.facts.names.public_urls import public_addresses
from tests.facts.names.served_apps import ingress, served
from tests.facts.worlds import world

GRAFANA = "docker.io/grafana/grafana:11.1.0"
LOGIN = {
    "GF_AUTH_GENERIC_OAUTH_ENABLED": "true",
    "GF_AUTH_GENERIC_OAUTH_CLIENT_ID": "charts",
    "GF_AUTH_GENERIC_OAUTH_AUTH_URL": "https://login.example.org/auth",
    "GF_AUTH_GENERIC_OAUTH_TOKEN_URL": "https://login.example.org/token",
}


def verdict(url: str | None, routes: str, **more: str) -> str | None:
    env = {**LOGIN, **({} if url is None else {"GF_SERVER_ROOT_URL": url}), **more}
    rows = list(public_addresses(world(served(GRAFANA, env, routes))))
    assert len(rows) <= 1
    return rows[0].verdict if rows else None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, "missing"),
        ("", "missing"),
        ("charts.example.org", "wrong-form"),
        ("http://localhost:3000/", "loopback"),
        ("http://127.0.0.1:3000/", "loopback"),
        ("https://charts.example.net/", "unrouted-host"),
        ("https://charts.example.org/grafana", "right"),
        ("https://charts.example.org/", "right"),
        ("https://${HOST}/", "unknown"),
    ],
)
def test_the_address_of_a_program_at_a_host(url: str | None, expected: str) -> None:
    assert verdict(url, ingress("charts.example.org")) == expected


def test_a_path_must_be_one_that_a_route_serves() -> None:
    below = ingress("charts.example.org", path="/grafana")
    assert verdict("https://charts.example.org/grafana/", below) == "right"
    assert verdict("https://charts.example.org/monitoring", below) == "unrouted-path"
    assert verdict("https://charts.example.org/", below) == "unrouted-path"


def test_a_program_without_a_route_is_not_judged() -> None:
    assert verdict(None, "") is None


def test_a_domain_of_a_wildcard_is_served() -> None:
    assert verdict("https://charts.example.org/", ingress("*.example.org", "charts.example.net")) == "right"


def test_a_name_that_is_nearly_right_is_told() -> None:
    assert verdict(None, ingress("charts.example.org"), GF_SERVER_ROOT_ULR="https://charts.example.org") == "misspelt"
