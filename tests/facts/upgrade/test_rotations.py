"""Passwords that change while the server keeps the old one."""

from textwrap import indent

import pytest

from mblint.config import ClusterSettings
from mblint.facts.kinds import facts_of_step
from mblint.facts.upgrade.rows import Rotation
from mblint.facts.world import Step
from tests.facts.worlds import service, world

OLD_PASSWORD, NEW_PASSWORD = "correct-horse", "battery-staple"
CLAIM = """\
volumeClaimTemplates:
  - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}}
"""


def secret(password: str, name: str = "database", metadata: str = "") -> str:
    head = f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}{metadata}}}\n"
    return f"{head}stringData: {{password: {password}}}\n"


def database(
    image: str = "postgres:17",
    user: str = "POSTGRES_USER",
    password: str = "POSTGRES_PASSWORD",
    *,
    kept: str = CLAIM,
    volumes: str = "",
    from_secret: str = "database",
    name: str = "database",
    annotations: str = "{}",
) -> str:
    """A server with its user `docs`, its Secret's key `password`, and a volume of the claim template."""
    return f"""\
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: {name}}}
spec:
  serviceName: database
  selector: {{matchLabels: {{app: database}}}}
  template:
    metadata: {{labels: {{app: database}}, annotations: {annotations}}}
    spec:
      volumes: [{volumes}]
      containers:
        - name: server
          image: {image}
          ports: [{{containerPort: 5432}}]
          volumeMounts: [{{name: data, mountPath: /data}}]
          env:
            - {{name: {user}, value: docs}}
            - name: {password}
              valueFrom: {{secretKeyRef: {{name: {from_secret}, key: password}}}}
{indent(kept, "  ")}
"""


def client(
    name: str = "docs", password: str = "valueFrom: {secretKeyRef: {name: database, key: password}}", mark: str = "a"
) -> str:
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{checksum/secret: {mark}}}}}
    spec:
      containers:
        - name: app
          image: registry.example/{name}:1
          env: [{{name: DB_HOST, value: database}}, {{name: DB_USER, value: docs}}, {{name: DB_PASSWORD, {password}}}]
"""


SERVICE = service("database", "{selector: {app: database}, ports: [{port: 5432}]}")


def rotations(old: str, new: str, settings: ClusterSettings | None = None) -> list[Rotation]:
    facts = facts_of_step(Step(world(old), world(new, settings)))
    return [fact for fact in facts if isinstance(fact, Rotation)]


def rotated(old: str, new: str) -> list[tuple[str, str]]:
    return [(row.object.name, row.users) for row in rotations(old, new) if row.verdict == "rotated"]


@pytest.mark.parametrize(
    ("image", "user", "password"),
    [
        ("postgres:17", "POSTGRES_USER", "POSTGRES_PASSWORD"),
        ("docker.io/bitnami/postgresql:17", "POSTGRES_USER", "POSTGRES_PASSWORD"),
        ("mysql:8", "MYSQL_USER", "MYSQL_PASSWORD"),
        ("mariadb:11", "MARIADB_USER", "MARIADB_PASSWORD"),
        ("mongo:7", "MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"),
        ("rabbitmq:3", "RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS"),
    ],
)
def test_a_server_keeps_the_password_of_its_first_start(image: str, user: str, password: str) -> None:
    server = database(image, user, password)
    (row,) = rotations(secret(OLD_PASSWORD) + server, secret(NEW_PASSWORD) + server)
    assert (row.verdict, row.server, row.users) == ("rotated", "default/StatefulSet/database", "docs")
    assert row.key == f"{password} (key password of Secret database)"
    assert row.change is not None
    assert "docs" in row.change
    assert row.kept_in == "its volume"


@pytest.mark.parametrize(
    ("image", "user", "password"),
    [
        ("redis:7", "OTHER", "REDIS_PASSWORD"),
        ("docker.io/bitnami/valkey:8", "OTHER", "VALKEY_PASSWORD"),
        ("minio/minio:1", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"),
        ("registry.example/own:1", "POSTGRES_USER", "POSTGRES_PASSWORD"),
    ],
)
def test_what_is_read_at_every_start_is_not_kept(image: str, user: str, password: str) -> None:
    server = database(image, user, password)
    assert rotations(secret(OLD_PASSWORD) + server, secret(NEW_PASSWORD) + server) == []


def test_a_password_that_stays_is_kept() -> None:
    old = secret(OLD_PASSWORD) + database()
    encoded = old.replace("stringData: {password: correct-horse}", "data: {password: Y29ycmVjdC1ob3JzZQ==}")
    assert encoded != old
    assert [row.verdict for row in rotations(old, encoded)] == ["kept"]
    elsewhere = secret(OLD_PASSWORD, "other") + database(from_secret="other")
    assert [row.verdict for row in rotations(old, elsewhere)] == ["kept"]


def test_a_password_from_another_secret_is_another_one() -> None:
    new = secret(NEW_PASSWORD, "other") + database(from_secret="other")
    assert rotated(secret(OLD_PASSWORD) + database(), new) == [("database", "docs")]


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ("{name: data, emptyDir: {}}", []),
        ("{name: data, persistentVolumeClaim: {claimName: files}}", ["rotated"]),
        ("{name: data, hostPath: {path: /data}}", ["rotated"]),
    ],
)
def test_the_volume_must_outlive_the_change(volumes: str, expected: list[str]) -> None:
    server = database(kept="", volumes=volumes)
    found = rotations(secret(OLD_PASSWORD) + server, secret(NEW_PASSWORD) + server)
    assert [row.verdict for row in found] == expected


def test_an_empty_volume_is_initialised_with_the_new_password() -> None:
    old = secret(OLD_PASSWORD) + database(kept="", volumes="{name: data, persistentVolumeClaim: {claimName: old}}")
    new = secret(NEW_PASSWORD) + database(kept="", volumes="{name: data, persistentVolumeClaim: {claimName: new}}")
    assert rotations(old, new) == []
    assert rotations(old, secret(NEW_PASSWORD) + database()) == []


def test_what_no_side_says_is_unknown() -> None:
    assert [row.verdict for row in rotations(database(), secret(NEW_PASSWORD) + database())] == ["unknown"]
    assert [row.verdict for row in rotations(secret(OLD_PASSWORD) + database(), database())] == ["unknown"]


def test_what_a_mounted_script_may_set_does_not_count() -> None:
    script = """\
