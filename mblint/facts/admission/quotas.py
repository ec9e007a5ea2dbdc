"""Pods that a ResourceQuota or a LimitRange of their namespace refuses.

A LimitRange fills in what containers leave out, before anything is compared; a maximum alone is a default limit, and a
limit is a request where there is none. Source: Kubernetes, "Resource Quotas" and "Limit Ranges"; the order and the
defaults: plugin/pkg/admission/limitranger/admission.go and SetDefaults_LimitRangeItem of k8s.io/kubernetes. A quota
with scopes counts only some pods, and is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, Object, Workload
from mblint.cluster.quantities import quantity
from mblint.cluster.remembered import remembered
from mblint.facts.admission.rows import Quota
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_COUNTED = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    **{f"{part}.{name}": (part, name) for part in ("requests", "limits") for name in ("cpu", "memory")},
}


class _Hard(Struct, frozen=True):
    """A ResourceQuota: what it counts, and up to which sum."""

    held: Object
    hard: Mapping[str, str]


class _Range(Struct, frozen=True):
    """What a LimitRange says of each container."""

    held: Object
    maximum: Mapping[str, str]
    minimum: Mapping[str, str]
    limits: Mapping[str, str]  # defaults
    requests: Mapping[str, str]  # defaults


def quotas(world: World) -> Iterator[Quota]:
    """A row for each workload and each thing that is refused of its pods."""
    hard, ranges = _hard(world.cluster), _ranges(world.cluster)
    for workload in world.cluster.workloads:
        own = ranges.get(workload.id.namespace, ())
        for one in own:
            yield from _outside(workload, one, own)
        for each in hard.get(workload.id.namespace, ()):
            yield from _counted(workload, each, own)


# ---------------------------------------------------------------- what there is


@remembered
def _hard(cluster: Cluster) -> Mapping[str, tuple[_Hard, ...]]:
    found: defaultdict[str, list[_Hard]] = defaultdict(list)
    for held in cluster.of_kind("ResourceQuota", ""):
        hard, partial = read_parts(held.node, _read_hard)
        if hard and not partial.flaws:
            found[held.id.namespace].append(_Hard(held, hard))
    return {namespace: tuple(rows) for namespace, rows in found.items()}


def _read_hard(node: Node) -> Mapping[str, str]:
    spec = node.get("spec")
    scoped = list(spec.get("scopes").items()) or not spec.get("scopeSelector").absent
    return {} if scoped else _quantities(spec.get("hard"))


@remembered
def _ranges(cluster: Cluster) -> Mapping[str, tuple[_Range, ...]]:
    found: defaultdict[str, list[_Range]] = defaultdict(list)
    for held in cluster.of_kind("LimitRange", ""):
        for item in held.node.get("spec").get("limits").items() if _is_list(held) else ():
            parts, partial = read_parts(item, _read_range)
            if parts is not None and not partial.flaws and item.get("type").value == "Container":
                found[held.id.namespace].append(_Range(held, *parts))
    return {namespace: tuple(rows) for namespace, rows in found.items()}


def _is_list(held: Object) -> bool:
    return isinstance(held.place.at("spec", "limits").value, list)


def _read_range(node: Node) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    maximum, minimum = _quantities(node.get("max")), _quantities(node.get("min"))
    limits = {**maximum, **_quantities(node.get("default"))}
    return maximum, minimum, limits, {**minimum, **limits, **_quantities(node.get("defaultRequest"))}


def _quantities(node: Node) -> Mapping[str, str]:
    return {key: str(entry.value) for key, entry in node.entries() if quantity(entry.value) is not None}


# ---------------------------------------------------------------- what a container asks for


def _asked(container: Container, part: str, name: str, ranges: tuple[_Range, ...]) -> str | None:
    """What it has in the end: its own, else what is filled in; a limit of its own is a request, too."""
    own = container.limits.get(name) if part == "limits" else container.requests.get(name) or container.limits.get(name)
    if own is not None:
        return own.text
    filled = (one.limits if part == "limits" else one.requests for one in ranges)
    return next((each[name] for each in filled if name in each), None)


def _outside(workload: Workload, one: _Range, ranges: tuple[_Range, ...]) -> Iterator[Quota]:
    """What is above the maximum of a LimitRange, or below its minimum."""
    for container in workload.pod.containers:
        for name, most in one.maximum.items():
            asked = _asked(container, "limits", name, ranges)
            if asked is not None and _above(asked, most):
                problem = f"a container may have at most {most} of {name}, and the limit of {container.name} is {asked}"
                yield _row(workload, "above", one.held, name, (container,), problem)
        for name, least in one.minimum.items():
            asked = _asked(container, "requests", name, ranges)
            if asked is not None and _above(least, asked):
                problem = f"a container must ask for at least {least} of {name}, and {container.name} requests {asked}"
                yield _row(workload, "below", one.held, name, (container,), problem)


def _counted(workload: Workload, quota: _Hard, ranges: tuple[_Range, ...]) -> Iterator[Quota]:
    """What a quota counts and a container leaves out; and a pod that is more than all of it."""
    for counted, most in quota.hard.items():
        if counted not in _COUNTED:
            continue
        part, name = _COUNTED[counted]
        asked = [(container, _asked(container, part, name, ranges)) for container in workload.pod.containers]
        silent = tuple(container for container, value in asked if value is None)
        if silent:
            names = ", ".join(container.name for container in silent)
            problem = f"it counts {counted}, and {names} {'says' if len(silent) == 1 else 'say'} nothing of it"
            yield _row(workload, "unspecified", quota.held, counted, silent, problem)
            continue
        together = _of_pod([(container, value) for container, value in asked if value is not None])
        whole = quantity(most)
        if together is not None and whole is not None and together > whole:
            problem = f"it allows {most} of {counted} in all, and one pod asks for more"
            yield _row(workload, "too-large", quota.held, counted, workload.pod.containers, problem)


def _of_pod(asked: Sequence[tuple[Container, str]]) -> Decimal | None:
    """The sum over containers that run together; init containers end before, and count where one of them is larger."""
    numbers = [(container.role, quantity(value)) for container, value in asked]
    known = [(role, number) for role, number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    together = sum((number for role, number in known if role is not ContainerRole.INIT), Decimal(0))
    return max(together, *(number for role, number in known if role is ContainerRole.INIT), Decimal(0))


def _above(one: str, other: str) -> bool:
    left, right = quantity(one), quantity(other)
    return left is not None and right is not None and left > right


def _row(
    workload: Workload, verdict: str, by: Object, resource: str, containers: tuple[Container, ...], problem: str
) -> Quota:
    return Quota(
        object=workload.id,
        container=containers[0].name if len(containers) == 1 else None,
        place=containers[0].place,
        related=(Related(f"this is {by.id.kind} {by.id.name}", by.place, by.id),),
        linted=workload.linted,
        verdict=verdict,
        by=f"{by.id.kind} {by.id.name}",
        resource=resource,
        containers=tuple(container.name for container in containers),
        problem=problem,
    )
