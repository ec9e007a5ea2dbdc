"""Small clusters for tests, from YAML text."""

from __future__ import annotations

from textwrap import dedent

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.manifests.read import read_text


def view(text: str, namespace: str | None = None) -> Cluster:
    """One view of a YAML stream."""
    manifests = read_text(dedent(text))
    assert not manifests.errors
    return build_cluster(manifests.documents, namespace)


def workload(cluster: Cluster, name: str) -> Workload:
    """The one workload of that name."""
    (found,) = (workload for workload in cluster.workloads if workload.id.name == name)
    return found


def deployment(name: str, labels: str, extra: str = "") -> str:
    """A Deployment with one container; `labels` is a YAML flow mapping, `extra` goes into the pod spec."""
    return f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {labels}}}
  template:
    metadata: {{labels: {labels}}}
    spec: {{containers: [{{name: main, image: example, ports: [{{name: web, containerPort: 8080}}]}}]{extra}}}
"""


def policy(name: str, selector: str, rest: str, namespace: str = "default") -> str:
    """A NetworkPolicy; `rest` is the rest of its spec, indented by two."""
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  podSelector: {{matchLabels: {selector}}}
{rest}
"""
