"""Pods that two disruption budgets are about.

The eviction API refuses to evict such a pod ("This pod has more than one PodDisruptionBudget, which the eviction
subresource does not support"), whatever the budgets allow.
Source: Kubernetes, pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, ObjectId
from mblint.facts.claims.rows import Claim
from mblint.facts.rollouts.budgets import budgeted, selectors_of_budgets
from mblint.facts.rows import Related


def budgeted_twice(cluster: Cluster) -> Iterator[Claim]:
    """A row for each budget of a workload's pods after the first."""
    first: dict[ObjectId, Object] = {}
    for held, selector in selectors_of_budgets(cluster):
        if selector is None or not (selector.labels or selector.expressions):
            continue  # evictions count no pod for it
        said: set[ObjectId] = set()
        for workload in budgeted(cluster, held.id.namespace, selector):
            one = first.setdefault(workload.id, held)
            if one is not held and one.id not in said:
                said.add(one.id)
                yield _row(one, held, f"{workload.id.kind} {workload.id.name}")


def _row(one: Object, later: Object, pods: str) -> Claim:
    words = f"{one.id.kind} {one.id.name}"
    return Claim(
        object=later.id,
        place=later.place.at("spec", "selector"),
        related=(Related("so does this", one.place.at("spec", "selector"), one.id),),
        linted=later.linted,
        claims="protect",
        claimed=f"the pods of {pods}",
        who=f"{later.id.kind} {later.id.name} and {words} both select the pods of {pods}",
        other=words,
        consequence="the API evicts no pod that has two budgets, so that a drain of its node never ends",
        remedy="Let each budget select the pods of one workload only, by a label that the others do not have.",
        verdict="refused",
    )
