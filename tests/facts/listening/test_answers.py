"""What known software answers to probes."""

import pytest

from mblint.facts.listening.answers import probe_answers
from tests.facts.worlds import world

HEALTH = '{name: KC_HEALTH_ENABLED, value: "true"}'


@pytest.mark.parametrize(
    ("tag", "env", "port", "verdict"),
    [
        ("26.1", HEALTH, 9000, "answered"),
        ("26.1", "", 9000, "off"),
        ("26.1", HEALTH, 8080, "other-port"),
        ("24.0.5", HEALTH, 8080, "answered"),
        ("24.0.5", HEALTH, 9000, "other-port"),
        ("nightly", HEALTH, 8080, "unknown"),
        ("26.1", HEALTH + ", {name: KC_HTTP_RELATIVE_PATH, value: /auth}", 9000, "other-path"),
        ("26.1", HEALTH + ", {name: KC_HTTPS_CERTIFICATE_FILE, value: /tls/tls.crt}", 9000, "other-scheme"),
        ("26.1", HEALTH + ', {name: KC_LEGACY_OBSERVABILITY_INTERFACE, value: "true"}', 8080, "answered"),
        ("26.1", HEALTH + ', {name: KC_HTTP_MANAGEMENT_HEALTH_ENABLED, value: "false"}', 8080, "answered"),
    ],
)
def test_the_health_of_Keycloak(tag: str, env: str, port: int, verdict: str) -> None:  # noqa: N802
    (row,) = probe_answers(
        world(f"""
            apiVersion: v1
            kind: Pod
            metadata: {{name: id}}
            spec:
              containers:
                - name: id
                  image: quay.io/keycloak/keycloak:{tag}
                  args: [start]
                  env: [{env}]
                  readinessProbe: {{httpGet: {{path: /health/ready, port: {port}}}}}
            """)
    )
    assert row.verdict == verdict


@pytest.mark.parametrize(
    ("told", "path", "port", "verdicts"),
    [
        ("env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /shop}]", "/actuator/health", 8080, ["other-path"]),
        ("env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /shop}]", "/shop/actuator/health", 8080, ["answered"]),
        ("env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /shop}]", "/shopping", 8080, ["other-path"]),
        ("env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /}]", "/actuator/health", 8080, []),
        ("env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /shop}]", "/actuator/health", 8081, []),
        ("args: [--server.servlet.context-path=/a, --server.port=9000]", "/b", 9000, ["other-path"]),
        (
            "args: [--server.servlet.context-path=/a]\n  env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /b}]",
            "/a/health",
            8080,
            ["answered"],
        ),
    ],
)
def test_a_framework_answers_below_its_path_alone(told: str, path: str, port: int, verdicts: list[str]) -> None:
    told = told.replace("\n  ", "\n                  ")
    rows = probe_answers(
        world(f"""
            apiVersion: v1
            kind: Pod
            metadata: {{name: shop}}
            spec:
              containers:
                - name: shop
                  image: registry.example/shop:1
                  {told}
                  readinessProbe: {{httpGet: {{path: {path}, port: {port}}}}}
            """)
    )
    assert [row.verdict for row in rows] == verdicts
