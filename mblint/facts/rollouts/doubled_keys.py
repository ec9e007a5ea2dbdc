"""Lists that Kubernetes merges by a key, in which one key stands twice: env names and container ports.

The API server takes the last one of them. A strategic merge patch, which Helm sends for an upgrade, finds elements by
that key, and cannot say which of two it means. Source: the patchMergeKey tags of k8s.io/api/core/v1, Container.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from mblint.cluster.objects import Container, Workload
from mblint.facts.rollouts.rows import DoubledKey
from mblint.facts.rows import Related
from mblint.facts.world import Step, World
from mblint.manifests.documents import Place

_ONCE = ("Job", "CronJob")  # Helm makes these anew, or patches what nothing runs from
_HOOK = "helm.sh/hook"
_Element = tuple[str, Place]  # the key, and where the element stands


def doubled_keys(world: World) -> Iterator[DoubledKey]:
    """A row for each key that stands twice in a list."""
    for workload in world.cluster.workloads:
        yield from _rows(workload, changes=False)


def changed_doubled_keys(step: Step) -> Iterator[DoubledKey]:
    """The same for keys whose elements a step changes: those of NEW, and those of OLD that NEW has once."""
    before = {workload.id: workload for workload in step.old.cluster.workloads}
    for workload in step.new.cluster.workloads:
        old = before.get(workload.id)
        if old is None:
            continue
        was, now = _found(old), _found(workload)
        for key in sorted({*was, *now}):
            if _values(was.get(key, ())) == _values(now.get(key, ())):
                continue
            if len(was.get(key, ())) > 1:
                yield _row(workload, key, now.get(key) or (workload.pod.place,), changes=True)
            elif len(now.get(key, ())) > 1:
                yield _row(workload, key, now[key], changes=True)


def _rows(workload: Workload, *, changes: bool) -> Iterator[DoubledKey]:
    for key, places in _found(workload).items():
        if len(places) > 1:
            yield _row(workload, key, places, changes=changes)


def _found(workload: Workload) -> dict[tuple[str, str, str], tuple[Place, ...]]:
    """Where each key of each list of each container stands."""
    if workload.id.kind in _ONCE or _HOOK in workload.annotations:
        return {}
    found: dict[tuple[str, str, str], tuple[Place, ...]] = {}
    for container in workload.pod.containers:
        for name, elements in _lists(container):
            for key, place in elements:
                found[container.name, name, key] = (*found.get((container.name, name, key), ()), place)
    return found


def _lists(container: Container) -> Iterator[tuple[str, Iterable[_Element]]]:
    place = container.place
    yield "env", ((one.name, _element(place, "env", index)) for index, one in enumerate(container.env))
    numbers = Counter((port.number, port.protocol) for port in container.ports)
    twice = (port for port in container.ports if numbers[port.number, port.protocol] > 1)
    yield "ports", ((f"{port.number}/{port.protocol}", port.place) for port in twice)


def _element(place: Place, key: str, index: int) -> Place:
    return place.at(key, index)


def _values(places: Iterable[Place]) -> list[object]:
    return [place.value for place in places]


def _row(workload: Workload, key: tuple[str, str, str], places: tuple[Place, ...], *, changes: bool) -> DoubledKey:
    container, name, written = key
    return DoubledKey(
        object=workload.id,
        container=container,
        place=places[-1],
        related=tuple(Related(f"{written} stands here", place) for place in places[:-1]),
        linted=workload.linted,
        list_name=name,
        key=written,
        changes=changes,
    )
