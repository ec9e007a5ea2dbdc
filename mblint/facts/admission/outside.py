"""Containers, pods and claims that are larger or smaller than a LimitRange lets them be."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.limit_ranges import LimitRange, asked, ranges_of
from mblint.cluster.objects import Object, VolumeClaimTemplate, Workload
from mblint.cluster.pod_fields import claim_of
from mblint.cluster.quantities import quantity
from mblint.facts.admission.amounts import of_pod, refusal
from mblint.facts.admission.rows import Quota
from mblint.facts.rows import Related

_STORAGE = "storage"


def outside(cluster: Cluster, workload: Workload) -> Iterator[Quota]:
    """What of a workload's containers, pods and claims is above a maximum, or below a minimum."""
    namespace = workload.id.namespace
    own = ranges_of(cluster, namespace)
    for one in own:
        yield from _containers(workload, one, own)
        yield from _between(workload, one, own)
    for one in ranges_of(cluster, namespace, "Pod"):
        yield from _pod(workload, one, own)
    for one in ranges_of(cluster, namespace, "PersistentVolumeClaim"):
        for template in workload.claims:
            yield from _claim(workload, template, f"claim {template.name} of {workload.id.name}", one)


def claims_outside(cluster: Cluster) -> Iterator[Quota]:
    """The same for the claims of the view."""
    for claim in cluster.of_kind("PersistentVolumeClaim", ""):
        for one in ranges_of(cluster, claim.id.namespace, "PersistentVolumeClaim"):
            yield from _claim(claim, claim, f"claim {claim.id.name}", one)


def _containers(workload: Workload, one: LimitRange, ranges: tuple[LimitRange, ...]) -> Iterator[Quota]:
    for container in workload.pod.containers:
        for name, most in one.maximum.items():
            wanted = asked(container, "limits", name, ranges)
            if wanted is not None and _above(wanted, most):
                problem = (
                    f"a container may have at most {most} of {name}, and the limit of {container.name} is {wanted}"
                )
                yield refusal(workload, "above", one.held, name, (container,), problem)
        for name, least in one.minimum.items():
            wanted = asked(container, "requests", name, ranges)
            if wanted is not None and _above(least, wanted):
                problem = f"a container must ask for at least {least} of {name}, and {container.name} requests {wanted}"
                yield refusal(workload, "below", one.held, name, (container,), problem)


def _between(workload: Workload, one: LimitRange, ranges: tuple[LimitRange, ...]) -> Iterator[Quota]:
    """Requests above the limit that is filled in, which the API server refuses; limits too far above requests."""
    for container in workload.pod.containers:
        for name, limit in one.limits.items():
            own = container.requests.get(name)
            given = own is not None and asked(container, "limits", name, ranges) == limit
            if own is not None and given and name not in container.limits and _above(own.text, limit):
                problem = (
                    f"it gives {container.name} a limit of {limit} of {name}, and {container.name} requests {own.text}"
                )
                yield refusal(workload, "above", one.held, name, (container,), problem)
        for name, ratio in one.ratios.items():
            most, least = asked(container, "limits", name, ranges), asked(container, "requests", name, ranges)
            limit_asked, request, times = quantity(most), quantity(least), quantity(ratio)
            if limit_asked is not None and request is not None and times is not None and limit_asked > request * times:
                problem = (
                    f"the limit of {name} may be {ratio} times the request, and {container.name} has {most} and {least}"
                )
                yield refusal(workload, "above", one.held, name, (container,), problem)


def _pod(workload: Workload, one: LimitRange, ranges: tuple[LimitRange, ...]) -> Iterator[Quota]:
    """The containers of a pod together, where all of them say something."""
    containers = workload.pod.containers
    for part, amounts, verdict in (("limits", one.maximum, "above"), ("requests", one.minimum, "below")):
        for name, amount in amounts.items():
            wanted = [(each, asked(each, part, name, ranges)) for each in containers]
            known = [(each, value) for each, value in wanted if value is not None]
            whole, bound = of_pod(known), quantity(amount)
            if len(known) < len(wanted) or whole is None or bound is None:
                continue
            if verdict == "above" and whole > bound:
                problem = (
                    f"a pod may have at most {amount} of {name}, and the limits of its containers are more together"
                )
                yield refusal(workload, verdict, one.held, name, containers, problem)
            if verdict == "below" and whole < bound:
                problem = f"a pod must ask for at least {amount} of {name}, and its containers ask for less together"
                yield refusal(workload, verdict, one.held, name, containers, problem)


def _claim(held: Object, claim: Object | VolumeClaimTemplate, words: str, one: LimitRange) -> Iterator[Quota]:
    size = claim_of(claim).size
    most, least = one.maximum.get(_STORAGE), one.minimum.get(_STORAGE)
    problem, verdict = None, ""
    if size is not None and most is not None and _above(size, most):
        problem, verdict = f"a claim may ask for at most {most}, and this asks for {size}", "above"
    elif size is not None and least is not None and _above(least, size):
        problem, verdict = f"a claim must ask for at least {least}, and this asks for {size}", "below"
    if problem is not None:
        yield Quota(
            object=held.id,
            place=claim.place.at("spec", "resources", "requests", _STORAGE),
            related=(Related(f"this is {one.held.id.kind} {one.held.id.name}", one.held.place, one.held.id),),
            linted=held.linted,
            verdict=verdict,
            refused=f"The {words} is not created",
            by=f"{one.held.id.kind} {one.held.id.name}",
            resource=_STORAGE,
            containers=(),
            problem=problem,
        )


def _above(one: str, other: str) -> bool:
    left, right = quantity(one), quantity(other)
    return left is not None and right is not None and left > right
