"""Versions of APIs that Kubernetes has removed."""

from __future__ import annotations

import pytest

from mblint.config import ClusterSettings
from mblint.facts.apis.removed import removed_apis
from tests.facts.worlds import world

BUDGET = """
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: shop}}}
"""


@pytest.mark.parametrize(
    ("version", "verdict"),
    [(None, "unsupported"), ("1.24", "served"), ("1.25", "removed"), ("1.9", "served"), ("1.33", "removed")],
)
def test_versions_compare_as_numbers(version: str | None, verdict: str) -> None:
    (row,) = removed_apis(world(BUDGET, ClusterSettings(version=version)))
    assert (row.verdict, row.removed, row.instead) == (verdict, "1.25", "policy/v1")


def test_only_where_nothing_else_changes_there_is_an_edit() -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: shop}\nrules: []\n"
    (role_row,) = removed_apis(world(role))
    (budget,) = removed_apis(world(BUDGET))
    assert (len(role_row.edits), len(budget.edits)) == (1, 0)
