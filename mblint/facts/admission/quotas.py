"""Pods that a ResourceQuota or a LimitRange of their namespace refuses.

A LimitRange fills in what containers leave out, before anything is compared. Source: Kubernetes, "Resource Quotas". A
quota with scopes counts only some pods, and is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.limit_ranges import LimitRange, asked, quantities, ranges_of
from mblint.cluster.objects import Object, Workload
from mblint.cluster.quantities import quantity
from mblint.cluster.remembered import remembered
from mblint.facts.admission.amounts import COUNTED, of_pod, refusal
from mblint.facts.admission.outside import claims_outside, outside
from mblint.facts.admission.rows import Quota
from mblint.facts.admission.sums import too_much
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts


class Hard(Struct, frozen=True):
    """A ResourceQuota: what it counts, and up to which sum."""

    held: Object
    hard: Mapping[str, str]


def quotas(world: World) -> Iterator[Quota]:
    """A row for each workload and each thing that is refused of its pods; then for what is too much together."""
    hard = hard_limits(world.cluster)
    for workload in world.cluster.workloads:
        yield from outside(world.cluster, workload)
        own = ranges_of(world.cluster, workload.id.namespace)
        for each in hard.get(workload.id.namespace, ()):
            yield from _counted(workload, each, own)
    yield from claims_outside(world.cluster)
    for each in (one for rows in hard.values() for one in rows):
        yield from too_much(world.cluster, each.held, each.hard)


# ---------------------------------------------------------------- what there is


@remembered
def hard_limits(cluster: Cluster) -> Mapping[str, tuple[Hard, ...]]:
    """The quotas without scopes, by namespace."""
    found: defaultdict[str, list[Hard]] = defaultdict(list)
    for held in cluster.of_kind("ResourceQuota", ""):
        hard, partial = read_parts(held.node, _read_hard)
        if hard and not partial.flaws:
            found[held.id.namespace].append(Hard(held, hard))
    return {namespace: tuple(rows) for namespace, rows in found.items()}


def _read_hard(node: Node) -> Mapping[str, str]:
    spec = node.get("spec")
    scoped = list(spec.get("scopes").items()) or not spec.get("scopeSelector").absent
    return {} if scoped else quantities(spec.get("hard"))


# ---------------------------------------------------------------- what a container asks for


def _counted(workload: Workload, quota: Hard, ranges: tuple[LimitRange, ...]) -> Iterator[Quota]:
    """A pod that is more than all of it; and what it counts and containers leave out, in one row for the same ones."""
    left_out: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    containers = workload.pod.containers
    for counted, most in quota.hard.items():
        if counted not in COUNTED:
            continue
        part, name = COUNTED[counted]
        wanted = [(container, asked(container, part, name, ranges)) for container in containers]
        silent = tuple(index for index, (_, value) in enumerate(wanted) if value is None)
        if silent:
            left_out[silent].append(counted)
            continue
        together = of_pod([(container, value) for container, value in wanted if value is not None])
        whole = quantity(most)
        if together is not None and whole is not None and together > whole:
            problem = f"it allows {most} of {counted} in all, and one pod asks for more"
            yield refusal(workload, "too-large", quota.held, counted, containers, problem)
    for indexes, resources in left_out.items():
        silent_ones = tuple(containers[index] for index in indexes)
        names = ", ".join(container.name for container in silent_ones)
        says = "says" if len(silent_ones) == 1 else "say"
        counts, of_what = resources[0], "it"
        if len(resources) > 1:
            counts, of_what = f"{', '.join(resources[:-1])} and {resources[-1]}", "them"
        problem = f"it counts {counts}, and {names} {says} nothing of {of_what}"
        yield refusal(workload, "unspecified", quota.held, ", ".join(resources), silent_ones, problem)
