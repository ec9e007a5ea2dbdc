"""Pods that the same policies select share one answer, on which the size of the cluster that can be drawn depends."""

from __future__ import annotations

from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.policies.objects import Direction

from .views import deployment, policy, view, workload

PODS = "".join(deployment(name, f"{{app: {name}, part: shop}}") for name in ("web", "api", "db"))
OTHER = PODS.replace("containerPort: 8080", "containerPort: 9090", 1)  # of web
RULES = "  policyTypes: [Ingress, Egress]\n  ingress: [{ports: [{port: %s}]}]\n  egress: [{ports: [{port: %s}]}]\n"


def _shared(text: str, direction: Direction, one: str, other: str) -> bool:
    cluster = view(text)
    engine = PolicyEngine(cluster)
    return engine.reachable(workload(cluster, one), direction) is engine.reachable(workload(cluster, other), direction)


def test_it_is_worked_out_once() -> None:
    text = PODS + policy("p", "{part: shop}", RULES % (80, 80)) + policy("q", "{app: db}", RULES % (81, 81))
    for direction in Direction:
        assert _shared(text, direction, "web", "web")
        assert _shared(text, direction, "web", "api")
        assert not _shared(text, direction, "web", "db")


def test_ports_by_name_are_those_of_the_pod_that_is_reached() -> None:
    text = policy("p", "{part: shop}", RULES % ("web", "web"))
    assert _shared(PODS + text, Direction.INGRESS, "web", "api")
    assert not _shared(OTHER + text, Direction.INGRESS, "web", "api")
    assert _shared(OTHER + text, Direction.EGRESS, "web", "api")
    assert _shared(OTHER + policy("p", "{part: shop}", RULES % (80, "web")), Direction.INGRESS, "web", "api")
