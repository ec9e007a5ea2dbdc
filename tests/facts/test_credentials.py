"""Servers, their users, and the clients that log in with other passwords."""

from __future__ import annotations

import pytest

from mblint.facts.credentials import credentials
from mblint.facts.rows import Credential

from .worlds import pods, service, world

PASSWORD = "correct-horse"


def secret(name: str, **data: str) -> str:
    entries = ", ".join(f"{key}: '{value}'" for key, value in data.items())
    head = f"\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: default}}\n"
    return f"{head}stringData: {{{entries}}}\n"


def server(image: str = "postgres:17", port: int = 5432, name: str = "database", **env: str) -> str:
    """A server behind a Service of its own name."""
    workload = pods("StatefulSet", name, env=env, port=port).replace("registry/shop:1", image)
    return workload + service(name, f"{{selector: {{app: {name}}}, ports: [{{port: {port}}}]}}")


def found(text: str) -> list[Credential]:
    return list(credentials(world(text)))


def verdicts(text: str) -> list[tuple[str, str]]:
    return [(row.users, row.verdict) for row in found(text)]


POSTGRES = server(POSTGRES_USER="docs", POSTGRES_PASSWORD=PASSWORD)


def client(**env: str) -> str:
    return pods(env={"DB_HOST": "database", "DB_PORT": "5432", "DB_USER": "docs", "DB_PASSWORD": PASSWORD, **env})


def test_a_client_with_the_server_s_password_agrees() -> None:
    assert verdicts(POSTGRES + client()) == [("docs", "agrees")]


def test_another_password_differs() -> None:
    (row,) = found(POSTGRES + client(DB_PASSWORD="battery"))
    assert (row.verdict, row.server, row.clients) == (
        "differs",
        "default/StatefulSet/database",
        "default/Deployment/web",
    )
    assert (row.settings, row.given, row.stored) == ("DB_PASSWORD", "POSTGRES_PASSWORD", "volume")


def test_the_last_of_two_variables_of_one_name_counts() -> None:
    both = "{name: DB_PASSWORD, value: 'correct-horse'}"
    assert verdicts(POSTGRES + client().replace(both, f"{both}, {{name: DB_PASSWORD, value: battery}}")) == [
        ("docs", "differs")
    ]
    wrong_first = f"{{name: DB_PASSWORD, value: battery}}, {both}"
    assert verdicts(POSTGRES + client().replace(both, wrong_first)) == [("docs", "agrees")]


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://docs:{}@database:5432/docs",
        "postgresql+psycopg2://docs:{}@database/docs?sslmode=disable",
        "jdbc:postgresql://database:5432/docs?user=docs&password={}",
        "host=database port=5432 user=docs password={} dbname=docs",
    ],
)
def test_a_dsn_has_user_and_password_in_it(dsn: str) -> None:
    assert verdicts(POSTGRES + pods(env={"DATABASE_URL": dsn.format(PASSWORD)})) == [("docs", "agrees")]
    assert verdicts(POSTGRES + pods(env={"DATABASE_URL": dsn.format("battery")})) == [("docs", "differs")]
