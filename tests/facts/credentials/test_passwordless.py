"""Clients without a password where one is wanted, and with one where there is none."""

from __future__ import annotations

import pytest

from mblint.facts.credentials.passwordless import password_uses
from tests.facts.worlds import pods, service, world

SERVICE = service("redis", "{selector: {app: redis}, ports: [{port: 6379}]}")


def redis(image: str = "docker.io/library/redis:7.2", spec: str = "", **env: str) -> str:
    server = pods("StatefulSet", "redis", port=6379, env=env).replace("registry/shop:1", image)
    return server.replace("name: main,", f"name: main, {spec}" if spec else "name: main,", 1) + SERVICE


ASKS = redis(spec='args: [--requirepass, "x7Kq"],')


def verdict(server: str, **env: str) -> list[str]:
    return [row.verdict for row in password_uses(world(server + pods("Deployment", "web", env=env)))]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"REDIS_URL": "redis://redis:6379/0"}, ["no-password"]),
        ({"REDIS_URL": "redis://:@redis:6379/0"}, ["no-password"]),
        ({"REDIS_HOST": "redis"}, ["no-password"]),
        ({"REDIS_URL": "redis://redis:6379/0", "DB_PASSWORD": "other"}, ["no-password"]),
        ({"REDIS_URL": "redis://:x7Kq@redis:6379/0"}, ["fits"]),
        ({"REDIS_URL": "redis://redis:6379/0", "REDIS_PASSWORD": "x7Kq"}, ["fits"]),
        ({"REDIS_URL": "redis://redis:6379/0", "CACHE_SECRET": "x7Kq"}, ["unknown"]),
        ({"CELERY_BROKER_URL": "redis://redis:6379/0", "REDIS_PASSWORD": "x7Kq"}, ["no-password"]),
        ({"SITE_URL": "http://redis:6379/"}, []),
    ],
)
def test_at_a_server_that_wants_a_password(env: dict[str, str], expected: list[str]) -> None:
    assert verdict(ASKS, **env) == expected


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (redis(), ["needless"]),
        (redis("docker.io/bitnami/redis:7.2", ALLOW_EMPTY_PASSWORD="yes"), ["needless"]),
        (redis("docker.io/bitnami/redis:7.2"), []),
        (redis(spec="command: [/start.sh],"), []),
    ],
)
def test_a_password_at_a_server_without(server: str, expected: list[str]) -> None:
    assert verdict(server, REDIS_URL="redis://:x7Kq@redis:6379/0") == expected


def test_no_password_is_shown() -> None:
    (row,) = password_uses(world(ASKS + pods("Deployment", "web", env={"REDIS_URL": "redis://redis:6379/0"})))
    assert not any("x7Kq" in str(getattr(row, name)) for name in ("brings", "has", "settings", "given", "host"))
