"""What the software file of an image says that its own server costs (`costs`), with as many workers as it is told.

Of a container with a command of its own it is true only where that ends with a start that the file knows (`starts`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.runs.run import run_of
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.workers.models.recognise import Running
from mblint.facts.workers.models.worker_count import Workers
from mblint.facts.world import World
from mblint.globs import matches
from mblint.software.memory import Number, OwnCost
from mblint.software.running import Cost, Starts
from mblint.software.setting_names import texts

_MOST = 256  # workers that anybody means


def program_costs(world: World, running: Running) -> tuple[RunningProgram, tuple[OwnCost, ...]] | None:
    """The program of an image, and of each kind of cost the first entry that is true of this container."""
    one = program_of(world, running.workload, running.container)
    if one is None or not one.running.program.has(OwnCost) or not _runs_it(world, running, one):
        return None
    first: dict[str, OwnCost] = {}
    for entry in _true_ones(one):
        first.setdefault(entry.of, entry)
    return (one, tuple(first.values())) if first else None


def as_row(cost: OwnCost) -> Cost:
    """The row of a model that an entry is."""
    return Cost(
        of=cost.of,
        base=cost.base,
        worker=cost.worker,
        evidence=cost.evidence,
        source=cost.source,
        listen=cost.listen,
        opens=cost.opens,
    )


def counted(one: RunningProgram, number: Number | None) -> Workers | None:
    """How many workers it starts; None where a setting says it that the manifests do not show."""
    if number is None:
        return Workers(1, 1)
    said = one.told.first(number.setting)
    if said is None:
        return Workers(number.otherwise, number.otherwise) if one.told.complete else None
    text = "" if said.value is None or said.secret else reveal(said.value).strip()
    if not text.isdecimal() or int(text) > _MOST:
        return None
    return Workers(max(int(text), 1), max(int(text), 1), place=said.place)


def _true_ones(one: RunningProgram) -> Iterator[OwnCost]:
    """Those that are true; none behind one of which nobody knows, since that may be the one that counts."""
    unknown: set[str] = set()
    for entry in one.running.entries(OwnCost):
        applies = one.told.applies(entry)
        if applies is None:
            unknown.add(entry.of)
        elif applies and entry.of not in unknown:
            yield entry


def _runs_it(world: World, running: Running, one: RunningProgram) -> bool:
    if not running.workload.lasting:  # a Job of the same image sets up or migrates
        return False
    if running.container.command is None:
        return True
    names = [name for entry in one.running.entries(Starts) for name in texts(entry.by)]
    run = run_of(world, running.workload, running.container) if names else None
    if run is None or run.at_once or not run.programs:
        return False
    return any(matches(run.programs[-1].name, name) for name in names)
