"""What programs need, and when nobody can say whether they have it."""

from __future__ import annotations

import json

import pytest

from mblint.facts.programs.access import volume_access
from mblint.facts.programs.folders import data_folders
from mblint.facts.programs.needed import needed_settings
from mblint.facts.programs.pods import pod_counts
from mblint.facts.programs.refused import refused_settings
from mblint.facts.programs.run_as import run_as
from mblint.facts.programs.service_links import service_links
from mblint.facts.programs.writes import refused_writes
from mblint.remedies.edits import Change
from tests.facts.worlds import world

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db, labels: {{app.kubernetes.io/component: {component}}}}}
spec:
  replicas: {replicas}
  serviceName: db
  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: db}}}}
    spec:
      securityContext: {pod}
      initContainers: {init}
      containers:
        - name: db
          image: {image}
          securityContext: {security}
          env: {env}
          {more}
          volumeMounts: {mounts}
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], storageClassName: {storage}, resources: {{requests: {{storage: 1Gi}}}}}}
"""


def stateful(image: str = "postgres:17.5", **given: str) -> str:
    """A StatefulSet with one claim, which its container mounts or does not."""
    fields = {
        **dict.fromkeys(("init", "env", "mounts"), "[]"),
        **dict.fromkeys(("pod", "security"), "{}"),
        **{"component": "primary", "replicas": "1", "more": "", "storage": "fast", "image": image},
    }
    return SET.format(**{**fields, **given})


@pytest.mark.parametrize(
    ("env", "more", "verdict"),
    [
        ("[]", "", "missing"),
        ("[{name: POSTGRES_PASSWORD, value: ''}]", "", "missing"),
        ("[{name: POSTGRES_PASSWORD, value: secret}]", "", "set"),
        ("[{name: POSTGRES_PASSWORD_FILE, value: /run/password}]", "", "set"),
        ("[]", "envFrom: [{configMapRef: {name: elsewhere, optional: true}}]", "unknown"),
        ("[]", "envFrom: [{secretRef: {name: elsewhere}}]", "unknown"),
    ],
)
def test_a_needed_setting_is_missing_only_where_all_is_known(env: str, more: str, verdict: str) -> None:
    found = [row.verdict for row in needed_settings(world(stateful(env=env, more=more)))]
    assert found == [verdict]


def test_a_setting_that_another_makes_superfluous_is_not_asked_for() -> None:
    env = "[{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]"
    assert list(needed_settings(world(stateful(env=env)))) == []


def test_a_container_with_a_command_of_its_own_is_not_asked() -> None:
    assert list(needed_settings(world(stateful(more="command: [psql, -h, other]")))) == []


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"mounts": "[{name: data, mountPath: /var/lib/postgresql/data}]"}, "on-volume"),
        ({"mounts": "[{name: data, mountPath: /var/lib/postgresql}]"}, "beside"),  # its image declares data below
        ({"mounts": "[{name: data, mountPath: /var/lib/postgres/data}]"}, "beside"),
        ({}, "nowhere"),
        ({"component": "read"}, "unknown"),
        ({"more": "command: [/start.sh]"}, "unknown"),
        ({"image": "postgres:18.1", "mounts": "[{name: data, mountPath: /var/lib/postgresql/data}]"}, "old-folder"),
        ({"image": "postgres:18.1", "mounts": "[{name: data, mountPath: /var/lib/postgresql}]"}, "on-volume"),
        ({"image": "postgres:bookworm", "mounts": "[{name: data, mountPath: /elsewhere}]"}, None),
        ({"image": "postgres:latest", "mounts": "[{name: data, mountPath: /var/lib/postgresql/data}]"}, "old-folder"),
        ({"env": "[{name: PGDATA, value: /srv/pg}]", "mounts": "[{name: data, mountPath: /srv}]"}, "on-volume"),
    ],
)
def test_where_the_data_of_a_database_lie(given: dict[str, str], verdict: str | None) -> None:
    found = [row.verdict for row in data_folders(world(stateful(**given)))]
    assert found == ([] if verdict is None else [verdict])


MOUNTED = "[{name: data, mountPath: /var/lib/grafana}]"
ROOT_INIT = "[{name: give, image: 'registry.example/shell:1', volumeMounts: [{name: data, mountPath: /d}]}]"
USER_INIT = (
    "[{name: give, image: 'registry.example/shell:1', securityContext: {runAsUser: 5}, "
    "volumeMounts: [{name: data, mountPath: /d}]}]"
)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, "may-not"),
        ({"pod": "{fsGroup: 472}"}, "may-write"),
        ({"init": ROOT_INIT}, "unknown"),
        ({"init": USER_INIT}, "may-not"),
        ({"storage": "efs-sc"}, "unknown"),
        ({"security": "{runAsUser: 0}"}, None),
        ({"pod": "{runAsUser: 0}", "security": "{runAsUser: 472}"}, "may-not"),
    ],
)
def test_who_may_write_to_a_new_volume(given: dict[str, str], verdict: str | None) -> None:
    text = stateful(**{"image": "grafana/grafana:12.1.0", "mounts": MOUNTED, **given})
    found = [(row.verdict, row.writes) for row in volume_access(world(text))]
    assert found == ([] if verdict is None else [(verdict, True)])


@pytest.mark.parametrize(
    ("replicas", "env", "verdicts"),
    [
        ("1", "[]", []),
        ("2", "[]", ["too-many"]),
        ("2", "[{name: GF_DATABASE_TYPE, value: mysql}]", ["fits"]),
        ("2", "[{name: GF_DATABASE_TYPE, valueFrom: {secretKeyRef: {name: elsewhere, key: type}}}]", ["unknown"]),
    ],
)
def test_several_pods_need_a_store_that_they_share(replicas: str, env: str, verdicts: list[str]) -> None:
    text = stateful(image="grafana/grafana:12.1.0", replicas=replicas, env=env)
    assert [row.verdict for row in pod_counts(world(text))] == verdicts


def test_a_script_with_branches_is_not_followed() -> None:
    read_only = "{readOnlyRootFilesystem: true}"
    straight = "command: [sh, -c, 'echo 1 > /etc/app.conf']"
    branched = "command: [sh, -c, 'if true; then echo 1 > /etc/app.conf; fi']"
    assert [row.path for row in refused_writes(world(stateful(security=read_only, more=straight)))] == ["/etc/app.conf"]
    assert list(refused_writes(world(stateful(security=read_only, more=branched)))) == []
    assert list(refused_writes(world(stateful(more=straight)))) == []


def test_the_runtime_makes_volumes_that_an_image_declares() -> None:
    """Redis' image declares /data as a VOLUME, Grafana's image declares none: only the latter's folder is read-only."""
    read_only = "{readOnlyRootFilesystem: true}"
    assert list(refused_writes(world(stateful("redis:8.2", security=read_only)))) == []
    found = refused_writes(world(stateful("grafana/grafana:12.1.0", security=read_only)))
    assert [row.path for row in found] == ["/var/lib/grafana"]