---
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  setup.sh: |
    if [ -n "$REPLICA" ]; then export POSTGRES_PASSWORD=""; fi
    exec postgres
"""
    server = database(volumes="{name: scripts, configMap: {name: scripts}}").replace(
        "volumeMounts: [",
        "command: [/scripts/setup.sh]\n          volumeMounts: [{name: scripts, mountPath: /scripts}, ",
    )
    assert rotated(secret(OLD_PASSWORD) + script + server, secret(NEW_PASSWORD) + script + server) == [
        ("database", "docs")
    ]


def test_a_new_server_has_kept_nothing() -> None:
    assert rotations(secret(OLD_PASSWORD), secret(NEW_PASSWORD) + database()) == []
    renamed = secret(NEW_PASSWORD) + database(name="database-2")
    assert rotations(secret(OLD_PASSWORD) + database(), renamed) == []


def test_clients_that_send_something_else_than_what_is_kept_will_fail() -> None:
    old = secret(OLD_PASSWORD) + database() + SERVICE + client()
    new = secret(NEW_PASSWORD) + database() + SERVICE
    new += client() + client("pinned", f"value: {OLD_PASSWORD}") + client("wrong", "value: another")
    (row,) = rotations(old, new)
    assert row.clients == ("default/Deployment/docs", "default/Deployment/wrong")
    assert {related.object.name for related in row.related if related.object} == {"database", "docs", "wrong"}


KEYCLOAK = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: keycloak}
spec:
  selector: {matchLabels: {app: keycloak}}
  template:
    metadata: {labels: {app: keycloak}}
    spec:
      containers:
        - name: keycloak
          image: quay.io/keycloak/keycloak:26.3
          ports: [{containerPort: 8080}]
          env:
            - {name: KC_BOOTSTRAP_ADMIN_USERNAME, value: admin}
            - {name: KC_BOOTSTRAP_ADMIN_PASSWORD, valueFrom: {secretKeyRef: {name: database, key: password}}}
"""


def test_what_is_kept_in_a_database_is_kept_as_well() -> None:
    keycloak = KEYCLOAK + "            - {name: KC_DB_URL, value: 'jdbc:postgresql://elsewhere/keycloak'}\n"
    (row,) = rotations(secret(OLD_PASSWORD) + keycloak, secret(NEW_PASSWORD) + keycloak)
    assert (row.verdict, row.users, row.kept_in) == ("rotated", "admin", "its database")
    by_option = KEYCLOAK + "          args: [start, --db-url=jdbc:postgresql://elsewhere/keycloak]\n"
    assert len(rotations(secret(OLD_PASSWORD) + by_option, secret(NEW_PASSWORD) + by_option)) == 1
    assert rotations(secret(OLD_PASSWORD) + KEYCLOAK, secret(NEW_PASSWORD) + KEYCLOAK) == []


