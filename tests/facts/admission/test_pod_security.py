"""The Pod Security Standards, held against what the API server's own library says (`benchmarks/pod_security`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.objects import Workload
from mblint.facts.admission.pod_security import pod_security, violations_of
from mblint.manifests.read import read_text
from tests.facts.worlds import world

ANSWERS = json.loads((Path(__file__).parents[2] / "fixtures" / "pod-security.json").read_text())


def workload_of(row: dict[str, object]) -> Workload:
    metadata = row["metadata"]
    assert isinstance(metadata, dict)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", **metadata}, "spec": row["spec"]}
    (workload,) = build_cluster(read_text(json.dumps(pod)).documents).workloads
    return workload


@pytest.mark.parametrize("level", ["baseline", "restricted"])
def test_every_pod_of_the_fixture_is_judged_as_the_api_server_does(level: str) -> None:
    differ = [row for row in ANSWERS if bool(list(violations_of(workload_of(row), level))) != row[level]]
    assert differ == []
    assert {row[level] for row in ANSWERS} == {True, False}


NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: team, labels: {pod-security.kubernetes.io/enforce: baseline%s}}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: team}
spec:
  containers:
    - {name: shop, image: registry.example/shop:1, livenessProbe: {httpGet: {port: 80, host: 192.0.2.1}}}
"""


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("", "refused"),
        (", pod-security.kubernetes.io/enforce-version: v1.33", "allowed"),
        (", pod-security.kubernetes.io/enforce-version: v1.34", "refused"),
        (", pod-security.kubernetes.io/enforce-version: latest", "refused"),
    ],
)
def test_a_namespace_that_pins_a_version_is_asked_only_what_that_had(version: str, verdict: str) -> None:
    (row,) = pod_security(world(NAMESPACE % version))
    assert row.verdict == verdict
