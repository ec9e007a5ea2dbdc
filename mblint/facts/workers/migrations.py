"""Containers that bring their data up to date before they listen, and the probe that may kill them meanwhile.

How long a migration takes depends on the data, so no model says it: a window of minutes counts as long enough. Init
containers and Jobs migrate before, unprobed; whoever has one is not judged for what the server may find left to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, ContainerRole, Probe, Workload
from mblint.facts.rows import Related
from mblint.facts.runs.commands import probe_programs
from mblint.facts.software import RunningProgram, programs_of, running_programs
from mblint.facts.workers.kubelet import documented_budget, guaranteed_window
from mblint.facts.workers.migration_commands import migrates_first
from mblint.facts.workers.modelled import Modelled, modelled
from mblint.facts.workers.models.recognise import what_runs
from mblint.facts.workers.probe_remedies import longer_startup
from mblint.facts.workers.probes import GIVES_UP
from mblint.facts.workers.rows import Migration
from mblint.facts.workers.sums import window_sum
from mblint.facts.world import Step, World
from mblint.software.running import Migrates

_MINUTES = 120  # seconds that count as patience
_TEN_MINUTES = 600
_ASKS_THE_SERVER = frozenset(("curl", "wget", "nc"))
_DONE_BEFORE = ("migrat", "upgrade", "setup", "init")


class _Known(Struct, frozen=True):
    """What says that a container migrates, as a clause; and the seconds for which the probe should wait."""

    known_by: str
    program: str
    does: str
    needs: float = _MINUTES


def migrations(world: World) -> Iterator[Migration]:
    """A row for each container that migrates before it listens while a probe counts."""
    return (row for _, row in _found(world))


def changed_migrations(step: Step) -> Iterator[Migration]:
    """The same for the containers that come with another version, so that there may be something to migrate."""
    before = {(one.running.workload.id, one.container.name): one.container for one in modelled(step.old)}
    for container, row in _found(step.new):
        old = before.get((row.object, container.name))
        goes = None if old is None else _goes(step, old, container, row)
        if old is not None and goes is not None:
            related = Related("the image that ran", old.place.at("image"))
            yield replace(row, changes=True, goes=goes, related=(related,))


def _found(world: World) -> Iterator[tuple[Container, Migration]]:
    by_container = {id(one.container): one for one in running_programs(world) if one.running.program.has(Migrates)}
    for one in modelled(world):
        probe = _deciding(one.container)
        if probe is None or one.container.role is ContainerRole.INIT or not one.running.workload.lasting:
            continue
        known = _by_command(world, one) or _by_software(world, by_container.get(id(one.container)))
        if known is not None:
            yield one.container, _row(one, known, *probe)


def _deciding(container: Container) -> tuple[str, Probe] | None:
    """The probe that counts while nothing listens; None where it does not ask the server."""
    kind, probe = ("startup", container.startup) if container.startup else ("liveness", container.liveness)
    if probe is None or probe.handler == "none":
        return None
    if probe.handler == "exec":
        asked = probe_programs(probe.command, probe.place)
        return (kind, probe) if any(program.name in _ASKS_THE_SERVER for program in asked) else None
    return kind, probe


def _by_command(world: World, one: Modelled) -> _Known | None:
    command = _first(world, one)
    if command is None:
        return None
    return _Known("command", command, f"runs {command} before its server")


def _first(world: World, one: Modelled) -> str | None:
    run = what_runs(world, one.running)
    return None if run.at_once else migrates_first(run.programs)


def _by_software(world: World, one: RunningProgram | None) -> _Known | None:
    """What the program does by itself: a command of the manifest's own would leave out the image's entry point."""
    if one is None or one.container.command is not None:
        return None
    for entry in one.running.entries(Migrates):
        if one.told.applies(entry) is True and not _done_before(world, one):
            needs = _MINUTES if entry.seconds is None else entry.seconds[2]
            name = one.running.program.name
            return _Known("software", name, f"runs {name}: {entry.because}", needs)
    return None


def _done_before(world: World, one: RunningProgram) -> bool:
    """Whether an init container or a Job of the same program may have migrated."""
    inits = [other for other in programs_of(world, one.workload) if other.container.role is ContainerRole.INIT]
    if any(other.running.program is one.running.program for other in inits):
        return True
    namespace = one.workload.id.namespace
    return any(
        other.running.program is one.running.program and _sounds_so(other.workload, other.container)
        for other in running_programs(world)
        if not other.workload.lasting and other.workload.id.namespace == namespace
    )


def _sounds_so(workload: Workload, container: Container) -> bool:
    words = [workload.id.name, *(word.text for word in container.words)]
    return any(part in word.lower() for word in words for part in _DONE_BEFORE)


def _row(one: Modelled, known: _Known, kind: str, probe: Probe) -> Migration:
    workload = one.running.workload
    window = guaranteed_window(probe, hangs=False)
    short = window < known.needs
    remedy = longer_startup(probe, _TEN_MINUTES, hangs=False, where=(workload, one.container))
    return Migration(
        object=workload.id,
        container=one.container.name,
        place=probe.place,
        linted=workload.linted,
        verdict="short" if short else "long",
        known_by=known.known_by,
        program=known.program,
        does=known.does,
        probe=kind,
        window_seconds=window,
        budget_seconds=documented_budget(probe),
        gives=f"{GIVES_UP[kind]} at {window} s ({window_sum(probe, hangs=False)})",
        enough=remedy.enough,
        edits=remedy.edits if short else (),
    )


def _goes(step: Step, old: Container, new: Container, row: Migration) -> str | None:
    """`goes from 32.0.0 to 32.0.1`; None where the version stays."""
    if old.image == new.image or not old.image or not new.image:
        return None
    before, after = step.old.programs.of_image(old.image), step.new.programs.of_image(new.image)
    if row.known_by == "software" and before is not None and after is not None and before.version and after.version:
        if before.version.numbers == after.version.numbers:
            return None
        return f"goes from {before.version} to {after.version}"
    return f"goes from {_short(old.image)} to {_short(new.image)}"


def _short(image: str) -> str:
    return image.rpartition("/")[2]
