"""Servers, their users, and the clients that log in with other passwords."""

from __future__ import annotations

import pytest

from mblint.facts.credentials.credentials import credentials
from mblint.facts.credentials.rows import Credential
from tests.facts.worlds import pods, service, world

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


# ---------------------------------------------------------------- how clients name what they log in with


@pytest.mark.parametrize(
    ("host", "user", "password"),
    [
        ("POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASSWORD"),
        ("PGHOST", "PGUSER", "PGPASSWORD"),
        ("DB_HOSTNAME", "DB_USERNAME", "DB_PASS"),
        ("KC_DB_URL_HOST", "KC_DB_USERNAME", "KC_DB_PASSWORD"),
        ("WORDPRESS_DATABASE_HOST", "WORDPRESS_DATABASE_USER", "WORDPRESS_DATABASE_PASSWORD"),
        ("MARIADB_HOST", "GHOST_DATABASE_USER", "GHOST_DATABASE_PASSWORD"),
        ("GITEA__database__HOST", "GITEA__database__USER", "GITEA__database__PASSWD"),
        ("DATABASE_SERVER", "DATABASE_LOGIN", "DATABASE_PWD"),
    ],
)
def test_names_that_go_together(host: str, user: str, password: str) -> None:
    def verdict(value: str) -> list[tuple[str, str]]:
        return verdicts(POSTGRES + pods(env={host: "database:5432", user: "docs", password: value}))

    assert verdict(PASSWORD) == [("docs", "agrees")]
    assert verdict("battery") == [("docs", "differs")]


def test_a_jdbc_url_has_user_and_password_beside_it() -> None:
    env = {"SPRING_DATASOURCE_URL": "jdbc:postgresql://database:5432/x", "SPRING_DATASOURCE_USERNAME": "docs"}
    assert verdicts(POSTGRES + pods(env={**env, "SPRING_DATASOURCE_PASSWORD": "battery"})) == [("docs", "differs")]


def test_a_mounted_file_of_settings_has_them() -> None:
    text = "spring.datasource.url=jdbc:postgresql://database/x\\nspring.datasource.username=docs\\n"
    config = f'\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: conf}}\nstringData:\n  app.properties: "{text}'
    files = pods(spec="volumes: [{name: conf, secret: {secretName: conf}}]")
    mounted = files.replace("ports:", "volumeMounts: [{name: conf, mountPath: /etc/app}], ports:")
    (row,) = found(POSTGRES + mounted + config + 'spring.datasource.password=battery"\n')
    assert (row.verdict, row.paste) == ("differs", None)
    assert row.settings == "spring.datasource.password in /etc/app/app.properties (key app.properties of Secret conf)"


def test_a_password_file_has_it() -> None:
    files = client(DB_PASSWORD_FILE="/keys/password").replace("{name: DB_PASSWORD, value: 'correct-horse'}, ", "")
    mounted = files.replace("ports:", "volumeMounts: [{name: keys, mountPath: /keys}], ports:")
    volume = "      volumes: [{name: keys, secret: {secretName: keys}}]\n"
    assert verdicts(POSTGRES + mounted + volume + secret("keys", password="battery")) == [("docs", "differs")]
    assert verdicts(POSTGRES + mounted + volume + secret("keys", password=PASSWORD)) == [("docs", "agrees")]


REDIS = server("redis:8", 6379, "cache", REDIS_PASSWORD=PASSWORD)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://:correct-horse@cache:6379/1", [("default", "agrees")]),
        ("redis://default:correct-horse@cache:6379/1", [("default", "agrees")]),
        ("redis://:battery@cache:6379/1", [("default", "differs")]),
        ("redis://somebody:battery@cache:6379/1", []),  # a user of an access control list
        ("redis://cache:6379/1", []),
        ("redis://:${REDIS_PASSWORD}@cache:6379/1", []),  # what a shell makes of it is not known
    ],
)
def test_who_names_no_user_of_redis_is_the_default_one(url: str, expected: list[tuple[str, str]]) -> None:
    assert verdicts(REDIS + pods(env={"REDIS_URL": url})) == expected


def test_object_stores_have_keys_for_users_and_passwords() -> None:
    minio = server("minio/minio:1", 9000, "store", MINIO_ROOT_USER="root", MINIO_ROOT_PASSWORD=PASSWORD)
    env = {"AWS_S3_ENDPOINT_URL": "http://store:9000", "AWS_S3_ACCESS_KEY_ID": "root"}
    assert verdicts(minio + pods(env={**env, "AWS_S3_SECRET_ACCESS_KEY": "battery"})) == [("root", "differs")]
    plain = {"S3_ENDPOINT": "http://store:9000", "AWS_ACCESS_KEY_ID": "root", "AWS_SECRET_ACCESS_KEY": PASSWORD}
    assert verdicts(minio + pods(env=plain)) == [("root", "agrees")]
    assert verdicts(minio + pods(env={**plain, "AWS_ACCESS_KEY_ID": "made-by-a-job"})) == []


