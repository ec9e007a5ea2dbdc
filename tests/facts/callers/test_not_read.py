"""Settings that software has no use for: known, and no calls."""

import json

from mblint.facts.callers.dependencies import dependencies
from mblint.facts.callers.not_read import every_dependency
from mblint.facts.callers.rows import Dependency
from tests.facts.worlds import world

FILE = "frontend_worker: {frontend_address: 'frontend:9095'}\n"
SERVER = """
apiVersion: v1
kind: Service
metadata: {name: frontend, namespace: default}
spec: {selector: {app: frontend}, ports: [{port: 9095}]}
---
apiVersion: v1
kind: Pod
metadata: {name: frontend, namespace: default, labels: {app: frontend}}
spec: {containers: [{name: c, image: "grafana/loki:3", args: [-target=query-frontend], ports: [{containerPort: 9095}]}]}
"""


def loki(role: str) -> str:
    return f"""
apiVersion: v1
kind: ConfigMap
metadata: {{name: loki, namespace: default}}
data: {{config.yaml: {json.dumps(FILE)}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: loki, namespace: default, labels: {{app: loki}}}}
spec:
  volumes: [{{name: config, configMap: {{name: loki}}}}]
  containers:
    - name: loki
      image: grafana/loki:3.0.0
      args: [-config.file=/etc/loki/config.yaml, -target={role}]
      volumeMounts: [{{name: config, mountPath: /etc/loki}}]
---
{SERVER}"""


def said(role: str) -> list[Dependency]:
    return [row for row in every_dependency(world(loki(role))) if row.object.name == "loki"]


def test_a_querier_calls_the_frontend_and_an_ingester_only_has_the_setting() -> None:
    assert [row.verdict for row in said("querier")] == ["allowed"]
    (row,) = said("ingester")
    assert (row.verdict, row.service, row.server, row.hard) == ("unknown", "default/frontend", None, False)
    assert row.reason == "the software of this container does not read the setting in its role"
    assert dependencies(world(loki("ingester"))) == ()


def test_a_setting_that_is_not_read_and_names_no_service_is_nothing() -> None:
    elsewhere = loki("ingester").replace("frontend:9095", "elsewhere:9095")
    assert list(every_dependency(world(elsewhere))) == []
