"""PodDisruptionBudgets that allow no eviction, so that no node with such a pod can be drained.

Source: Kubernetes, "Specifying a Disruption Budget for your Application": a budget of zero voluntary evictions blocks
`kubectl drain`, and with it the upgrade of nodes, until somebody deletes a pod or the budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.selectors import selects
from mblint.cluster.remembered import remembered
from mblint.cluster.workloads_by_label import candidates
from mblint.facts.autoscalers import autoscaler_of
from mblint.facts.rollouts.replicas import replicas_of, share_of
from mblint.facts.rollouts.rows import Budget
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")


class _Asked(Struct, frozen=True):
    """What a budget says. One of the two numbers is set: pods, or a percentage of them."""

    selector: Selector | None
    min_available: int | str | None
    max_unavailable: int | str | None
    place: Place  # of the number


def budgets(world: World) -> Iterator[Budget]:
    """A row for each PodDisruptionBudget."""
    for held in world.cluster.of_kind("PodDisruptionBudget", "policy"):
        asked, partial = read_parts(held.node, _asked)
        if asked is not None and not partial.flaws:
            yield _row(world, held, asked)


def _asked(node: Node) -> _Asked:
    spec = node.get("spec")
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    return _Asked(
        selector=read_selector(spec.get("selector")),
        min_available=least.integer_or_text(),
        max_unavailable=most.integer_or_text(),
        place=most.place if least.absent else least.place,
    )


def _row(world: World, held: Object, asked: _Asked) -> Budget:
    selected = budgeted(world.cluster, held.id.namespace, asked.selector)
    replicas = sum(replicas_of(workload) for workload in selected)
    verdict, reason = _verdict(world, asked, selected, replicas)
    return Budget(
        object=held.id,
        place=asked.place,
        related=tuple(
            Related(f"{_named(each)} has {replicas_of(each)} replicas", each.place, each.id) for each in selected
        ),
        linted=held.linted,
        verdict=verdict,
        asks=_words(asked),
        workloads=tuple(_named(each) for each in selected),
        replicas=replicas,
        pods="not even the one pod" if replicas == 1 else f"none of the {replicas} pods",
        reason=reason,
    )


def budgeted(cluster: Cluster, namespace: str, selector: Selector | None) -> Sequence[Workload]:
    """The workloads whose pods a budget counts; an absent selector selects none."""
    if selector is None:
        return ()
    return [
        one for one in candidates(cluster, namespace, selector) if one.lasting and selects(selector, one.pod.labels)
    ]


@remembered
def selectors_of_budgets(cluster: Cluster) -> tuple[tuple[Object, Selector | None], ...]:
    """All budgets that can be read, with what they select."""
    found: list[tuple[Object, Selector | None]] = []
    for held in cluster.of_kind("PodDisruptionBudget", "policy"):
        asked, partial = read_parts(held.node, _asked)
        if asked is not None and not partial.flaws:
            found.append((held, asked.selector))
    return tuple(found)


def _named(workload: Workload) -> str:
    return f"{workload.id.kind} {workload.id.name}"


def _words(asked: _Asked) -> str:
    if asked.max_unavailable is not None:
        return f"maxUnavailable: {asked.max_unavailable}"
    return f"minAvailable: {asked.min_available}"


def _verdict(world: World, asked: _Asked, selected: Sequence[Workload], replicas: int) -> tuple[str, str | None]:
    if not selected:
        return "unknown", "it selects no pod of the view"
    if any(workload.id.kind not in _SCALED for workload in selected):
        return "unknown", "its pods have no number of replicas"
    if (scaler := next(filter(None, (autoscaler_of(world.cluster, each) for each in selected)), None)) is not None:
        return "unknown", f"{scaler.id.kind} {scaler.id.name} decides how many pods there are"
    if replicas == 0:
        return "allows", None
    return ("allows" if _evictable(asked, replicas) > 0 else "never"), None


def _evictable(asked: _Asked, replicas: int) -> int:
    """How many pods may go while all are healthy; percentages are rounded up, as the disruption controller does."""
    if asked.max_unavailable is not None:
        return share_of(asked.max_unavailable, replicas)
    return replicas - share_of(1 if asked.min_available is None else asked.min_available, replicas)
