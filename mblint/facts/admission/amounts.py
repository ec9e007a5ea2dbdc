"""What a pod asks for in all, and the row that says that it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mblint.cluster.objects import Container, ContainerRole, Object, Workload
from mblint.cluster.quantities import quantity
from mblint.facts.admission.rows import Quota
from mblint.facts.rows import Related

COUNTED = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    **{f"{part}.{name}": (part, name) for part in ("requests", "limits") for name in ("cpu", "memory")},
}


def of_pod(wanted: Sequence[tuple[Container, str]]) -> Decimal | None:
    """The sum over containers that run together; init containers end before, and count where one of them is larger."""
    numbers = [(container.role, quantity(value)) for container, value in wanted]
    known = [(role, number) for role, number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    together = sum((number for role, number in known if role is not ContainerRole.INIT), Decimal(0))
    return max(together, *(number for role, number in known if role is ContainerRole.INIT), Decimal(0))


def refusal(
    workload: Workload, verdict: str, by: Object, resource: str, containers: tuple[Container, ...], problem: str
) -> Quota:
    """What is refused of a workload's pods."""
    return Quota(
        object=workload.id,
        container=containers[0].name if len(containers) == 1 else None,
        place=containers[0].place,
        related=(Related(f"this is {by.id.kind} {by.id.name}", by.place, by.id),),
        linted=workload.linted,
        verdict=verdict,
        refused=f"No pod of {workload.id.kind} {workload.id.name} is created",
        by=f"{by.id.kind} {by.id.name}",
        resource=resource,
        containers=tuple(container.name for container in containers),
        problem=problem,
    )
