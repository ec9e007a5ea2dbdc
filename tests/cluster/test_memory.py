"""What the graph holds in memory grows with workloads and rules; nothing of it is held for each pair of workloads."""

from __future__ import annotations

import tracemalloc

from mblint.cluster.build import build_cluster
from mblint.cluster.engine.engine import PolicyEngine
from mblint.config import Config
from mblint.facts.callers.call_graph import call_graph
from mblint.facts.world import World
from mblint.manifests.documents import Document, Value
from mblint.reports.graph_json import graph_json
from mblint.software.programs import shipped_programs

_TIERS = ("front", "middle", "back")


def _workload(number: int) -> Value:
    container: Value = {"name": "main", "image": "x", "ports": [{"name": "http", "containerPort": 8000 + number % 3}]}
    labels: Value = {"tier": _TIERS[number % 3], "app": f"app{number}"}
    metadata: Value = {"name": f"app{number}", "namespace": "shop", "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}


def _policy(number: int, ports: int) -> Value:
    """Selects every pod, and lets two tiers through on ports that do not touch, and on a named one."""
    listed: list[Value] = [{"port": 1000 + 2 * (number + place)} for place in range(ports)]
    peers: list[Value] = [{"podSelector": {"matchLabels": {"tier": tier}}} for tier in _TIERS[: 1 + number % 3]]
    egress: list[Value] = [{"to": peers, "ports": listed}]
    ingress: list[Value] = [{"from": peers, "ports": [*listed, {"port": "http"}]}]
    spec: Value = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": egress, "ingress": ingress}
    metadata: Value = {"name": f"policy{number}", "namespace": "shop"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _peak(*, workloads: int, ports: int) -> tuple[int, int]:
    """Bytes held at most while the graph is computed and written, and how many connections it has."""
    objects = [*map(_workload, range(workloads)), *(_policy(number, ports) for number in range(4))]
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in objects)
    programs = shipped_programs()
    tracemalloc.start()
    try:
        world = World(cluster, (), PolicyEngine(cluster), Config(), programs)
        found = sum(piece.count('"from":') for piece in graph_json(world, call_graph(world)))
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


def test_more_ports_in_each_rule_cost_no_memory_for_each_pair() -> None:
    few, pairs = _peak(workloads=100, ports=1)
    many, same = _peak(workloads=100, ports=64)
    assert same == pairs > 5000
    assert many - few < pairs * 64, "not even a byte for each port of each pair"


def test_more_workloads_cost_memory_for_each_not_for_each_pair() -> None:
    few, fewer_pairs = _peak(workloads=40, ports=16)
    many, more_pairs = _peak(workloads=160, ports=16)
    assert more_pairs > 15 * fewer_pairs
    assert many < 5 * few
