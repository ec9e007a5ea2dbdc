"""What the API server refuses of a container's resources, and what it takes although it cannot be meant.

Sources: ValidateContainerResourceRequirements of k8s.io/kubernetes/pkg/apis/core/validation; for amounts that cannot
be meant https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from mblint.cluster.objects import Container, TextAt
from mblint.cluster.quantities import quantity
from mblint.manifests.nodes import WrongType, dotted

_LEAST_MEMORY = 1024**2  # bytes: no process starts with less
_MOST_CPU = 100  # whole ones from which on thousandths may be meant
_HUGE = "hugepages-"


def resource_flaws(container: Container) -> Iterator[WrongType]:
    """Of requests and limits."""
    if (memory := container.limits.get("memory")) is not None:
        yield from _little_memory(memory)
    for amounts in (container.requests, container.limits):
        if (cpu := amounts.get("cpu")) is not None:
            yield from _much_cpu(cpu)
        for name, amount in amounts.items():
            yield from _whole(name, amount)
            yield from _not_negative(amount)
    for name, asked in container.requests.items():
        yield from _within(name, asked, container.limits.get(name))
    yield from _huge_pages(container)


def _little_memory(memory: TextAt) -> Iterator[WrongType]:
    amount, where = quantity(memory.text) or 0, dotted(memory.place.path)
    if 0 < amount < 1:
        text = f"{where} is {memory.text}, less than one byte: m is a thousandth, Mi was meant"
        yield WrongType(memory.place, f"{text}, and no container can start", refused=False)
    elif 0 < amount < _LEAST_MEMORY:
        text = f"{where} is {memory.text}, which is {int(amount)} bytes: no container starts with so little"
        yield WrongType(memory.place, text, refused=False)


def _much_cpu(cpu: TextAt) -> Iterator[WrongType]:
    """A round number of hundreds of cores: `500` for `500m`. Real machines have 128, 192, 224 or 448."""
    amount = quantity(cpu.text)
    if amount is not None and amount >= _MOST_CPU and amount % 50 == 0 and cpu.text.isdigit():
        text = f"{dotted(cpu.place.path)} is {cpu.text}, which is as many cores: was {cpu.text}m meant?"
        yield WrongType(cpu.place, f"{text} No node has them, or will give them", refused=False)


def _whole(name: str, amount: TextAt) -> Iterator[WrongType]:
    number = quantity(amount.text)
    if _is_extended(name) and number is not None and number % 1:
        yield WrongType(amount.place, f"{dotted(amount.place.path)} is {amount.text}, and must be a whole number")


def _not_negative(amount: TextAt) -> Iterator[WrongType]:
    if (quantity(amount.text) or 0) < 0:
        yield WrongType(amount.place, f"{dotted(amount.place.path)} is {amount.text}, and must be 0 or more")


def _within(name: str, asked: TextAt, limit: TextAt | None) -> Iterator[WrongType]:
    where, exact = dotted(asked.place.path), _is_extended(name) or name.startswith(_HUGE)
    if limit is None:
        if exact:
            yield WrongType(asked.place, f"{where} needs a limit: {name} is given out whole, never lent")
        return
    least, most = quantity(asked.text), quantity(limit.text)
    if least is None or most is None:
        return
    if exact and least != most:
        yield WrongType(asked.place, f"{where} is {asked.text}, and must be the limit, {limit.text}")
    elif least > most:
        yield WrongType(asked.place, f"{where} is {asked.text}, above the limit of {limit.text}")


def _huge_pages(container: Container) -> Iterator[WrongType]:
    amounts = {**container.requests, **container.limits}
    huge = next((amount for name, amount in amounts.items() if name.startswith(_HUGE)), None)
    if huge is not None and (quantity(huge.text) or Decimal(0)) > 0 and not {"cpu", "memory"} & amounts.keys():
        yield WrongType(huge.place, f"{dotted(huge.place.path)} needs an amount of cpu or memory beside it")


def _is_extended(name: str) -> bool:
    return "/" in name and "kubernetes.io/" not in name
