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


def test_a_cluster_on_the_machine_of_the_browser_may_say_so() -> None:
    assert verdict("http://localhost:3000/", ingress("charts.dev.localhost")) == "unknown"
    assert verdict("http://localhost:3000/", ingress("charts.example.org")) == "loopback"


def test_a_program_without_a_route_is_not_judged() -> None:
    assert verdict(None, "") is None


def test_a_domain_of_a_wildcard_is_served() -> None:
    assert verdict("https://charts.example.org/", ingress("*.example.org", "charts.example.net")) == "right"


def test_a_name_that_is_nearly_right_is_told() -> None:
    assert verdict(None, ingress("charts.example.org"), GF_SERVER_ROOT_ULR="https://charts.example.org") == "misspelt"


def found(image: str, env: dict[str, str], service: str = "", routes: str = "") -> list[tuple[str, str]]:
    """What is wrong, of which setting."""
    text = served(image, env, routes or ingress("charts.example.org"))
    rows = public_addresses(world(text + service))
    return [(row.settings, row.verdict) for row in rows if row.verdict != "right"]


def test_each_setting_of_a_program_of_which_nothing_is_known_is_looked_at() -> None:
    env = {"PUBLIC_URL": "https://graphs.example.net", "APP_URL": "https://graphs.example.net"}
    assert found("acme/web:1", env) == [("PUBLIC_URL", "unrouted-host"), ("APP_URL", "unrouted-host")]
    env["APP_URL"] = "https://charts.example.org"
    assert found("acme/web:1", env) == []


def test_where_a_known_program_lets_providers_send_users_back_to() -> None:
    env = {"BASE_URL": "https://charts.example.org", "OAUTH2_REDIRECT_URL": "https://charts.example.net/callback"}
    assert found("miniflux/miniflux:2.2.3", env) == [("OAUTH2_REDIRECT_URL", "unrouted-host")]


LOAD_BALANCER = """
---
apiVersion: v1
kind: Service
metadata: {name: outside, annotations: {external-dns.alpha.kubernetes.io/hostname: "lan.example.org,tv.example.org"}}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 32400}]}
"""


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://192.0.2.10:8096", False),  # nobody says whose address it is
        ("https://lan.example.org", False),
        ("https://elsewhere.example.org:32400", False),
        ("https://elsewhere.example.org", True),
        ("https://elsewhere.example.org:8443", True),
    ],
)
def test_a_host_may_lead_to_it_without_a_route(url: str, wrong: bool) -> None:
    rows = found("jellyfin/jellyfin:10.11.6", {"JELLYFIN_PublishedServerUrl": url}, LOAD_BALANCER)
    assert [verdict for _, verdict in rows] == (["unrouted-host"] if wrong else [])


@pytest.mark.parametrize(
    ("urls", "wrong"),
    [
        ("https://tv.example.net:443,http://192.0.2.10:32400", True),
        ("http://192.0.2.10:32400,https://charts.example.org:443", False),
        ("http://192.0.2.10:32400,http://web.default.svc.cluster.local:32400", False),
    ],
)
def test_of_several_addresses_one_that_a_route_serves_is_enough(urls: str, wrong: bool) -> None:
    rows = found("plexinc/pms-docker:1.41.5", {"ADVERTISE_IP": urls})
    assert ("unrouted-host" in [verdict for _, verdict in rows]) is wrong


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://papers.${DOMAIN}", True),
        ("https://charts.${DOMAIN}/", False),
        ("https://charts.${DOMAIN}.", False),
        ("https://plans.${DOMAIN}", False),  # another route's
        ("https://papers.${OTHER}", False),
        ("https://${HOST}", False),
        ("https://papers.example.org", False),  # it may be that
    ],
)
def test_what_is_filled_in_later_is_so_in_the_routes_alike(url: str, wrong: bool) -> None:
    routes = ingress("charts.${DOMAIN}") + ingress("plans.${DOMAIN}", name="plans")
    rows = found("miniflux/miniflux:2.2.3", {"BASE_URL": url}, routes=routes)
    assert rows == ([("BASE_URL", "unrouted-host")] if wrong else [])