@pytest.mark.parametrize("pod", ["{}", "{runAsNonRoot: true}"])
def test_the_remedy_gives_the_volume_to_a_group_of_the_pod(pod: str) -> None:
    text = stateful("grafana/grafana:12.1.0", mounts=MOUNTED, pod=pod)
    (found,) = volume_access(world(text))
    (edit,) = found.edits
    assert isinstance(edit, Change)
    (operation,) = edit.patch
    assert (operation.op, operation.path[-2:], operation.value) == ("add", ("securityContext", "fsGroup"), 472)


@pytest.mark.parametrize(
    ("script", "optional", "verdicts"),
    [
        ("echo ready", "false", ["refused"]),
        ("pip install psycopg2-binary", "false", []),
        (None, "true", ["unknown"]),
    ],
)
def test_what_is_refused_may_depend_on_what_a_mounted_file_says(
    script: str | None, optional: str, verdicts: list[str]
) -> None:
    files = {"superset_config.py": "SQLALCHEMY_DATABASE_URI = 'postgresql://db/superset'"}
    config = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "config"}, "data": files}
    setup = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "setup"}, "data": {"setup.sh": script}}
    volumes = f"""
      volumes:
        - {{name: config, configMap: {{name: config}}}}
        - {{name: setup, configMap: {{name: setup, optional: {optional}}}}}"""
    mounts = "[{name: config, mountPath: /app/pythonpath}, {name: setup, mountPath: /setup}]"
    pod = stateful("apache/superset:5.0.0", mounts=mounts).replace(
        "\n      initContainers", volumes + "\n      initContainers"
    )
    built = world("\n---\n".join([pod, json.dumps(config), *([] if script is None else [json.dumps(setup)])]))
    assert [row.verdict for row in refused_settings(built) if "URI" in row.setting] == verdicts


@pytest.mark.parametrize(
    ("image", "pod", "security", "verdicts"),
    [
        ("redis:7.4", "{}", "{}", []),
        ("redis:7.4", "{runAsNonRoot: true}", "{}", ["root-refused"]),
        ("redis:7.4", "{}", "{runAsNonRoot: true}", ["root-refused"]),
        ("redis:7.4", "{runAsNonRoot: true}", "{runAsNonRoot: false}", []),
        ("redis:7.4", "{runAsNonRoot: true, runAsUser: 999}", "{}", []),
        ("redis:7.4", "{runAsNonRoot: true, runAsUser: 999}", "{runAsUser: 0}", ["root-refused"]),
        ("registry.example/own/thing:1", "{runAsNonRoot: true}", "{}", []),
        ("registry.example/own/thing:1", "{runAsNonRoot: true}", "{runAsUser: 0}", ["root-refused"]),
        ("registry.example/hardened/redis:7.4", "{runAsNonRoot: true}", "{}", []),
        ("memcached:1.6", "{runAsNonRoot: true}", "{}", ["name-refused"]),
        ("qmcgaw/gluetun:v3.40.0", "{}", "{}", ["needs-capability"]),
        ("qmcgaw/gluetun:v3.40.0", "{}", "{capabilities: {add: [CAP_NET_ADMIN]}}", []),
        ("qmcgaw/gluetun:v3.40.0", "{}", "{privileged: true}", []),
    ],
)
def test_root_and_names_of_users_are_refused_before_a_container_starts(
    image: str, pod: str, security: str, verdicts: list[str]
) -> None:
    found = run_as(world(stateful(image, pod=pod, security=security)))
    assert [row.verdict for row in found] == verdicts


def test_a_port_of_a_server_that_is_called_may_be_filled_by_the_name_of_its_service() -> None:
    service = """
---
apiVersion: v1
kind: Service
metadata: {name: redis}
spec: {selector: {app: redis}, ports: [{port: 6379}]}
"""

    def found(env: str) -> list[tuple[str, str]]:
        built = world(stateful("langfuse/langfuse:3.95.0", env=env) + service)
        return [(row.setting, row.verdict) for row in service_links(built)]

    assert found("[]") == [("REDIS_PORT", "filled")]
    assert found('[{name: REDIS_PORT, value: "6379"}]') == [("REDIS_PORT", "set")]
