"""TLS in protocols that are no HTTP: what the client insists on, and what the server is told."""

import pytest

from mblint.facts.listening.schemes import scheme_uses
from tests.facts.worlds import world


def answers(client: str, image: str, server: str, port: int = 6379, *, also: str = "") -> list[tuple[str, bool]]:
    """Verdicts, and whether they are certain, of a client with these variables."""
    text = f"""
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec: {{containers: [{{name: web, image: "registry.example/web:1", env: {client}}}]}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {{name: store, labels: {{app: store}}}}
        spec: {{containers: [{{name: store, image: "{image}", env: {server}}}{also}]}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {{name: store}}
        spec: {{selector: {{app: store}}, ports: [{{port: {port}}}]}}
    """
    return [(row.verdict, row.certain) for row in scheme_uses(world(text))]


BITNAMI = "docker.io/bitnami/redis:7.4"
ON, OFF = "[{name: REDIS_TLS_ENABLED, value: 'yes'}]", "[{name: REDIS_TLS_ENABLED, value: 'no'}]"


@pytest.mark.parametrize(
    ("url", "image", "server", "expected"),
    [
        ("rediss://store", BITNAMI, ON, [("agrees", True)]),
        ("rediss://store", BITNAMI, OFF, [("differs", True)]),
        ("redis://store", BITNAMI, ON, [("differs", True)]),
        ("redis://store", BITNAMI, OFF, [("agrees", True)]),
        ("rediss://store", "redis:7", "[]", [("differs", False)]),
        ("rediss://store", "registry.example/acme/redis:7", "[]", []),
        ("rediss://store", BITNAMI, "[{name: REDIS_EXTRA_FLAGS, value: '--tls-port 6379'}]", []),
    ],
)
def test_redis_by_its_scheme(url: str, image: str, server: str, expected: list[tuple[str, bool]]) -> None:
    assert answers(f"[{{name: REDIS_URL, value: '{url}'}}]", image, server) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("[{name: DATABASE_URL, value: 'postgresql://a@store/a?sslmode=verify-ca'}]", [("differs", False)]),
        ("[{name: DATABASE_URL, value: 'postgresql://a@store/a?sslmode=prefer'}]", []),
        ("[{name: DATABASE_DSN, value: 'host=store port=5432 dbname=a sslmode=require'}]", [("differs", False)]),
        ("[{name: DB_HOST, value: store}, {name: DB_PORT, value: '5432'}, {name: DB_SSLMODE, value: require}]",
         [("differs", False)]),
        ("[{name: DB_HOST, value: store}, {name: DB_PORT, value: '5432'}, {name: DB_SSLMODE, value: disable}]",
         [("agrees", False)]),
        ("[{name: PGHOST, value: store}, {name: PGSSLMODE, value: require}]", [("differs", False)]),
    ],
)  # fmt: skip
def test_postgresql_by_a_word_beside_the_host(client: str, expected: list[tuple[str, bool]]) -> None:
    assert answers(client, "postgres:16", "[{name: POSTGRES_DB, value: a}]", 5432) == expected


def test_something_before_the_server_may_speak_for_it() -> None:
    proxy = ", {name: tls-proxy, image: 'docker.io/envoyproxy/envoy:v1.33'}"
    assert answers("[{name: REDIS_URL, value: 'rediss://store'}]", "redis:7", "[]", also=proxy) == []
