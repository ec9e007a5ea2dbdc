"""How many pods there are to be, and how many a budget or a roll-out lets go or start."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.facts.rollouts.budgets import budgets
from mblint.facts.rollouts.replicas import share_of, surge_of
from mblint.facts.rollouts.stop_hooks import stop_hooks
from tests.facts.worlds import world

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop}}
spec:
  replicas: {replicas}
  strategy: {strategy}
  selector: {{matchLabels: {{app: shop}}}}
  template:
    metadata: {{labels: {{app: shop}}}}
    spec: {{containers: [{{name: shop, image: "registry.example/shop:1", lifecycle: {lifecycle}}}]}}
"""
BUDGET = """
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: shop}}
spec: {{selector: {{matchLabels: {{app: shop}}}}, {asks}}}
"""


def deployment(replicas: int = 1, strategy: str = "{}", lifecycle: str = "{}") -> str:
    return DEPLOYMENT.format(replicas=replicas, strategy=strategy, lifecycle=lifecycle)


@given(st.integers(0, 100), st.integers(0, 1000))
def test_a_percentage_is_rounded_up(percent: int, replicas: int) -> None:
    assert share_of(f"{percent}%", replicas) == ceil(percent * replicas / 100)


@pytest.mark.parametrize(
    ("strategy", "surge"),
    [
        ("{}", 1),
        ("{type: RollingUpdate}", 1),
        ("{type: Recreate}", 0),
        ("{rollingUpdate: {maxSurge: 0}}", 0),
        ("{rollingUpdate: {maxSurge: 50%}}", 2),
        ("{rollingUpdate: {maxSurge: 3}}", 3),
        ("{rollingUpdate: {maxUnavailable: 1}}", 0),
        ("{rollingUpdate: {maxUnavailable: 34%}}", 0),
        ("{rollingUpdate: {maxUnavailable: 33%}}", 1),
    ],
)
def test_a_roll_out_starts_so_many_pods_first(strategy: str, surge: int) -> None:
    (workload,) = world(deployment(3, strategy)).cluster.workloads
    assert surge_of(workload) == surge


@given(st.integers(1, 6), st.integers(0, 7), st.booleans())
def test_a_budget_blocks_what_leaves_no_pod_to_go(replicas: int, number: int, least: bool) -> None:
    asks = f"minAvailable: {number}" if least else f"maxUnavailable: {number}"
    (row,) = budgets(world(deployment(replicas) + BUDGET.format(asks=asks)))
    may_go = replicas - number if least else number
    assert row.verdict == ("allows" if may_go > 0 else "never")


@pytest.mark.parametrize(
    ("hook", "seconds"),
    [
        ("{exec: {command: [sleep, '5']}}", [5]),
        ("{exec: {command: [sh, -c, '/bin/sleep 5s && sleep 1m']}}", [65]),
        ("{sleep: {seconds: 7}}", [7]),
        ("{exec: {command: [sh, -c, 'if busy; then sleep 50; fi']}}", []),
        ("{exec: {command: [sh, -c, 'sleep 50 &']}}", []),
        ("{exec: {command: [sh, -c, './sleep 50']}}", []),
        ("{httpGet: {path: /, port: 80}}", []),
    ],
)
def test_a_hook_sleeps_as_long_as_its_words_say(hook: str, seconds: list[int]) -> None:
    found = stop_hooks(world(deployment(lifecycle=f"{{preStop: {hook}}}")))
    assert [row.sleeps_seconds for row in found] == seconds
