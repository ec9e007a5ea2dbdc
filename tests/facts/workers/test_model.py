"""The runtime of a container and the number of its workers, as people write them."""

from textwrap import indent

import pytest

from mblint.config import Config, WorkloadSettings
from mblint.facts.workers.modelled import modelled
from mblint.facts.workers.models.model import Model
from mblint.facts.world import World
from tests.facts.worlds import world

DOCS = "lasuite/impress-backend:v5.4.1"
HEAD = """\
apiVersion: {group}
kind: {kind}
metadata: {{name: shop, namespace: default, annotations: {annotations}}}
spec:
  {selector}
  template:
    metadata: {{labels: {{app: shop}}}}
    spec:
      {list}:
        - name: shop
          image: {image}
          resources: {{limits: {{cpu: 500m, memory: 512Mi}}}}
"""
SELECTOR = "selector: {matchLabels: {app: shop}}"


def found(container: str, *, image: str = "registry/shop:1", more: str = "", **head: str) -> Model | None:
    told = {"group": "apps/v1", "kind": "Deployment", "annotations": "{}", "list": "containers", **head}
    told["selector"] = "backoffLimit: 1" if told["kind"] == "Job" else SELECTOR
    text = HEAD.format(image=image, **told) + indent(container, " " * 10) + "\n" + more
    return next(iter(modelled(world(text)))).model


def said(container: str, **more: str) -> tuple[str, int, int] | None:
    known = found(container, **more)
    return None if known is None else (known.name, known.workers.min, known.workers.max)


