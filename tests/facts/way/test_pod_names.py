"""Names of single pods of a StatefulSet: those that there are, and those that are one too many."""

import pytest

from tests.facts.worlds import rows

STORE = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: store}}
spec:
  {spec}
  serviceName: store
  selector: {{matchLabels: {{app: store}}}}
  template:
    metadata: {{labels: {{app: store}}}}
    spec: {{containers: [{{name: store, image: registry.example/store:1.0, ports: [{{containerPort: 8080}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: store}}
spec: {{clusterIP: None, selector: {{app: store}}, ports: [{{port: 8080}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers:
    - name: web
      image: registry.example/web:1.0
      env:
        - {{name: STORE_URL, value: "http://{host}:8080"}}
"""
SCALER = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: store}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: store}
  metrics: [{type: Pods, pods: {metric: {name: calls}, target: {type: AverageValue, averageValue: "5"}}}]
"""


@pytest.mark.parametrize(
    ("spec", "host"),
    [
        ("replicas: 3", "store-2.store"),
        ("replicas: 3", "store-2.store.default.svc.cluster.local"),
        ("replicas: 2, ordinals: {start: 3}".replace(", ", "\n  "), "store-4.store"),
        ("replicas: 0", "store-0.store"),
    ],
)
def test_pods_that_there_are(spec: str, host: str) -> None:
    (row,) = rows(STORE.format(spec=spec, host=host))
    assert row.verdict in ("allowed", "no-pods")


@pytest.mark.parametrize(
    ("spec", "host", "there"),
    [
        ("replicas: 3", "store-3.store", "has 3 pods, store-0 to store-2"),
        ("replicas: 3", "store-3.store.default", "has 3 pods, store-0 to store-2"),
        ("replicas: 3", "store-3.store.default.svc.cluster.local", "has 3 pods, store-0 to store-2"),
        ("replicas: 1", "store-1.store", "has one pod, store-0"),
        ("replicas: 2\n  ordinals: {start: 3}", "store-2.store", "has 2 pods, store-3 to store-4"),
    ],
)
def test_a_pod_that_is_one_too_many(spec: str, host: str, there: str) -> None:
    (row,) = rows(STORE.format(spec=spec, host=host))
    assert row.verdict == "no-service"
    assert row.no_pod is not None
    assert row.no_pod.endswith(f"StatefulSet store {there}")


def test_a_scaler_may_add_pods() -> None:
    (row,) = rows(STORE.format(spec="replicas: 1", host="store-5.store") + SCALER)
    assert row.verdict == "allowed"


@pytest.mark.parametrize("host", ["store-0.store", "store-0.store.default", "store-0.store.default.svc.cluster.local"])
def test_pods_have_their_names_below_the_service_that_their_set_names(host: str) -> None:
    other = STORE.replace("serviceName: store", "serviceName: store-headless")
    (row,) = rows(other.format(spec="replicas: 1", host=host))
    assert row.verdict == "no-service"
    assert row.no_pod is not None
    assert row.no_pod.endswith("the pods of StatefulSet store have their names below its serviceName, store-headless")


def test_a_pod_s_name_below_a_service_that_is_not_there() -> None:
    other = STORE.replace("serviceName: store", "serviceName: store-headless").replace("STORE_URL", "QUEUE_URL")
    (row,) = rows(other.format(spec="replicas: 1", host="store-0.store-headless"))
    assert row.verdict == "no-service"
    (row,) = rows(other.format(spec="replicas: 1", host="web-0.store-headless"))
    assert row.verdict == "external"
