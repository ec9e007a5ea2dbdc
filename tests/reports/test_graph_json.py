from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.engine.connections import connections
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import ObjectId
from mblint.facts.callers.rows import Dependency
from mblint.manifests.documents import Document, Place
from mblint.manifests.read import read_text
from mblint.reports import graph_json
from mblint.reports.graph_json import Parts, graph_pieces, nodes_of, service_value

MANIFESTS = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app.kubernetes.io/instance: shop}}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: example}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: web, job: "yes"}}
        spec: {containers: [{name: main, image: example}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http, name: h}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {job: "yes"}}
  policyTypes: [Egress]
  egress:
    - to: [{ipBlock: {cidr: 10.0.0.0/8}}]
      ports: [{port: 443}, {port: 1, endPort: 1024}]
    - to: [{podSelector: {}}]
      ports: [{port: 80}]
"""


def _graph(text: str, dependencies: tuple[Dependency, ...] = ()) -> dict[str, Any]:
    cluster = build_cluster(read_text(dedent(text)).documents)
    engine = PolicyEngine(cluster)
    services = [service_value(cluster, cluster.services[key]) for key in sorted(cluster.services)]
    parts = Parts(nodes_of(cluster, engine), services, connections(engine), dependencies, ())
    graph: dict[str, Any] = json.loads("".join(graph_pieces(cluster, parts)))
    return graph


def test_workloads_of_one_name_and_different_kinds_are_nodes_of_their_own() -> None:
    nodes = {node["id"]: node for node in _graph(MANIFESTS)["nodes"]}
    assert nodes["default/Deployment/web"]["release"] == "shop"
    assert "default/CronJob/web" in nodes


def test_every_end_of_a_connection_is_a_node_and_no_pair_comes_twice() -> None:
    graph = _graph(MANIFESTS)
    ids = [node["id"] for node in graph["nodes"]]
    assert len(ids) == len(set(ids))
    pairs = [(edge["from"], edge["to"]) for edge in graph["connections"]]
    assert len(pairs) == len(set(pairs))
    assert {end for pair in pairs for end in pair} <= set(ids)


def test_connections_are_what_policies_allow_by_pod_port() -> None:
    edges = {(edge["from"], edge["to"]): edge["ports"] for edge in _graph(MANIFESTS)["connections"]}
    job, web = "default/CronJob/web", "default/Deployment/web"
    assert edges == {
        (job, web): ["TCP/80"],
        (job, "ip/10.0.0.0-10.255.255.255"): ["TCP/1-1024"],
        (web, job): ["ALL"],
        (web, "ip/0.0.0.0-9.255.255.255"): ["ALL"],
        (web, "ip/10.0.0.0-10.255.255.255"): ["ALL"],
        (web, "ip/11.0.0.0-255.255.255.255"): ["ALL"],
        ("ip/0.0.0.0-255.255.255.255", job): ["ALL"],
        ("ip/0.0.0.0-255.255.255.255", web): ["ALL"],
    }


def test_services_name_their_workloads_and_ports() -> None:
    (service,) = _graph(MANIFESTS)["services"]
    assert service["id"] == "default/Service/web"
    assert service["workloads"] == ["default/CronJob/web", "default/Deployment/web"]
    assert service["ports"] == [{"name": "h", "port": 80, "target_port": "http", "protocol": "TCP"}]


def test_dependencies_carry_their_verdicts() -> None:
    place = Place(Document("-", "", 1, None, None, True))
    dependency = Dependency(
        object=ObjectId("default", "Deployment", "web"),
        place=place,
        client="default/Deployment/web",
        settings="API_URL",
        host="api",
        port=80,
        pod_port=8080,
        server="default/Deployment/api",
        verdict="egress-denied",
    )
    assert _graph(MANIFESTS, (dependency,))["dependencies"] == [
        {
            "from": "default/Deployment/web",
            "to": "default/Deployment/api",
            "host": "api",
            "port": 80,
            "pod_port": 8080,
            "verdict": "egress-denied",
        }
    ]


def test_the_order_of_documents_does_not_matter() -> None:
    parts = MANIFESTS.split("---")
    assert _graph(MANIFESTS) == _graph("---".join(reversed(parts)))


def test_an_empty_view_is_an_empty_graph() -> None:
    graph = _graph("")
    assert graph["connections"] == []
    assert graph["services"] == []
    assert graph["dependencies"] == []


@pytest.mark.parametrize("at_once", [1, 2, 3, 32])
def test_a_section_that_gets_too_large_has_the_first_lines_and_says_that_it_is_cut(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    cluster = build_cluster(read_text(MANIFESTS).documents)
    nodes = list(nodes_of(cluster, PolicyEngine(cluster)))
    sizes = [len(json.dumps(node)) + 4 for node in nodes]
    assert len(nodes) > 1
    monkeypatch.setattr(graph_json, "_AT_ONCE", at_once)
    for most in range(sum(sizes) + 2):
        monkeypatch.setattr(graph_json, "_MOST_OF_A_SECTION", most)
        found = json.loads("".join(graph_pieces(cluster, Parts(nodes, (), (), (), ()))))
        fitting = max(number for number in range(len(nodes) + 1) if sum(sizes[:number]) <= most)
        assert found["nodes"] == nodes[:fitting]
        assert found.get("nodes_cut", False) is (fitting < len(nodes))
