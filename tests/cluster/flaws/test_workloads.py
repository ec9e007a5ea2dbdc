"""What the API server refuses of workloads beside their pods, and what it refuses of every pod they make."""

from __future__ import annotations

import pytest

from mblint.cluster.build import build_cluster
from mblint.manifests.read import read_text

POD = "template: {metadata: {labels: {app: web}}, spec: {restartPolicy: %s, containers: [{name: web, image: a:1}]}}"
SELECTED = "selector: {matchLabels: {app: web}}, " + POD % "Always"


def said(kind: str, spec: str, name: str = "web") -> list[str]:
    group = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    text = f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"
    return [item.message for item in build_cluster(read_text(text).documents).invalid]


@pytest.mark.parametrize(("surge", "unavailable"), [("0", "0"), ("0%", "0%"), ("0", "0%")])
def test_a_rolling_update_that_can_replace_no_pod(surge: str, unavailable: str) -> None:
    rolling = f"rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}"
    (message,) = said("Deployment", f"strategy: {{{rolling}}}, {SELECTED}")
    assert "no pod could be replaced" in message
    assert len(said("DaemonSet", f"updateStrategy: {{{rolling}}}, {SELECTED}")) == 1


@pytest.mark.parametrize(
    "rolling", ["maxSurge: 1, maxUnavailable: 0", "maxSurge: 0", "maxUnavailable: 0", "maxSurge: 0%, maxUnavailable: 1"]
)
def test_a_rolling_update_that_can(rolling: str) -> None:
    assert said("Deployment", f"strategy: {{rollingUpdate: {{{rolling}}}}}, {SELECTED}") == []


def test_a_deadline_leaves_time_to_be_ready() -> None:
    assert len(said("Deployment", f"minReadySeconds: 600, {SELECTED}")) == 1
    assert len(said("Deployment", f"minReadySeconds: 60, progressDeadlineSeconds: 60, {SELECTED}")) == 1
    assert said("Deployment", f"minReadySeconds: 600, progressDeadlineSeconds: 601, {SELECTED}") == []


def test_names_that_become_labels_and_host_names() -> None:
    assert said("StatefulSet", f"serviceName: a, {SELECTED}", "a" * 52) == []
    assert len(said("StatefulSet", f"serviceName: a, {SELECTED}", "a" * 53)) == 1
    assert len(said("StatefulSet", f"serviceName: a, {SELECTED}", "db.main")) == 1
    assert said("Deployment", SELECTED, "web.main") == []
    assert said("Job", POD % "Never", "a" * 63) == []
    assert len(said("Job", POD % "Never", "a" * 64)) == 1


def test_jobs() -> None:
    assert len(said("Job", f"selector: {{matchLabels: {{app: web}}}}, {POD % 'Never'}")) == 1
    assert said("Job", f"manualSelector: true, selector: {{matchLabels: {{app: web}}}}, {POD % 'Never'}") == []
    assert len(said("Job", f"completionMode: Indexed, {POD % 'Never'}")) == 1
    assert said("Job", f"completionMode: Indexed, completions: 2, {POD % 'Never'}") == []
    policy = "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}"
    assert len(said("Job", f"{policy}, {POD % 'OnFailure'}")) == 1
    assert said("Job", f"{policy}, {POD % 'Never'}") == []


@pytest.mark.parametrize("zone", ["CET+1", "Local", "UTC+2", "Paris"])
def test_no_time_zones(zone: str) -> None:
    assert (
        len(said("CronJob", f"schedule: 0 2 * * *, timeZone: {zone}, jobTemplate: {{spec: {{{POD % 'Never'}}}}}")) == 1
    )


@pytest.mark.parametrize("zone", ["Etc/UTC", "Europe/Berlin", "UTC", "EST5EDT", "Etc/GMT+1", "${ZONE}"])
def test_time_zones(zone: str) -> None:
    assert said("CronJob", f'schedule: 0 2 * * *, timeZone: "{zone}", jobTemplate: {{spec: {{{POD % "Never"}}}}}') == []


@pytest.mark.parametrize(
    ("schedule", "comes"),
    [
        ("0 2 30 2 *", False),
        ("0 2 31 4,6,9,11 *", False),
        ("0 2 31 4,5 *", True),
        ("0 2 29 2 *", True),
        ("0 2 31 2 1", True),
        ("0 2 31 4-6 *", True),
        ("0 2 31 jun *", False),
    ],
)
def test_days_that_no_month_has(schedule: str, comes: bool) -> None:
    assert (said("CronJob", f'schedule: "{schedule}", jobTemplate: {{spec: {{{POD % "Never"}}}}}') == []) is comes