@pytest.mark.parametrize(
    "command",
    [
        "args: [uvicorn, 'shop:app', --workers, '4']",
        "args: [uvicorn, 'shop:app', --workers=4]",
        "command: [/venv/bin/uvicorn, 'shop:app', --workers=4]",
        "command: [sh, -c, 'exec uvicorn shop:app --workers 4']",
        "command: [/bin/bash, -ec, 'python manage.py migrate && uvicorn shop:app --workers=4']",
        "command: [tini, --, sh, -c, 'uvicorn shop:app --workers 4']",
        "command: [tini, -g, -e, '143', --, uvicorn, 'shop:app', --workers=4]",
        "command: [dumb-init, uvicorn, 'shop:app', --workers=4]",
        "command: [opentelemetry-instrument, --traces_exporter, otlp, uvicorn, 'shop:app', --workers=4]",
        "command: [ddtrace-run, uvicorn, 'shop:app', --workers=4]",
        "command: [newrelic-admin, run-program, uvicorn, 'shop:app', --workers=4]",
        "command: [poetry, run, uvicorn, 'shop:app', --workers=4]",
        "command: [uv, run, --no-dev, uvicorn, 'shop:app', --workers=4]",
        "command: [python, -u, -m, uvicorn, 'shop:app', --workers=4]",
        "command: [python3.12, /venv/bin/uvicorn, 'shop:app', --workers=4]",
        "command: [env, A=1, uvicorn, 'shop:app', --workers=4]",
        "command: [sh, -c, 'WEB_CONCURRENCY=9 uvicorn shop:app --workers 4']",
        "{command: [uvicorn, 'shop:app', --workers=$(COUNT)], env: [{name: COUNT, value: '4'}]}",
        "{command: [sh, -c, 'uvicorn shop:app --workers ${COUNT:-4}']}",
        "{command: [sh, -c, 'uvicorn shop:app --workers $COUNT'], env: [{name: COUNT, value: '4'}]}",
        "{args: [uvicorn, 'shop:app'], env: [{name: WEB_CONCURRENCY, value: '4'}]}",
        "args: [uvicorn, 'shop:app']\nenv: [{name: UVICORN_WORKERS, value: '4'}, {name: WEB_CONCURRENCY, value: '9'}]",
        "{args: [uvicorn, 'shop:app', --workers=4], env: [{name: UVICORN_WORKERS, value: '9'}]}",
    ],
)
def test_four_workers_of_uvicorn(command: str) -> None:
    lines = command[1:-1].replace("], env:", "]\nenv:") if command.startswith("{") else command
    assert said(lines) == ("uvicorn", 4, 4)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("args: [uvicorn, 'shop:app']", ("uvicorn", 1, 1)),
        ("args: [gunicorn, shop.wsgi, -w, '3']", ("gunicorn", 3, 3)),
        ("args: [gunicorn, shop.wsgi, -w3]", ("gunicorn", 3, 3)),
        ("args: [gunicorn, shop.wsgi, -k, gthread, --threads, '8']", ("gunicorn", 1, 1)),
        ("args: [gunicorn, shop.wsgi, --preload, --workers=3]", ("gunicorn-preload", 3, 3)),
        (
            "args: [gunicorn, shop.wsgi]\nenv: [{name: GUNICORN_CMD_ARGS, value: --workers=5 --preload}]",
            ("gunicorn-preload", 5, 5),
        ),
        (
            "args: [gunicorn, shop.wsgi, -w, '2']\nenv: [{name: GUNICORN_CMD_ARGS, value: --workers=5}]",
            ("gunicorn", 2, 2),
        ),
        (
            "args: [gunicorn, shop.wsgi]\n"
            "env: [{name: GUNICORN_CMD_ARGS, value: -w 5}, {name: WEB_CONCURRENCY, value: '7'}]",
            ("gunicorn", 5, 5),
        ),
        ("args: [hypercorn, 'shop:app', -w, '2']", ("hypercorn", 2, 2)),
        ("args: [granian, 'shop:app']\nenv: [{name: GRANIAN_WORKERS, value: '6'}]", ("granian", 6, 6)),
        ("args: [celery, -A, shop, worker, '--autoscale=9,3']", ("celery", 3, 9)),
        ("args: [celery, -A, shop, worker, --autoscale, '9,3', -c, '5']", ("celery", 3, 9)),
        ("args: [celery, -A, worker, worker, -c, '5']", ("celery", 5, 5)),
        ("args: [celery, -A, shop, worker]\nenv: [{name: CELERY_WORKER_CONCURRENCY, value: '6'}]", ("celery", 6, 6)),
        ("args: [celery, -A, shop, worker]\nenv: [{name: CELERY_WORKER_AUTOSCALE, value: '6,2'}]", ("celery", 2, 6)),
        ("args: [celery, -A, shop, worker]", ("celery", 4, 4)),
        ("args: [celery, -A, shop, worker, -c, '0']", ("celery", 4, 4)),
        ("args: [celery, -A, shop, worker, -P, gevent, -c, '100']", ("celery-threads", 1, 1)),
        ("args: [celery, -A, shop, worker, --pool=solo]", ("celery-threads", 1, 1)),
        ("args: [celery, -A, worker, beat]", ("celery-beat", 1, 1)),
        ("args: [celery, -A, worker, flower]", ("flower", 1, 1)),
        ("args: [nautobot-server, celery, worker, --concurrency=2]", ("celery", 2, 2)),
        ("args: [bash, -c, exec airflow celery worker]", ("airflow-worker", 16, 16)),
        (
            "args: [bash, -c, exec airflow celery worker]\n"
            "env: [{name: AIRFLOW__CELERY__WORKER_CONCURRENCY, value: '4'}]",
            ("airflow-worker", 4, 4),
        ),
        ("args: [airflow, api-server]", ("airflow-api-server", 4, 4)),
        ("command: [sh, -c, '. /app/bootstrap.sh; /usr/bin/run-server.sh']", ("superset", 1, 1)),
        ("args: [superset, run, -p, '8088']", ("superset-run", 1, 1)),
        ("args: [mlflow, server, --workers, '2']", ("mlflow", 2, 2)),
        ("args: [uwsgi, --http, ':80', -p, '4', --lazy-apps]", ("uwsgi-lazy", 4, 4)),
        ("args: [puma, -w, '2']", ("puma-workers", 2, 2)),
        ("args: [puma, --workers=2]", ("puma-workers", 2, 2)),
        ("args: [puma, -w, '2', --preload]", ("puma-preload", 2, 2)),
        ("args: [bundle, exec, rails, server, -p, '3000']", ("rails-server", 1, 1)),
        ("args: [node, cluster.js]", ("node-cluster", 4, 4)),
        ("args: [node, server.js]", ("node", 1, 1)),
        ("command: [/init, s6-setuidgid, shop, gunicorn, shop.wsgi, -w, '2']", ("gunicorn", 2, 2)),
        ("args: [puma]\nenv: [{name: WEB_CONCURRENCY, value: '3'}]", ("puma", 3, 3)),
        ("args: [pm2-runtime, -i, max, app.js]", ("pm2", 4, 4)),
        ("command: [java, -jar, shop.jar]", ("java", 1, 1)),
        ("command: [/opt/keycloak/bin/kc.sh, start, --optimized]", ("keycloak-optimized", 1, 1)),
    ],
)
def test_other_runtimes(command: str, expected: tuple[str, int, int]) -> None:
    assert said(command) == expected


@pytest.mark.parametrize(
    "command",
    [
        "command: [./start]",
        "args: [serve]",
        "args: [celery, -A, worker, events]",
        "args: [airflow, db, migrate]",
        "args: [scheduler]",
        "args: [nautobot-server, check]",
        "args: [celery, -A, shop, inspect, ping]",
        "command: [poetry, install]",
        "command: [python, -c, 'import uvicorn']",
        "command: [sh, -c, 'gunicorn shop.wsgi; celery -A shop worker -c 2']",
        "args: [uvicorn, 'shop:app', --workers=many]",
        "command: [sh, -c, 'uvicorn shop:app --workers $(nproc)']",
        "args: [gunicorn, shop.wsgi, -c, /etc/gunicorn.py]",
        "args: [uvicorn, 'shop:app']\nenv: [{name: WEB_CONCURRENCY, valueFrom: {secretKeyRef: {name: s, key: k}}}]",
        "args: [uvicorn, 'shop:app']\nenv: [{name: WEB_CONCURRENCY, valueFrom: {configMapKeyRef: {name: c, key: k}}}]",
        "args: [uvicorn, 'shop:app']\nenvFrom: [{configMapRef: {name: elsewhere}}]",
    ],
)
def test_what_nobody_can_know_has_no_model(command: str) -> None:
    assert found(command) is None


