"""Secrets of OIDC clients: only those of the same realm are compared, and only of clients that have one."""

from __future__ import annotations

import json

import pytest

from mblint.facts.credentials.credentials import credentials
from tests.facts.worlds import pods, service, world

REALM_URL = "http://keycloak:8080/realms/office/protocol/openid-connect"


def keycloak(secret: str, realm: str = "office", client: dict[str, object] | None = None, **env: str) -> str:
    """A Keycloak that imports a realm with one client."""
    said = {"realm": realm, "clients": [{"clientId": "docs", "secret": secret, **(client or {})}]}
    files = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: realm, namespace: default}\n"
    files += f"data:\n  r.json: '{json.dumps(said)}'\n"
    workload = pods("StatefulSet", "keycloak", env=env, spec="volumes: [{name: realm, configMap: {name: realm}}]\n")
    mounted = workload.replace(
        "image: registry/shop:1",
        "image: keycloak/keycloak:26.3.3, args: [start, --import-realm], "
        "volumeMounts: [{name: realm, mountPath: /opt/keycloak/data/import}]",
    )
    return files + mounted + service("keycloak", "{selector: {app: keycloak}, ports: [{port: 8080}]}")


def application(secret: str) -> str:
    env = {"OIDC_RP_CLIENT_ID": "docs", "OIDC_RP_CLIENT_SECRET": secret, "OIDC_OP_TOKEN_ENDPOINT": f"{REALM_URL}/token"}
    return pods(env=env)


def verdicts(text: str) -> list[str]:
    return [row.verdict for row in credentials(world(text))]


def test_a_secret_of_the_same_realm_is_compared() -> None:
    assert verdicts(keycloak("one") + application("one")) == ["agrees"]
    assert verdicts(keycloak("one") + application("two")) == ["differs"]


def test_a_client_of_another_realm_is_not() -> None:
    assert verdicts(keycloak("one", realm="intern") + application("two")) == []


@pytest.mark.parametrize(
    "client",
    [{"publicClient": True}, {"bearerOnly": True}, {"enabled": False}, {"clientAuthenticatorType": "client-jwt"}],
)
def test_a_client_that_sends_no_secret_is_not_compared(client: dict[str, object]) -> None:
    assert verdicts(keycloak("left-over", client=client) + application("two")) == []


def test_keycloak_fills_a_variable_at_its_import() -> None:
    assert verdicts(keycloak("${DOCS_SECRET}", DOCS_SECRET="one") + application("two")) == ["differs"]
    assert verdicts(keycloak("${DOCS_SECRET}", DOCS_SECRET="two") + application("two")) == ["agrees"]
    assert verdicts(keycloak("${DOCS_SECRET}") + application("two")) == ["unknown"]


def test_the_secret_stands_beside_the_id_where_the_table_names_none() -> None:
    env = {
        "GF_AUTH_GENERIC_OAUTH_CLIENT_ID": "docs",
        "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET": "two",
        "GF_AUTH_GENERIC_OAUTH_TOKEN_URL": f"{REALM_URL}/token",
    }
    assert verdicts(keycloak("one") + pods(env=env)) == ["differs"]
    assert verdicts(keycloak("two") + pods(env=env)) == ["agrees"]
