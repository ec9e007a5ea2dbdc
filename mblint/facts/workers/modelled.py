"""Every container with its model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.limit_ranges import ranges_of
from mblint.cluster.objects import Container
from mblint.cluster.remembered import remembered
from mblint.facts.rows import Related
from mblint.facts.workers.models.model import Model, model
from mblint.facts.workers.models.recognise import Running
from mblint.facts.workers.models.start_up import Share
from mblint.facts.workers.quantities import cores
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.rows import Setting


class Modelled(Struct, frozen=True):
    """A container, the CPU that it may use, and its model where there is one."""

    running: Running
    share: Share
    model: Model | None

    @property
    def container(self) -> Container:
        """The container."""
        return self.running.container

    def related(self) -> tuple[Related, ...]:
        """Where the number of workers and the CPU limit stand, if not in the image."""
        workers = None if self.model is None else self.model.workers.place
        limit = self.container.limits.get("cpu")
        return (
            *(
                ()
                if workers in (None, self.container.place)
                else (Related("the number of workers is said here", workers),)
            ),
            *(() if limit is None else (Related("the CPU limit", limit.place),)),
        )


@remembered
def modelled(world: World) -> tuple[Modelled, ...]:
    """The containers in the order read. Only those have a model whose start-up or memory anything could cut off."""
    return tuple(_modelled(world))


def _modelled(world: World) -> Iterator[Modelled]:
    variables: defaultdict[int, list[Setting]] = defaultdict(list)
    for setting in world.settings:
        if setting.origin is Origin.ENV:
            variables[id(setting.container)].append(setting)
    for workload in world.cluster.workloads:
        if world.cluster.is_unread(workload.id, "spec"):  # a probe, a limit or a variable may stand there
            continue
        given = bool(ranges_of(world.cluster, workload.id.namespace))  # which may give limits
        for container in workload.pod.containers:
            running = Running(workload, container, variables[id(container)])
            share = _share(world, container)
            yield Modelled(running, share, model(world, running, share) if _matters(container) or given else None)


def _matters(container: Container) -> bool:
    limited = "memory" in container.limits or "cpu" in container.limits
    return limited or container.liveness is not None or container.startup is not None


def _share(world: World, container: Container) -> Share:
    limit = container.limits.get("cpu")
    return Share(None if limit is None else cores(limit.text), world.config.cluster.node_cores)
