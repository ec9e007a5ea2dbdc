"""The containers of a world whose software is known, by their images, with their settings; and how many are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, ObjectId, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.programs import ProgramSettings, program_settings
from mblint.software.images import reference
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
    return tuple(
        RunningProgram(
            _as_built(running, container),
            program_settings(world.cluster, workload, container, tuple(settings_of(world, workload, container))),
        )
        for workload in world.cluster.workloads
        for container in workload.pod.containers
        if (running := world.programs.of_image(container.image)) is not None
    )


def _as_built(running: Running, container: Container) -> Running:
    """What a registry of somebody's own has under the name of an image, and is told as Bitnami's are, is Bitnami's."""
    image = running.image
    if image.registry in (None, "docker.io") or "bitnami" in image.path:
        return running
    if all(variable.name != "BITNAMI_DEBUG" for variable in container.env):
        return running
    return replace(running, image=replace(image, path=f"bitnami/{image.path.rpartition('/')[2]}"), memory={})


def programs_of(world: World, workload: Workload) -> tuple[RunningProgram, ...]:
    """Those of one workload, init containers among them."""
    return _by_workload(world).get(workload.id, ())


def program_of(world: World, workload: Workload, container: Container) -> RunningProgram | None:
    """That of one container; None where its software is not known."""
    return next((one for one in programs_of(world, workload) if one.container is container), None)


@remembered
def _by_workload(world: World) -> Mapping[ObjectId, tuple[RunningProgram, ...]]:
    found: defaultdict[ObjectId, list[RunningProgram]] = defaultdict(list)
    for one in running_programs(world):
        found[one.workload.id].append(one)
    return {identity: tuple(programs) for identity, programs in found.items()}


class Coverage(Struct, frozen=True):
    """How much of a view's software is known. `unknown`: containers by the image's name, the most used first."""

    containers: int
    unknown: Mapping[str, int]


def coverage(world: World) -> Coverage:
    """The containers to be linted, and the images that no software file names."""
    images = [
        container.image
        for workload in world.cluster.workloads
        if workload.linted
        for container in workload.pod.containers
        if container.image
    ]
    unknown = Counter(reference(image).path for image in images if world.programs.of_image(image) is None)
    return Coverage(len(images), dict(sorted(unknown.items(), key=lambda pair: (-pair[1], pair[0]))))
