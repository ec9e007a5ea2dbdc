"""Which hosts of probes and hooks are the node, or a name that the node does not know."""

from __future__ import annotations

import pytest

from mblint.facts.listening.probe_hosts import probe_hosts
from tests.facts.worlds import world

TEXT = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  hostNetwork: %s
  containers:
    - name: web
      image: registry.example/web:1
      ports: [{containerPort: 8080}, {name: node, containerPort: 9090, hostPort: 9090}]
      readinessProbe: {httpGet: {host: %s, port: %s}}
"""


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("localhost", "node"),
        ("127.0.0.1", "node"),
        ('"::1"', "node"),
        ("web", "service"),
        ("web.default", "service"),
        ("web.default.svc.cluster.local", "service"),
    ],
)
def test_hosts_that_are_not_the_pod(host: str, verdict: str) -> None:
    (row,) = probe_hosts(world(TEXT % ("false", host, "8080")))
    assert row.verdict == verdict


@pytest.mark.parametrize("host", ["api", "web.other", "status.example.org", "192.0.2.7", '""'])
def test_hosts_that_may_be_meant(host: str) -> None:
    assert list(probe_hosts(world(TEXT % ("false", host, "8080")))) == []


def test_a_loopback_address_that_leads_to_the_pod() -> None:
    assert list(probe_hosts(world(TEXT % ("true", "localhost", "8080")))) == []
    assert list(probe_hosts(world(TEXT % ("false", "localhost", "9090")))) == []
    assert list(probe_hosts(world(TEXT % ("false", "localhost", "node")))) == []
