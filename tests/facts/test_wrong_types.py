"""Values of a wrong type in what facts read of an object themselves: they end no run, and hide nothing beside them."""

from __future__ import annotations

import pytest

from mblint.pipeline import lint

SPREAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints: [%s]
      containers:
        - name: web
          image: registry.example/web:1
          ports: [{name: web, containerPort: 80}]
          livenessProbe: {httpGet: {path: /, port: wbe}}
"""
MODE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data: {start.sh: "#!/bin/sh\\ntrue\\n"}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: registry.example/web:1
      command: [/scripts/start.sh]
      ports: [{name: web, containerPort: 80}]
      livenessProbe: {httpGet: {path: /, port: wbe}}
      volumeMounts: [{name: scripts, mountPath: /scripts}]
  volumes: [{name: scripts, configMap: {name: scripts, items: [{key: start.sh, path: start.sh, mode: %s}]}}]
"""


@pytest.mark.parametrize("text", [SPREAD % "x", SPREAD % "[x]", MODE % "x", MODE % "{a: b}"])
def test_what_is_beside_a_wrong_type_is_judged(text: str) -> None:
    found = [each.rule.id for each in lint(text=text).findings]
    assert "probe-port-missing" in found
    assert "invalid-object" in found
