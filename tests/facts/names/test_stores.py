"""What clients ask servers for: databases, users, virtual hosts, buckets."""

from __future__ import annotations

import pytest

from mblint.facts.names.connection_names import names_inside
from mblint.facts.names.rows import StoreName
from mblint.facts.names.stores import store_names
from mblint.remedies.edits import Change
from tests.facts.credentials.test_credentials import secret, server
from tests.facts.worlds import pods, world

PASSWORD = "correct-horse"
BITNAMI = "bitnami/postgresql:17.2.0"
POSTGRES = server(BITNAMI, POSTGRES_USER="boards", POSTGRES_PASSWORD=PASSWORD, POSTGRES_DATABASE="boards")


def found(text: str) -> list[StoreName]:
    return list(store_names(world(text)))


def verdicts(text: str) -> dict[str, str]:
    return {row.what: row.verdict for row in found(text) if row.object.name == "web"}


def client(database: str = "boards", user: str = "boards", **more: str) -> str:
    env = {"DB_HOST": "database", "DB_PORT": "5432", "DB_USER": user, "DB_PASSWORD": PASSWORD, "DB_NAME": database}
    return pods("Deployment", "web", env={**env, **more})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("postgresql+psycopg2://web:pw@db:5432/boards?sslmode=disable", {"database": "boards", "user": "web"}),
        ("postgres://web:pw@one:5432,two:5432/boards", {"database": "boards", "user": "web"}),
        ("jdbc:mysql://db/boards?user=web&password=pw", {"database": "boards", "user": "web"}),
        ("web:pw@tcp(db:3306)/boards?parseTime=true", {"database": "boards", "user": "web"}),
        ("host=db port=5432 dbname=boards user=web", {"database": "boards", "user": "web"}),
        ("amqp://web:pw@mq:5672/%2F", {"vhost": "/", "user": "web"}),
        ("amqp://web:pw@mq:5672", {"user": "web"}),
        ("postgres://web:p/w@db/boards", {}),
        ("redis://cache:6379/1", {}),
        ("https://example.org/boards", {}),
    ],
)
def test_what_an_address_names(text: str, names: dict[str, str]) -> None:
    assert dict(names_inside(text)) == names


def test_a_name_that_the_server_makes_is_offered() -> None:
    assert verdicts(POSTGRES + client()) == {"database": "offered", "user": "offered"}


def test_a_name_that_nothing_makes_is_missing() -> None:
    assert verdicts(POSTGRES + client(database="orders")) == {"database": "missing", "user": "offered"}
    assert verdicts(POSTGRES + client(user="orders")) == {"database": "offered", "user": "missing"}


def test_a_slip_of_the_hand_is_mended() -> None:
    row = found(POSTGRES + client(database="bordes"))[0]
    assert row.nearest == "boards"
    assert isinstance(row.edits[0], Change)
    assert row.edits[0].patch[-1].value == "boards"


def test_a_name_in_a_secret_is_not_shown_and_not_mended() -> None:
    dsn = "postgresql://boards:pw@database:5432/bordes"
    from_secret = pods("Deployment", "web", env={}).replace(
        "env: []", "env: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: web, key: url}}}]"
    )
    row = next(each for each in found(POSTGRES + secret("web", url=dsn) + from_secret) if each.what == "database")
    assert row.verdict == "missing"
    assert (row.name, row.asks) == ("‹secret›", "the database ‹secret›")
    assert row.edits == ()


@pytest.mark.parametrize(
    "other",
    [
        pods("Job", "prepare", env={"PGHOST": "database", "DATABASE_URL": "postgresql://postgres:x@database/postgres"}),
        pods("Job", "prepare").replace("image: registry/shop:1", "image: registry/shop:1, args: [createdb, orders]"),
        "---\napiVersion: db.example.org/v1\nkind: Database\nmetadata: {name: orders}\nspec: {}\n",
    ],
)
def test_who_else_may_make_it_leaves_it_open(other: str) -> None:
    assert verdicts(POSTGRES + client(database="orders") + other)["database"] == "unknown"


@pytest.mark.parametrize("args", ["[sentry, createuser, --superuser]", "[rabbitmqctl, add_vhost, /shop]"])
def test_who_makes_other_things_does_not_leave_it_open(args: str) -> None:
    other = pods("Job", "prepare").replace("image: registry/shop:1", f"image: registry/shop:1, args: {args}")
    assert verdicts(POSTGRES + client(database="orders") + other)["database"] == "missing"


def test_a_job_of_the_same_application_does_not_leave_it_open() -> None:
    job = pods("Job", "migrate", env={"DATABASE_URL": f"postgresql://boards:{PASSWORD}@database:5432/orders"})
    assert verdicts(POSTGRES + client(database="orders") + job)["database"] == "missing"


def test_a_value_outside_the_render_leaves_it_open() -> None:
    unknown = POSTGRES.replace("value: 'boards'}", "valueFrom: {secretKeyRef: {name: absent, key: name}}}")
    assert verdicts(unknown + client(database="orders"))["database"] == "unknown"


@pytest.mark.parametrize("host", ["WEB_DBHOST", "PGHOST"])
def test_names_that_are_written_together_with_their_prefix_stand_beside_such_a_host(host: str) -> None:
    start = host.removesuffix("HOST")
    ends = ("DATABASE", "USER", "PASSWORD") if start == "PG" else ("NAME", "USER", "PASS")
    env = {
        host: "database",
        **dict(zip((f"{start}{end}" for end in ends), ("boards", "boards", PASSWORD), strict=True)),
    }
    assert verdicts(POSTGRES + pods("Deployment", "web", env=env)) == {"database": "offered", "user": "offered"}
    other = {key: "others" if value == "boards" else value for key, value in env.items()}
    assert verdicts(POSTGRES + pods("Deployment", "web", env=other)) == {"database": "missing", "user": "missing"}


def test_a_program_that_makes_its_database_leaves_it_open() -> None:
    image = "registry.example.org/temporalio/auto-setup:1.29"
    text = client("others").replace("registry/shop:1", image)
    assert image in text
    assert verdicts(POSTGRES + text)["database"] == "unknown"