# ---------------------------------------------------------------- what cannot be compared


@pytest.mark.parametrize("password", ["$(MISSING)", "${DB_PASSWORD}", "{{ .x }}", "vault:secret/data/db#password"])
def test_what_something_else_replaces_is_unknown(password: str) -> None:
    assert verdicts(POSTGRES + client(DB_PASSWORD=password)) == [("docs", "unknown")]


def test_a_secret_outside_the_render_is_unknown() -> None:
    entry = "{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: elsewhere, key: password}}}"
    text = client().replace("{name: DB_PASSWORD, value: 'correct-horse'}", entry)
    assert verdicts(POSTGRES + text) == [("docs", "unknown")]


@pytest.mark.parametrize(
    "changed",
    [
        {"DB_USER": "made-by-a-script"},
        {"DB_HOST": "elsewhere"},
        {"DB_PORT": "9187"},  # another port than the server's
        {"DB_PASSWORD": ""},
    ],
)
def test_who_logs_in_as_somebody_else_or_elsewhere_is_no_client(changed: dict[str, str]) -> None:
    more = service("database-metrics", "{selector: {app: database}, ports: [{port: 9187}]}")
    assert verdicts(POSTGRES + more + client(**changed)) == []


def test_of_several_servers_behind_a_service_one_that_agrees_is_enough() -> None:
    replica = server(name="replica", POSTGRES_USER="docs", POSTGRES_PASSWORD="battery")
    both = service("all", "{selector: {tier: data}, ports: [{port: 5432}]}")
    text = (POSTGRES + replica).replace("{app: database}", "{app: database, tier: data}")
    text = text.replace("{app: replica}", "{app: replica, tier: data}")
    assert verdicts(text + both + client(DB_HOST="all")) == [("docs", "agrees")]
    assert verdicts(text + both + client(DB_HOST="all", DB_PASSWORD="staple")) == [("docs", "differs")]


# ---------------------------------------------------------------- rows


def test_a_job_that_inherits_the_environment_is_named_in_its_workload_s_row() -> None:
    job = client(DB_PASSWORD="battery").replace("name: web", "name: migrate").replace("kind: Deployment", "kind: Job")
    job = job.replace("apps/v1", "batch/v1").replace("  selector: {matchLabels: {app: web}}\n", "")
    job += "      restartPolicy: Never\n"
    (row,) = found(POSTGRES + client(DB_PASSWORD="battery") + job)
    assert row.shared_by == ("Job/migrate",)


def test_what_to_paste_reads_the_key_that_the_server_reads() -> None:
    entry = "{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: keys, key: password}}}"
    given = POSTGRES.replace("{name: POSTGRES_PASSWORD, value: 'correct-horse'}", entry) + secret("keys", password="x")
    (row,) = found(given + client(DB_PASSWORD="battery"))
    assert row.paste == "- {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: keys, key: password}}}  # web"
    assert row.change == "ALTER USER \"docs\" WITH PASSWORD 'NEW-PASSWORD';"


def test_a_custom_resource_is_the_server_of_the_services_that_its_operator_makes() -> None:
    cluster = (
        "\n---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: database, namespace: default}\n"
        "spec: {bootstrap: {initdb: {owner: docs, secret: {name: keys}}}}\n"
    )
    text = cluster + secret("keys", username="docs", password=PASSWORD)
    (row,) = found(text + client(DB_HOST="database-rw", DB_PASSWORD="battery"))
    assert (row.verdict, row.server, row.stored) == ("differs", "default/Cluster/database", "config")
    assert verdicts(text + client(DB_HOST="database-rw")) == [("docs", "agrees")]


def test_a_line_break_at_the_end_is_a_part_of_a_variable() -> None:
    from_secret = POSTGRES.replace(
        f"{{name: POSTGRES_PASSWORD, value: '{PASSWORD}'}}",
        "{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: database, key: password}}}",
    )
    held = secret("database").replace("stringData: {}", f'stringData: {{password: "{PASSWORD}\\n"}}')
    (row,) = found(from_secret + held + client())
    assert row.verdict == "differs"
    assert row.line_break is not None
    assert "POSTGRES_PASSWORD" in row.line_break


def test_a_shell_drops_the_line_break_of_a_file() -> None:
    held = secret("database").replace("stringData: {}", f'stringData: {{password: "{PASSWORD}\\n"}}')
    mounted = POSTGRES.replace(
        "POSTGRES_PASSWORD, value: '" + PASSWORD, "POSTGRES_PASSWORD_FILE, value: '/run/pw/password"
    )
    mounted = mounted.replace(
        "image: postgres:17", "image: postgres:17, volumeMounts: [{name: pw, mountPath: /run/pw}]"
    )
    mounted = mounted.replace("\n---\n", "\n      volumes: [{name: pw, secret: {secretName: database}}]\n---\n", 1)
    assert verdicts(mounted + held + client()) == [("docs", "agrees")]
