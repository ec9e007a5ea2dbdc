"""What the API server refuses of budgets, autoscalers and schedules."""

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.flaws.schedules import is_schedule
from mblint.manifests.read import read_text


def refused(text: str) -> list[str]:
    return [item.message for item in build_cluster(read_text(text).documents).invalid]


def budget(spec: str) -> str:
    return (
        f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: a}}\nspec: {{selector: {{}}, {spec}}}\n"
    )


def autoscaler(spec: str) -> str:
    head = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n"
    return f"{head}spec: {{scaleTargetRef: {{kind: Deployment, name: web}}, {spec}}}\n"


def test_a_budget_says_one_number() -> None:
    assert refused(budget("minAvailable: 1, maxUnavailable: 1")) == [
        "spec.minAvailable and spec.maxUnavailable must not both be set"
    ]
    assert refused(budget("minAvailable: 1, maxUnavailable: null")) == []
    assert refused(budget("maxUnavailable: 50%")) == []


def test_an_autoscaler_has_a_range() -> None:
    assert refused(autoscaler("minReplicas: 5, maxReplicas: 2")) == ["spec.minReplicas is 5, above spec.maxReplicas, 2"]
    assert refused(autoscaler("minReplicas: 1")) == ["spec.maxReplicas must be 1 or more"]
    assert refused(autoscaler("minReplicas: 2, maxReplicas: 2")) == []
    assert refused(autoscaler("maxReplicas: 2")) == []


def test_no_pods_are_counted_by_what_pods_use() -> None:
    (message,) = refused(autoscaler("minReplicas: 0, maxReplicas: 2"))
    assert message.startswith("spec.minReplicas is 0, which needs a metric of type Object or External")
    queue = "{type: External, external: {metric: {name: jobs}, target: {type: Value, value: 3}}}"
    assert refused(autoscaler(f"minReplicas: 0, maxReplicas: 2, metrics: [{queue}]")) == []


def test_an_ingress_has_one_class() -> None:
    head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
    head += "metadata: {name: a, annotations: {kubernetes.io/ingress.class: %s}}\n"
    rest = "spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
    assert refused(head % "nginx" + rest) == []
    (message,) = refused(head % "traefik" + rest)
    assert message.endswith("they must be one")


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "*/5 0 1,15 * MON-FRI",
        "0 3 ? jan-MAR 0",
        "@daily",
        "@every 1h",
        "TZ=UTC 0 0 * * *",
        "5-10/2 * * * *",
    ],
)
def test_schedules(text: str) -> None:
    assert is_schedule(text)


@pytest.mark.parametrize(
    "text",
    [
        *("* * * *", "* * * * * *", "60 * * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 7", "*/0 * * * *"),
        *("10-5 * * * *", "@dayly", "0 0 * foo *", "every day", ", * * * *", "0 0 * * mon-"),
    ],
)
def test_what_is_no_schedule(text: str) -> None:
    assert not is_schedule(text)
    manifest = f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  schedule: '{text}'\n" + (
        "  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}\n"
    )
    assert any("is no schedule of five fields" in message for message in refused(manifest))