def test_whoever_reads_the_new_password_will_fail_wherever_it_goes() -> None:
    def app(name: str, container: str, spec: str = "") -> str:
        return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: app, image: "registry.example/{name}:1", {container}}}]{spec}}}
"""

    volume = ", volumes: [{name: keys, secret: {secretName: database}}]"
    mounts = "volumeMounts: [{name: keys, mountPath: /keys}]"
    apps = (
        app("by-variable", "env: [{name: X, valueFrom: {secretKeyRef: {name: database, key: password}}}]")
        + app("by-all", "envFrom: [{secretRef: {name: database}}]")
        + app("by-file", f"{mounts}, env: [{{name: X_FILE, value: /keys/password}}]", volume)
        + app("another-file", f"{mounts}, env: [{{name: X_FILE, value: /keys/other}}]", volume)
        + app("another-key", "env: [{name: X, valueFrom: {secretKeyRef: {name: database, key: other}}}]")
    )
    (row,) = rotations(secret(OLD_PASSWORD) + database() + apps, secret(NEW_PASSWORD) + database() + apps)
    assert [client.rpartition("/")[2] for client in row.clients] == ["by-variable", "by-all", "by-file"]


def test_servers_of_one_secret_are_not_each_other_s_clients() -> None:
    both = database() + database(name="replica")
    found = rotations(secret(OLD_PASSWORD) + both, secret(NEW_PASSWORD) + both)
    assert [(row.object.name, row.clients) for row in found] == [("database", ()), ("replica", ())]


def test_the_old_value_and_every_use_are_shown_by_their_places() -> None:
    old = secret(OLD_PASSWORD) + database() + SERVICE + client()
    new = secret(NEW_PASSWORD) + database() + SERVICE + client()
    (row,) = rotations(old, new)
    assert row.place.value == NEW_PASSWORD
    assert row.related[0].place.value == OLD_PASSWORD
    assert len(row.related) == 3


def test_what_is_restarted_for_nothing_else_is_part_of_it() -> None:
    old = secret(OLD_PASSWORD) + database(annotations="{checksum/secret: a}") + SERVICE + client() + client("two")
    new = secret(NEW_PASSWORD) + database(annotations="{checksum/secret: b}") + SERVICE + client(mark="b")
    new += client("two", mark="b").replace("two:1", "two:2")
    (row,) = rotations(old, new)
    assert row.restarted == ("default/StatefulSet/database", "default/Deployment/docs")


def test_how_sure_it_is() -> None:
    server = database()
    new = secret(NEW_PASSWORD) + server
    live = secret(OLD_PASSWORD, metadata=", uid: '1', resourceVersion: '7'") + server
    manifests = ClusterSettings(applied_by="manifests")
    assert [row.evidence for row in rotations(secret(OLD_PASSWORD) + server, new)] == ["renders"]
    assert [row.evidence for row in rotations(secret(OLD_PASSWORD) + server, new, manifests)] == ["manifests"]
    assert [row.evidence for row in rotations(live, new)] == ["live"]
    assert [row.evidence for row in rotations(live, new, manifests)] == ["live"]


@pytest.mark.parametrize(
    ("source", "labels", "value"),
    [
        ("postgresql/templates/secrets.yaml", "helm.sh/chart: postgresql-16.7.4", "auth.password"),
        (
            "app/charts/postgresql/templates/secrets.yaml",
            "helm.sh/chart: postgresql-16.7.4",
            "postgresql.auth.password",
        ),
        ("a/charts/b/charts/db/templates/x/s.yaml", "helm.sh/chart: postgresql-16.7.4-rc.1", "b.db.auth.password"),
        ("postgresql-ha/templates/s.yaml", "helm.sh/chart: postgresql-ha-14.0.1", "postgresql.password"),
        ("own/templates/secrets.yaml", "helm.sh/chart: own-1.0.0", None),
        ("own/templates/secrets.yaml", "app: own", None),
    ],
)
def test_the_value_that_pins_it(source: str, labels: str, value: str | None) -> None:
    def render(password: str) -> str:
        written = secret(password).replace("metadata: {", f"metadata: {{labels: {{{labels}}}, ")
        return database() + written.replace("---\n", f"---\n# Source: {source}\n")

    (row,) = rotations(render(OLD_PASSWORD), render(NEW_PASSWORD))
    assert row.values == value
    assert row.secret == "database"