def test_a_number_in_a_secret_is_not_used() -> None:
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {k: '4'}\n"
    env = "env: [{name: WEB_CONCURRENCY, valueFrom: {secretKeyRef: {name: s, key: k}}}]"
    assert found("args: [uvicorn, 'shop:app']\n" + env, more=secret) is None
    assert (
        said(
            "args: [uvicorn, 'shop:app']\n" + env,
            more=secret.replace("Secret", "ConfigMap").replace("stringData", "data").replace("name: s,", "name: c,"),
        )
        is None
    )


def test_a_configuration_file_of_the_render() -> None:
    container = (
        "args: [gunicorn, shop.wsgi, -c, /etc/shop/gunicorn.py]\nvolumeMounts: [{name: c, mountPath: /etc/shop}]"
    )
    volume = "      volumes: [{name: c, configMap: {name: c}}]\n"
    config = (
        '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default}\ndata: {gunicorn.py: "TEXT"}\n'
    )
    fixed = volume + config.replace("TEXT", r"workers = 3  # few\ntimeout = 90\n")
    assert said(container, more=fixed) == ("gunicorn", 3, 3)
    preloading = volume + config.replace("TEXT", r"preload_app = True\nworkers = 3\n")
    assert said(container, more=preloading) == ("gunicorn-preload", 3, 3)
    assert found(container, more=volume + config.replace("TEXT", r"workers = cpu_count() * 2 + 1\n")) is None


# ---------------------------------------------------------------- images


def test_the_image_says_what_the_manifest_does_not() -> None:
    assert said("", image=DOCS) == ("uvicorn", 4, 4)
    assert said("env: [{name: WEB_CONCURRENCY, value: '2'}]", image=DOCS) == ("uvicorn", 2, 2)
    assert said("args: [celery, -A, impress.celery_app, worker, '--autoscale=9,3']", image=DOCS) == ("celery", 3, 9)
    assert found("command: [python, manage.py, migrate]", image=DOCS) is None
    assert found("", image="lasuite/impress-backend:latest") is None
    assert said("", image="lasuite/meet-backend:v1.23.0") == ("gunicorn", 3, 3)
    assert said("args: [start]", image="quay.io/keycloak/keycloak:26.3.3") == ("keycloak", 1, 1)
    assert said("args: [start, --optimized]", image="quay.io/keycloak/keycloak:26.3.3") == ("keycloak-optimized", 1, 1)
    assert found("", image="quay.io/keycloak/keycloak:26.3.3") is None


def test_the_rows_of_an_image_go_before_those_of_its_class() -> None:
    docs, other = found("", image=DOCS), found("args: [uvicorn, 'shop.asgi:application']")
    assert docs is not None
    assert docs.start_up is not None
    assert docs.start_up.evidence == "observed"
    assert other is not None
    assert other.start_up is not None
    assert (other.start_up.for_class, other.start_up.evidence) == ("django", "class")


def test_jobs_and_init_containers_have_no_model() -> None:
    command = "args: [celery, -A, impress.celery_app, worker]\n"
    never = "      restartPolicy: Never\n"
    assert found(command, image=DOCS, kind="Job", group="batch/v1", more=never) is None
    main = "      containers: [{name: main, image: other}]\n"
    assert found(command, image=DOCS, list="initContainers", more=main) is None
    assert found(command + "restartPolicy: Always\n", image=DOCS, list="initContainers", more=main) is not None


# ---------------------------------------------------------------- what the user knows better


def test_annotations() -> None:
    known = found("", image=DOCS, annotations="{mblint.dev/workers: '2', mblint.dev/memory-mib: '300'}")
    assert known is not None
    assert (known.workers.max, known.memory and known.memory.base[1]) == (2, 300)
    known = found("command: [./start]", annotations="{mblint.dev/startup-cpu-seconds: '12.5'}")
    assert known is not None
    assert known.start_up is not None
    assert (known.start_up.worker[1], known.start_up.evidence) == (12.5, "measured")
    known = found("command: [./start]", annotations="{mblint.dev/runtime: gunicorn, mblint.dev/workers: '6'}")
    assert known is not None
    assert (known.name, known.workers.max) == ("gunicorn", 6)
    assert found("command: [./start]", annotations="{mblint.dev/startup-cpu-seconds: soon}") is None


def test_the_configuration_goes_before_annotations() -> None:
    text = HEAD.format(
        selector=SELECTOR,
        group="apps/v1",
        kind="Deployment",
        list="containers",
        image=DOCS,
        annotations="{mblint.dev/workers: '2'}",
    )
    plain = world(text)
    entries = (
        WorkloadSettings(name="other", workers=7),
        WorkloadSettings(name="sh*", namespace="default", workers=8),
        WorkloadSettings(name="shop", workers=9, memory_mib=100),
    )
    told = World(plain.cluster, plain.settings, plain.engine, Config(workloads=entries), plain.programs)
    known = next(iter(modelled(told))).model
    assert known is not None
    assert known.workers.max == 8
    assert known.memory is not None
    assert known.memory.base[1] == 100
