"""Which settings give servers their users and passwords, and where the servers keep them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mblint.cluster.secrets import reveal
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.servers import servers
from mblint.settings.server_table import product_of
from mblint.software.identity import Credentials
from mblint.software.programs import shipped_programs
from mblint.software.setting_names import texts
from tests.facts.worlds import pods, service, world


def server(image: str, env: Mapping[str, str], spec: str = "", port: int | None = 5432) -> str:
    """A StatefulSet of one container with this image."""
    return pods("StatefulSet", "store", env=env, port=port, spec=spec).replace("registry/shop:1", image)


def found(text: str) -> list[ServerCredential]:
    return list(servers(world(text)))


def users(text: str) -> dict[str, str | None]:
    """The users by what messages call them, with their passwords."""
    return {each.user: None if each.value is None else reveal(each.value) for each in found(text)}


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("image", "env", "expected"),
    [
        ("postgres:17", {"POSTGRES_PASSWORD": "a"}, {"postgres": "a"}),
        ("docker.io/library/postgres@sha256:00", {"POSTGRES_USER": "u", "POSTGRES_PASSWORD": "a"}, {"u": "a"}),
        (
            "bitnami/postgresql:17",
            {"POSTGRES_USER": "u", "POSTGRES_PASSWORD": "a", "POSTGRES_POSTGRES_PASSWORD": "b"},
            {"u": "a", "postgres": "b"},
        ),
        ("bitnami/postgresql:17", {"POSTGRESQL_PASSWORD": "a", "POSTGRES_PASSWORD": "b"}, {"postgres": "a"}),
        (
            "mysql:9",
            {"MYSQL_ROOT_PASSWORD": "a", "MYSQL_USER": "u", "MYSQL_PASSWORD": "b"},
            {"u": "b", "root": "a"},
        ),
        ("mysql:9", {"MYSQL_PASSWORD": "b"}, {}),
        ("mariadb:11", {"MARIADB_ROOT_PASSWORD": "a"}, {"root": "a"}),
        (
            "bitnami/mongodb:8",
            {"MONGODB_EXTRA_USERNAMES": "u,v", "MONGODB_EXTRA_PASSWORDS": "a,b"},
            {"u": "a", "v": "b"},
        ),
        ("bitnami/mongodb:8", {"MONGODB_EXTRA_USERNAMES": "u,v", "MONGODB_EXTRA_PASSWORDS": "a"}, {}),
        ("neo4j:5", {"NEO4J_AUTH": "neo4j/a"}, {"neo4j": "a"}),
        ("neo4j:5", {"NEO4J_AUTH": "none"}, {}),
        ("bitnami/redis:8", {"REDIS_PASSWORD": "a"}, {"default": "a"}),
        ("rabbitmq:4", {"RABBITMQ_DEFAULT_USER": "u", "RABBITMQ_DEFAULT_PASS": "a"}, {"u": "a"}),
        (
            "quay.io/keycloak/keycloak:26",
            {"KC_BOOTSTRAP_ADMIN_USERNAME": "u", "KC_BOOTSTRAP_ADMIN_PASSWORD": "a"},
            {"u": "a"},
        ),
        ("postgres:17", {"POSTGRES_PASSWORD": ""}, {}),
        ("postgres:17", {"POSTGRES_PASSWORD": "${PASSWORD}"}, {"postgres": None}),
        ("postgres:17", {"POSTGRES_PASSWORD": "vault:secret/data/x#y"}, {"postgres": None}),
        ("postgres-exporter:1", {"POSTGRES_PASSWORD": "a"}, {}),
    ],
)
def test_users_and_passwords(image: str, env: Mapping[str, str], expected: Mapping[str, str | None]) -> None:
    assert users(server(image, env)) == expected


SECRET = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {password: a, user: hidden}\n"
FILES = "volumes: [{name: keys, secret: {secretName: keys}}]"


def test_a_file_holds_the_password() -> None:
    text = server("postgres:17", {"POSTGRES_PASSWORD_FILE": "/keys/password"}, FILES)
    mounted = text.replace("ports:", "volumeMounts: [{name: keys, mountPath: /keys/}], ports:")
    (row,) = found(mounted + SECRET)
    assert row.words == "POSTGRES_PASSWORD_FILE (key password of Secret keys)"
    assert users(mounted + SECRET) == {"postgres": "a"}
    assert users(mounted.replace("/keys/password", "/elsewhere/password") + SECRET) == {"postgres": None}


def test_arguments_and_files_hold_it_too() -> None:
    argument = server("redis:8", {}, port=6379).replace("ports:", "args: [--requirepass, a], ports:")
    assert users(argument) == {"default": "a"}
    config = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {redis.conf: 'requirepass a'}\n"
    file = server("redis:8", {}, "volumes: [{name: conf, configMap: {name: conf}}]", port=6379)
    assert users(file.replace("ports:", "volumeMounts: [{name: conf, mountPath: /etc/r}], ports:") + config) == {
        "default": "a"
    }


def test_a_user_whose_name_stands_in_a_secret_is_not_called_by_it() -> None:
    entry = "{name: POSTGRES_USER, valueFrom: {secretKeyRef: {name: keys, key: user}}}"
    text = server("postgres:17", {"POSTGRES_PASSWORD": "a"}).replace("env: [", f"env: [{entry}, ")
    (row,) = found(text + SECRET)
    assert row.user == "‹secret› of POSTGRES_USER"
    assert reveal(row.name) == "hidden"
    assert row.change == "ALTER USER \"USER\" WITH PASSWORD 'NEW-PASSWORD';"


# ---------------------------------------------------------------- what is a server


BESIDE = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: registry/shop:1, ports: [{containerPort: 80}]}
        - {name: backup, image: "postgres:17", PORTS env: [{name: POSTGRES_PASSWORD, value: a}]}
"""


