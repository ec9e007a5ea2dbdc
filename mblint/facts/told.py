"""What the containers of a world are told: its settings, sorted by container and by workload once for all who ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.world import World
from mblint.settings.by_container import ContainerSettings, by_container
from mblint.settings.rows import Setting


@remembered
def told_containers(world: World) -> tuple[ContainerSettings, ...]:
    """Every container that is told anything, in the order of the workloads."""
    return by_container(world.settings)


def told_to(world: World, workload: Workload, container: Container) -> ContainerSettings | None:
    """What one container is told; None where that is nothing."""
    return _by_container(world).get((id(workload), id(container)))


def settings_of(world: World, workload: Workload, container: Container) -> Sequence[Setting]:
    """The settings of one container, in their order."""
    told = told_to(world, workload, container)
    return told.settings if told is not None else ()


def settings_of_workload(world: World, workload: Workload) -> Sequence[Setting]:
    """The settings of all containers of a workload, in their order."""
    return _by_workload(world).get(id(workload), ())


@remembered
def _by_container(world: World) -> Mapping[tuple[int, int], ContainerSettings]:
    return {(id(one.workload), id(one.container)): one for one in told_containers(world)}


@remembered
def _by_workload(world: World) -> Mapping[int, Sequence[Setting]]:
    found: defaultdict[int, list[Setting]] = defaultdict(list)
    for setting in world.settings:
        found[id(setting.workload)].append(setting)
    return found
