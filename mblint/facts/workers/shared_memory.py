"""Programs that need more of `/dev/shm` than the 64 MiB that a container has.

Known by the file of their software (`shared-memory`), or by a command (`rules/tables/shared-memory.yaml`). Whoever
mounts anything there, or shares the node's by `hostIPC`, has what it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.pod_fields import pod_fields
from mblint.facts.runs.commands import Program
from mblint.facts.runs.run import run_of
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.workers.modelled import modelled
from mblint.facts.workers.rows import SharedMemory
from mblint.facts.world import World
from mblint.globs import matches
from mblint.shipped import read_table
from mblint.software.memory import SharedMemory as Need

_FOLDER = "/dev/shm"


class SharingCommand(Struct, frozen=True):
    """One row: a program that shares memory between the processes that it starts, with one of these options."""

    programs: tuple[str, ...]
    because: str
    size: str
    source: str
    options: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # values that start one process only


class _File(Struct, frozen=True):
    commands: tuple[SharingCommand, ...]


def shared_memory(world: World) -> Iterator[SharedMemory]:
    """A row for each container that needs more there than it has."""
    for one in running_programs(world):
        need = _need(one) if one.running.program.has(Need) and _has_the_default(one.workload, one.container) else None
        if need is not None:
            yield _row(one.workload, one.container, one.running.program.name, need)
    for each in modelled(world):
        workload, container = each.running.workload, each.container
        if (container.command or container.args) and _has_the_default(workload, container):
            run = run_of(world, workload, container)
            command = next((row for program in run.programs for row in _rows() if _shares(program, row)), None)
            if command is not None:
                need = Need(because=command.because, size=command.size)
                yield _row(workload, container, command.programs[0], need)


def _need(one: RunningProgram) -> Need | None:
    return next((entry for entry in one.running.entries(Need) if one.told.applies(entry) is True), None)


def _has_the_default(workload: Workload, container: Container) -> bool:
    if container.role is ContainerRole.INIT or pod_fields(workload).host_ipc:
        return False
    return not any(mount.mount_path.rstrip("/") == _FOLDER for mount in container.mounts)


def _shares(program: Program, row: SharingCommand) -> bool:
    if not any(matches(program.name, name) for name in row.programs):
        return False
    said = program.option(row.options)
    return (not row.options) or (said is not None and said.plain not in row.unless)


def _row(workload: Workload, container: Container, program: str, need: Need) -> SharedMemory:
    return SharedMemory(
        object=workload.id,
        container=container.name,
        place=container.place,
        linted=workload.linted,
        program=program,
        because=need.because,
        size=need.size,
        verdict="may-be-too-small" if need.soft else "too-small",
    )


@cache
def _rows() -> tuple[SharingCommand, ...]:
    return convert(read_table("tables/shared-memory.yaml"), _File).commands
