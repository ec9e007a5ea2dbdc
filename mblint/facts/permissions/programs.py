"""The requests that programs make by themselves, as their software files say (`permissions`).

An init container with a command of its own makes none: what it does before the start, as copying files from the image,
is not the program's work.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.facts.permissions.commands import Request
from mblint.facts.permissions.resources import Resource, known_resources
from mblint.facts.software import running_programs
from mblint.facts.world import World
from mblint.software.running import Permission
from mblint.software.setting_names import texts


def requests_of_programs(world: World) -> Iterator[tuple[Workload, Container, Request]]:
    """Each request, with the container whose program makes it."""
    asking = {program.id for program in world.programs.with_section(Permission)}
    images = {container.image for workload in world.cluster.workloads for container in workload.pod.containers}
    found = (world.programs.of_image(image) for image in images)
    if not any(running is not None and running.program.id in asking for running in found):
        return
    resources = known_resources(world.cluster)
    for one in running_programs(world):
        asks = one.running.program.id in asking and not _prepares(one.container)
        for entry in one.running.entries(Permission) if asks else ():
            if one.told.applies(entry) is True:
                for name in texts(entry.resources):
                    resource = resources.get(f"{name}.{entry.group}" if entry.group else name)
                    yield (
                        one.workload,
                        one.container,
                        Request(
                            one.running.program.name,
                            resource or Resource(name, entry.group),
                            texts(entry.verbs),
                            one.container.place,
                            namespace=one.workload.id.namespace,
                            everywhere=entry.cluster_wide,
                        ),
                    )


def _prepares(container: Container) -> bool:
    return container.role is ContainerRole.INIT and container.command is not None