def test_a_client_program_beside_an_application_is_no_server() -> None:
    behind = service("web", "{selector: {app: web}, ports: [{port: 80}]}")
    assert users(BESIDE.replace("PORTS ", "") + behind) == {}
    assert users(BESIDE.replace("PORTS ", "ports: [{containerPort: 5432}], ") + behind) == {"postgres": "a"}


def test_a_job_is_no_server() -> None:
    assert users(pods("Job", env={"POSTGRES_PASSWORD": "a"}).replace("registry/shop:1", "postgres:17")) == {}


def test_a_service_shows_that_it_is_one() -> None:
    text = server("postgres:17", {"POSTGRES_PASSWORD": "a"}, port=None)
    assert users(text) == {}
    assert users(text + service("store", "{selector: {app: store}, ports: [{port: 5432}]}")) == {"postgres": "a"}


# ---------------------------------------------------------------- what it keeps


@pytest.mark.parametrize(
    ("volume", "persistent"),
    [
        ("{name: data, emptyDir: {}}", False),
        ("{name: data, persistentVolumeClaim: {claimName: data}}", True),
        ("{name: data, hostPath: {path: /data}}", True),
    ],
)
def test_a_volume_outlives_its_pods(volume: str, persistent: bool) -> None:
    text = server("postgres:17", {"POSTGRES_PASSWORD": "a"}, f"volumes: [{volume}]")
    (row,) = found(text.replace("ports:", "volumeMounts: [{name: data, mountPath: /data}], ports:"))
    assert (row.stored, row.persistent) == ("volume", persistent)


def test_a_claim_template_outlives_its_pods() -> None:
    text = server("postgres:17", {"POSTGRES_PASSWORD": "a"}).replace(
        "  serviceName:", "  volumeClaimTemplates: [{metadata: {name: data}}]\n  serviceName:"
    )
    assert [each.persistent for each in found(text)] == [False]
    mounted = text.replace("ports:", "volumeMounts: [{name: data, mountPath: /data}], ports:")
    assert [each.persistent for each in found(mounted)] == [True]


def test_keycloak_keeps_its_administrator_in_its_database() -> None:
    env = {"KEYCLOAK_ADMIN": "u", "KEYCLOAK_ADMIN_PASSWORD": "a"}
    assert [each.persistent for each in found(server("keycloak:26", env))] == [False]
    assert [
        each.persistent for each in found(server("keycloak:26", {**env, "KC_DB_URL": "jdbc:postgresql://d/k"}))
    ] == [True]


def test_some_read_it_at_every_start() -> None:
    assert [each.stored for each in found(server("redis:8", {"REDIS_PASSWORD": "a"}))] == ["config"]
    rabbit = {"RABBITMQ_USERNAME": "u", "RABBITMQ_PASSWORD": "a"}
    assert [each.stored for each in found(server("bitnami/rabbitmq:4", rabbit))] == ["volume"]
    assert [
        each.stored for each in found(server("bitnami/rabbitmq:4", {**rabbit, "RABBITMQ_UPDATE_PASSWORD": "yes"}))
    ] == ["config"]


def test_what_is_stored_can_be_changed() -> None:
    """The rule's fix says how."""
    product = product_of("postgres:17", shipped_programs())
    assert product is not None
    assert product.changed("docs") == "ALTER USER \"docs\" WITH PASSWORD 'NEW-PASSWORD';"


# ---------------------------------------------------------------- custom resources

CLUSTER = """
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: docs}
spec:
  bootstrap: {initdb: {owner: app, secret: {name: keys}}}
  superuserSecret: {name: elsewhere}
  managed:
    roles:
      - {name: without-a-password}
      - {name: reader, passwordSecret: {name: keys}}
"""


def test_an_operator_takes_users_from_secrets() -> None:
    assert users(CLUSTER + SECRET) == {"app": "a", "postgres": None, "reader": "a"}


def test_the_owner_s_name_may_stand_in_the_secret() -> None:
    secret = SECRET.replace("user: hidden", "username: app")
    (row, *_) = found(CLUSTER.replace("owner: app, ", "") + secret)
    assert row.user == "‹secret› of key username of Secret keys"
    assert reveal(row.name) == "app"


def test_an_image_stands_in_one_row_for_a_version() -> None:
    images = [
        (image, entry.versions)
        for program in shipped_programs().with_section(Credentials)
        for entry in program.entries(Credentials)
        for image in texts(entry.images)
        if not image.startswith("!")
    ]
    assert len(images) == len(set(images))
