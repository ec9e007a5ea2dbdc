"""Settings of a program that the kubelet fills from the name of a Service.

For each Service of its namespace a container gets variables in the style of Docker's links: of `paperless` it is
PAPERLESS_PORT=tcp://10.96.0.12:80, among others. Where the program reads a variable of that name as a port, and nobody
sets it, some stop at that text (`stops-at-link` of its own ports, `links` for those of servers that it calls).
`enableServiceLinks: false` leaves these variables out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.objects import Service, Workload
from mblint.cluster.services import services_in
from mblint.facts.programs.links_in_texts import asked_in_texts
from mblint.facts.programs.rows import ServiceLink
from mblint.facts.programs.started import other_start
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.globs import matches
from mblint.software.network import Links, Listens
from mblint.software.setting_names import Form, setting_names


def service_links(world: World) -> Iterator[ServiceLink]:
    """A row for each setting of a port that has the name of a Service's variable."""
    for one in running_programs(world):
        ports = _ports(one)
        if not ports or not _has_links(one.workload):
            continue
        linked = _linked(world, one.workload)
        for name, service in linked.items():
            entry = next((entry for glob, entry in ports.items() if matches(name, glob)), None)
            if entry is not None:
                yield _row(one, name, service, entry)
    yield from _of_texts(world)


def _of_texts(world: World) -> Iterator[ServiceLink]:
    """What scripts and files of the manifest ask for, whatever program runs."""
    for workload in world.cluster.workloads:
        linked = _linked(world, workload) if _has_links(workload) else {}
        for container in workload.pod.containers if linked else ():
            for asked in asked_in_texts(world.cluster, workload, container, linked):
                service = linked[asked.name]
                yield ServiceLink(
                    object=workload.id,
                    container=container.name,
                    place=asked.place,
                    related=(Related(f"Service {service.id.name} makes {asked.name}", service.place, service.id),),
                    linked_service=service.id.name,
                    linted=workload.linted,
                    software=asked.who,
                    setting=asked.name,
                    port=service.ports[0].port,
                    reads=asked.reads,
                    otherwise=asked.otherwise,
                    verdict="filled",
                )


def _ports(one: RunningProgram) -> Mapping[str, Listens | Links]:
    """The variables (globs) that the program reads as ports, and that stop it where they hold something else."""
    own = [entry for entry in one.running.entries(Listens) if entry.stops_at_link]
    entries: tuple[Listens | Links, ...] = (*own, *one.running.entries(Links))
    applying = [entry for entry in entries if one.told.applies(entry) is True and other_start(one, entry) is None]
    return {
        name.key: entry
        for entry in reversed(applying)
        for name in setting_names(entry.setting)
        if name.form is Form.VARIABLE or name.key.endswith("*")
    }


def _has_links(workload: Workload) -> bool:
    return workload.pod.place.at("enableServiceLinks").value is not False


def _linked(world: World, workload: Workload) -> Mapping[str, Service]:
    """By the name of the variable: the Services of the namespace that have an address."""
    return {
        f"{service.id.name.upper().replace('-', '_')}_PORT": service
        for service in services_in(world.cluster, workload.id.namespace)
        if service.ports and not service.headless and service.type != "ExternalName"
    }


def _row(one: RunningProgram, name: str, service: Service, entry: Listens | Links) -> ServiceLink:
    is_set = one.told.is_set(name)
    otherwise = entry.otherwise if isinstance(entry, Links) else ""
    return ServiceLink(
        object=one.workload.id,
        container=one.container.name,
        place=one.container.place,
        related=(Related(f"Service {service.id.name} makes {name}", service.place, service.id),),
        linked_service=service.id.name,
        linted=one.workload.linted,
        software=one.running.program.name,
        setting=name,
        port=service.ports[0].port,
        reads=f"does not take {name}" if otherwise else f"reads a port from {name}",
        otherwise=f"and {otherwise}" if otherwise else "which is no port",
        verdict="set" if is_set else "unknown" if is_set is None else "filled",
        reason="part of what the container is told is not in the view" if is_set is None else None,
    )
