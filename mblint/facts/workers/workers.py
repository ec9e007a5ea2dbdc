"""Memory limits against what the workers of a container need, and against the heap that a JVM is given."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from mblint.cluster.limit_ranges import limit_at
from mblint.cluster.objects import ContainerRole, TextAt
from mblint.facts.rows import Related
from mblint.facts.workers.heap import Heap, largest_heap
from mblint.facts.workers.modelled import Modelled, modelled
from mblint.facts.workers.models.model import Model
from mblint.facts.workers.models.recognise import NATIVE
from mblint.facts.workers.models.tables import Row
from mblint.facts.workers.models.worker_count import Workers
from mblint.facts.workers.quantities import mebibytes
from mblint.facts.workers.rows import Estimate, Span, WorkerMemory
from mblint.facts.workers.sums import counted, memory_sum, rests_on
from mblint.facts.world import World
from mblint.remedies.edits import Change
from mblint.remedies.rendered import instead, put

_BESIDE_THE_HEAP = 1.25  # metaspace, threads, code cache: a quarter of the heap is the usual reserve
_USUALLY_BESIDE = 120  # MiB: Spring Boot's classes and threads, beside a heap of 100 to 200 (benchmarks/models)
_LEAST_BESIDE = 48  # MiB that a JVM takes beside the smallest heap: classes, code, threads, the collector


def worker_memory(world: World) -> tuple[WorkerMemory, ...]:
    """A row for each container with a memory limit and a model of its memory, and for each heap beside a limit."""
    return tuple(row for one in modelled(world) for row in _rows(world, one))


def _rows(world: World, one: Modelled) -> Iterator[WorkerMemory]:
    limit = limit_at(world.cluster, one.running.workload.id.namespace, one.container, "memory")
    mib = None if limit is None else mebibytes(limit.text)
    if limit is None or mib is None or one.container.role is ContainerRole.INIT:
        return
    heap = largest_heap(world.cluster, one.running, mib)
    if one.model is not None and one.model.memory is not None and not _is_told(one.model, heap, mib):
        yield _of_workers(one, one.model.memory, one.model.workers, limit, mib)
    if heap is not None:
        yield _of_heap(one, heap, limit, mib)


def _is_told(known: Model, heap: Heap | None, mib: float) -> bool:
    """Whether a JVM of which only estimates are known is told a heap that leaves what one usually takes beside it."""
    return known.name == "java" and heap is not None and heap.mib + _USUALLY_BESIDE <= mib


def _of_workers(one: Modelled, costs: Row, workers: Workers, limit: TextAt, mib: float) -> WorkerMemory:
    known = one.model
    assert known is not None
    needed = Span(need(costs, workers.min), need(costs, workers.max))
    heavy = need(costs, workers.min, of=2)
    seen = known.seen if costs.source == known.seen else None
    short_of = "fewest" if mib < needed.min else "most" if mib < needed.max else "heavy" if mib < heavy else None
    heavier = heavy if short_of == "heavy" else None
    enough = max(needed.max, heavy)
    return WorkerMemory(
        object=one.running.workload.id,
        container=one.container.name,
        place=limit.place,
        related=tuple(related for related in one.related() if "workers" in related.message),
        linted=one.running.workload.linted,
        limit_mib=floor(mib),
        need_mib=needed,
        memory_mib=Estimate(*(need(costs, workers.max, of=which) for which in (0, 1, 2))),
        workers=Span(workers.min, workers.max),
        runtime=known.name,
        evidence=costs.evidence,
        source=rests_on(costs.evidence, costs.source),
        short_of=short_of,
        unbounded=workers.unbounded,
        needs=f"more: it {seen}" if seen else _sum(costs, workers, needed, known.processes, heavier),
        holds="is too little"
        if seen
        else "may be too little"
        if heavier
        else _holds(costs, workers, mib, known.processes),
        enough_mib=enough,
        fit=_fit(costs, workers, mib, known.processes),
        edits=_raised(one, limit, enough),
    )


def need(costs: Row, workers: int, of: int = 1) -> int:
    """MiB that so many workers need, with what they share; `of`: the low, typical or high value."""
    return ceil(costs.base[of] + workers * costs.worker[of])


def _sum(costs: Row, workers: Workers, needed: Span, processes: str, heavy: int | None) -> str:
    most = memory_sum(costs, workers.max, processes, needed.max)
    if heavy is not None:
        return f"{memory_sum(costs, workers.min, processes, needed.min)}, and software of its kind up to {heavy} MiB"
    if workers.min == workers.max:
        return most
    return f"{memory_sum(costs, workers.min, processes, needed.min)}, {most}"


def _holds(costs: Row, workers: Workers, mib: float, processes: str) -> str:
    """How many workers fit."""
    if not costs.worker[1]:
        return "is too little"
    return f"holds {_number_that_fits(costs, workers, mib)} of {workers.max} {processes}"


def _number_that_fits(costs: Row, workers: Workers, mib: float) -> int:
    return max(0, min(workers.max, floor((mib - costs.base[1]) / costs.worker[1])))


def _fit(costs: Row, workers: Workers, mib: float, processes: str) -> str | None:
    """The other way out: so many and no more."""
    number = _number_that_fits(costs, workers, mib) if costs.worker[1] else 0
    return counted(number, processes) if 0 < number < workers.max else None


def _raised(one: Modelled, limit: TextAt, mib: int) -> tuple[Change, ...]:
    """The one value, where it stands; where the namespace gives it, one of the container's own."""
    held, container, wanted = one.running.workload, one.container.place, f"{mib}Mi"
    if limit.place != container:
        return (instead(held, limit.place, wanted),)
    if container.at("resources").value is None:
        return (put(held, container, "resources", {"limits": {"memory": wanted}}),)
    if container.at("resources", "limits").value is None:
        return (put(held, container.at("resources"), "limits", {"memory": wanted}),)
    return (put(held, container.at("resources", "limits"), "memory", wanted),)


def _short_of(one: Modelled, heap: Heap, mib: float) -> str | None:
    """Whom the memory does not do for. A native executable runs without the HotSpot VM, so nothing says how much it is.

    Source: https://www.graalvm.org/jdk25.6/reference-manual/native-image/optimizations-and-performance/MemoryManagement/
    """
    if heap.mib >= mib:
        return "fewest"
    native = NATIVE.search(one.running.container.image or "") is not None
    return "most" if heap.mib + _LEAST_BESIDE > mib and not native else None


def _of_heap(one: Modelled, heap: Heap, limit: TextAt, mib: float) -> WorkerMemory:
    """The heap alone must fit, with room for what a JVM needs beside it."""
    needed = ceil(heap.mib)
    return WorkerMemory(
        object=one.running.workload.id,
        container=one.container.name,
        place=limit.place,
        related=(Related(f"{heap.said} is said here", heap.place),),
        linted=one.running.workload.linted,
        limit_mib=floor(mib),
        need_mib=Span(needed, needed),
        workers=Span(1, 1),
        runtime="java",
        evidence="documented" if heap.certain else "class",
        source=rests_on("documented", "https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html"),
        holds=f"leaves {floor(mib - heap.mib)} MiB beside the heap"
        if heap.mib < mib
        else "leaves nothing beside the heap",
        short_of=_short_of(one, heap, mib),
        needs=f"{needed} MiB of heap ({heap.said}), and more beside it",
        enough_mib=ceil(heap.mib * _BESIDE_THE_HEAP),
        edits=() if heap.follows else _raised(one, limit, ceil(heap.mib * _BESIDE_THE_HEAP)),
    )
