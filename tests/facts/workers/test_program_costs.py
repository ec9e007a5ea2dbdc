"""What the file of an image's software says that it needs, and of which containers that is true."""

import pytest

from mblint.facts.workers.modelled import modelled
from mblint.facts.workers.models.model import Model
from tests.facts.worlds import world

FIGURES = """\
apiVersion: {api}
kind: {kind}
metadata: {{name: figures}}
spec:
  {selector}
  template:
    metadata: {{labels: {{app: figures}}}}
    spec:
      restartPolicy: {restart}
      containers:
        - name: superset
          image: {image}
          env: [{env}]
          resources: {{limits: {{memory: 4Gi}}}}
          {more}
"""


def found(image: str = "apache/superset:5.0.0", env: str = "", more: str = "", job: bool = False) -> Model | None:
    api, kind, restart = ("batch/v1", "Job", "Never") if job else ("apps/v1", "Deployment", "Always")
    selector = "" if job else "selector: {matchLabels: {app: figures}}"
    text = FIGURES.format(api=api, kind=kind, restart=restart, image=image, env=env, more=more, selector=selector)
    return next(iter(modelled(world(text)))).model


def test_a_setting_counts_the_workers() -> None:
    known = found(env='{name: SERVER_WORKER_AMOUNT, value: "4"}')
    assert known is not None
    assert known.workers.max == 4
    alone = found()
    assert alone is not None
    assert alone.workers.max == 1


def test_a_number_that_the_manifests_do_not_show_is_no_model() -> None:
    secret = "{name: SERVER_WORKER_AMOUNT, valueFrom: {secretKeyRef: {name: figures, key: workers}}}"
    assert found(env=secret) is None


def test_a_job_of_the_image_and_another_command_are_not_its_server() -> None:
    assert found(job=True) is None
    assert found(more="command: [./setup]") is None


@pytest.mark.parametrize(("setting", "typical"), [("", 380), ("args: [--performance-schema=OFF]", None)])
def test_a_setting_decides_what_is_true(setting: str, typical: int | None) -> None:
    known = found("mysql:8.4", '{name: MYSQL_ROOT_PASSWORD, value: "x"}', setting)
    memory = None if known is None else known.memory
    assert (None if memory is None else memory.base[1]) == typical


def test_variables_tell_what_an_unknown_image_runs_but_not_how_little_it_needs() -> None:
    spring = found("registry.example/shop:1", "{name: SPRING_PROFILES_ACTIVE, value: production}")
    assert spring is not None
    assert spring.name == "java"
    assert spring.start_up is not None
    assert spring.start_up.base[0] == 0
    assert spring.start_up.evidence == "estimated"
    assert found("registry.example/shop-native:1", "{name: SPRING_PROFILES_ACTIVE, value: production}") is None
    assert found("registry.example/shop:1") is None
