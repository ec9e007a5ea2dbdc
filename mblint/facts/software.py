"""The containers of a world whose software is known: by their images, with their settings."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.world import World
from mblint.settings.programs import ProgramSettings, program_settings
from mblint.software.program import Running


class RunningProgram(Struct, frozen=True, eq=False):
    """A container that runs a program of a software file: the program, its version, and what it is told."""

    running: Running
    told: ProgramSettings

    @property
    def workload(self) -> Workload:
        """The workload that the container is of."""
        return self.told.workload

    @property
    def container(self) -> Container:
        """The container."""
        return self.told.container


@remembered
def running_programs(world: World) -> tuple[RunningProgram, ...]:
    """The containers whose software is known, in the order of the workloads; init containers are among them."""
    settings = {
        key: tuple(group)
        for key, group in groupby(world.settings, key=lambda one: (id(one.workload), id(one.container)))
    }
    return tuple(
        RunningProgram(
            running,
            program_settings(world.cluster, workload, container, settings.get((id(workload), id(container)), ())),
        )
        for workload in world.cluster.workloads
        for container in workload.pod.containers
        if (running := world.programs.of_image(container.image)) is not None
    )
