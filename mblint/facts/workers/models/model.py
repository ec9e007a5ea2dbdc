"""The model of a container: its runtime, how many workers it starts, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole
from mblint.facts.workers.models.observed import observed_need, observed_start
from mblint.facts.workers.models.overrides import Override, memory_row, override, start_up_row
from mblint.facts.workers.models.pools import pool
from mblint.facts.workers.models.programs import as_row, counted, program_costs
from mblint.facts.workers.models.recognise import GENERIC, Recognised, Running, recognised
from mblint.facts.workers.models.start_up import Share
from mblint.facts.workers.models.tables import Row
from mblint.facts.workers.models.worker_count import Workers, count_workers
from mblint.facts.world import World


class Model(Struct, frozen=True):
    """What is known of a container. `worker_timeout`: seconds after which its master kills a worker that is not up."""

    name: str  # of the runtime
    processes: str  # what its workers are called
    workers: Workers
    start_up: Row | None
    memory: Row | None
    worker_timeout: int | None = None
    seen: str | None = None  # what happened in a cluster: "took 48 s on 3 of 3 pods"


def model(world: World, running: Running, share: Share) -> Model | None:
    """The model of a container; None where its runtime or the number of its workers is not known.

    Init containers have none, nor has a Job with a command of its own (it is a task, not a server). What the user gives
    goes before what was seen in a cluster, and that before what was measured elsewhere.
    """
    if running.container.role is ContainerRole.INIT or _is_task(running):
        return None
    known_better = override(running.workload, running.container, world.config.workloads)
    known = _known(world, running, known_better)
    seen = known_better.observed
    if seen is None:
        return known
    start = None if known_better.startup_cpu_seconds else observed_start(seen, running.container, share)
    need = None if known_better.memory_mib else observed_need(seen, running.container)
    if start is None and need is None:
        return known
    basis = known or Model("container", "workers", Workers(1, 1), None, None)
    if start is not None and basis.start_up is not None:
        start = replace(start, opens=basis.start_up.opens)
    return replace(basis, start_up=start or basis.start_up, memory=need or basis.memory, seen=seen.sentence())


def _known(world: World, running: Running, known_better: Override) -> Model | None:
    found = recognised(world, running, known_better.runtime)
    if not found:
        return _by_hand(known_better) or _with_pool(
            world, running, known_better, _by_image(world, running, known_better)
        )
    if len(found) == 1:
        alone = _of(found[0], known_better, world.config.cluster.node_cores)
        return _with_pool(world, running, known_better, alone)
    models = [_of(one, Override(), world.config.cluster.node_cores) for one in found]
    known = [one for one in models if one is not None]
    return _by_hand(known_better) or (together(known) if len(known) == len(models) else None)


def _of(found: Recognised, known_better: Override, node_cores: int) -> Model | None:
    workers = _workers(found, known_better, node_cores)
    if workers is None:
        return None
    return Model(
        name=found.runtime.name,
        processes=found.runtime.processes,
        workers=workers,
        start_up=_start_up(found, known_better),
        memory=_memory(found, known_better),
        worker_timeout=_worker_timeout(found),
    )


def _with_pool(world: World, running: Running, known_better: Override, own: Model | None) -> Model | None:
    """With the processes that its pool may have, where those need more than what is known of its program alone."""
    by_hand = known_better.workers is not None or known_better.memory_mib is not None
    told = None if by_hand else pool(world, running)
    if told is None:
        return own
    if own is not None and own.memory is not None:
        alone = own.memory.base[1] + own.workers.max * own.memory.worker[1]
        if told.memory.base[1] + told.workers.max * told.memory.worker[1] <= alone:
            return own
    return Model(told.name, "children", told.workers, None if own is None else own.start_up, told.memory)


def together(models: Sequence[Model]) -> Model:
    """Servers that share a container: what they need adds up, and they start at the same time under one limit.

    A sum is as sure as its least sure part. Whose port a probe asks is not known, so there is a start-up only where one
    of them has a port.
    """
    names = " and ".join(dict.fromkeys(one.name for one in models))
    unbounded = any(one.workers.unbounded for one in models)
    serving = [one.start_up for one in models if one.start_up is not None and one.start_up.opens != "never"]
    starts = [(one.start_up, one.workers.min) for one in models if one.start_up is not None]
    needs = [(one.memory, one.workers.max) for one in models if one.memory is not None]
    start = _sum(starts) if len(serving) == 1 and len(starts) == len(models) else None
    return Model(
        name=names,
        processes="workers",
        workers=Workers(1, 1, unbounded=unbounded),
        start_up=None if start is None else replace(start, opens=serving[0].opens),
        memory=_sum(needs) if len(needs) == len(models) else None,
    )


def _sum(rows: Sequence[tuple[Row, int]]) -> Row:
    low, typical, high = (sum(row.base[of] + workers * row.worker[of] for row, workers in rows) for of in range(3))
    surest = ("observed", "measured", "documented", "class", "estimated")
    least = max((row for row, _ in rows), key=lambda row: surest.index(row.evidence))
    return replace(least, base=(low, typical, high), worker=(0, 0, 0), listen=None, boot=None)


def _is_task(running: Running) -> bool:
    own_command = running.container.command is not None or running.container.args is not None
    return own_command and not running.workload.lasting


def _workers(found: Recognised, known_better: Override, node_cores: int) -> Workers | None:
    if known_better.workers is not None:
        return Workers(known_better.workers, known_better.workers)
    return count_workers(found.runtime.count, found.told, node_cores)


def _start_up(found: Recognised, known_better: Override) -> Row | None:
    row = _row(found, "start-up")
    seconds = known_better.startup_cpu_seconds
    return row if seconds is None else start_up_row(seconds, opens="with-a-worker" if row is None else row.opens)


def _memory(found: Recognised, known_better: Override) -> Row | None:
    return _row(found, "memory") if known_better.memory_mib is None else memory_row(known_better.memory_mib)


def _row(found: Recognised, what: str) -> Row | None:
    """The image's own row, else the class's of the runtime, else the generic one."""
    for row in found.image.rows if found.image is not None else ():
        if row.of == what and row.runtime == found.runtime.name:
            return row
    for wanted in (found.app_class, GENERIC):
        for row in found.runtime.rows:
            if row.of == what and row.for_class == wanted:
                return row
    return None


def _worker_timeout(found: Recognised) -> int | None:
    """Seconds; None where there is none (0 switches it off), and where it is not known."""
    timeout, told = found.runtime.timeout, found.told
    if timeout is None:
        return None
    for program in (told.program, told.options_in(found.runtime.count.option_variable)):
        if (said := program.option(timeout.options)) is not None:
            return int(said.plain) or None if said.plain.isdecimal() else None
    if told.configured.unknown:
        return None
    return (timeout.otherwise if told.configured.timeout is None else told.configured.timeout) or None


def _by_image(world: World, running: Running, known_better: Override) -> Model | None:
    """The model of an image whose own server runs, as the file of its software says what that costs."""
    found = program_costs(world, running)
    if found is None:
        return None
    one, costs = found
    number = next((cost.number for cost in costs if cost.number is not None), None)
    workers = (
        counted(one, number) if known_better.workers is None else Workers(known_better.workers, known_better.workers)
    )
    if workers is None:
        return None
    rows = {cost.of: as_row(cost) for cost in costs}
    called = "workers" if number is None else number.called
    return Model(one.running.program.name, called, workers, rows.get("start-up"), rows.get("memory"))


def _by_hand(known_better: Override) -> Model | None:
    """The model of a container that nothing is known of but what the user says."""
    seconds, mib = known_better.startup_cpu_seconds, known_better.memory_mib
    if seconds is None and mib is None:
        return None
    number = known_better.workers or 1
    return Model(
        name=known_better.runtime or "container",
        processes="workers",
        workers=Workers(number, number),
        start_up=None if seconds is None else start_up_row(seconds, opens="with-a-worker"),
        memory=None if mib is None else memory_row(mib),
    )
