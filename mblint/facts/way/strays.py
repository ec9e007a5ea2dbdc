"""Services that select, beside the pods that they are meant for, those of another workload without the port.

A Service spreads its requests over all pods that carry its labels and are ready. By a target port's number it asks all
of them for that port; by a name, those that have it. Charts with a worker beside their server often give both the
same labels.
Source: https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Service, ServicePort, Workload
from mblint.cluster.secrets import reveal
from mblint.cluster.services import members
from mblint.facts.rows import Related
from mblint.facts.way.rows import StrayMember
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def stray_members(world: World) -> Iterator[StrayMember]:
    """One row for each Service, port, and workload whose pods it also selects, though nothing in them has the port."""
    for service in world.cluster.services.values():
        if service.headless or service.publish_not_ready or world.cluster.is_unread(service.id, "spec"):
            continue
        selected = [workload for workload in members(world.cluster, service) if _runs(workload)]
        if len(selected) > 1:
            yield from _rows(world, service, selected)


def _runs(workload: Workload) -> bool:
    return workload.lasting and workload.replicas != 0 and not workload.pod.host_network


def _rows(world: World, service: Service, selected: list[Workload]) -> Iterator[StrayMember]:
    told: set[str] = set()
    for port in service.ports:
        if not isinstance(port.target, int):
            continue
        servers = [workload for workload in selected if _declares(workload, port)]
        strays = [workload for workload in selected if workload not in servers]
        for stray in strays if servers else ():
            if stray.id.name not in told and not _may_listen(stray, servers, port.target):
                told.add(stray.id.name)
                yield _row(world, service, port.target, servers, stray)


def _declares(workload: Workload, port: ServicePort) -> bool:
    return any(
        each.number == port.target and each.protocol == port.protocol
        for container in workload.pod.containers
        for each in container.ports
    )


def _may_listen(stray: Workload, servers: list[Workload], port: int) -> bool:
    """Whether it may have the port all the same: it runs what a server runs, or its settings or probes name it."""
    running = {_what_runs(each) for server in servers for each in _main(server)}
    number = re.compile(rf"(?<!\d){port}(?!\d)")
    for container in stray.pod.containers:
        if _what_runs(container) in running:
            return True
        texts = [word.text for word in container.words]
        texts += [reveal(variable.value) for variable in container.env if variable.value is not None]
        texts += [
            str(each.place.value) for each in (container.startup, container.liveness, container.readiness) if each
        ]
        if any(number.search(text) for text in texts):
            return True
    return False


def _main(workload: Workload) -> Iterator[Container]:
    return (each for each in workload.pod.containers if each.role is not ContainerRole.INIT)


def _what_runs(container: Container) -> tuple[str | None, tuple[str, ...]]:
    return container.image, tuple(word.text for word in container.words)


def _row(world: World, service: Service, port: int, servers: list[Workload], stray: Workload) -> StrayMember:
    return StrayMember(
        object=service.id,
        place=service.place.at("spec", "selector"),
        related=(
            Related("its pods carry the labels that the Service selects", stray.place, stray.id),
            Related("the workload that the Service is for", servers[0].place, servers[0].id),
        ),
        linted=service.linted,
        edits=_edits(world, service, servers, stray),
        service=service.id.name,
        server=f"{servers[0].id.kind} {servers[0].id.name}",
        stray=f"{stray.id.kind} {stray.id.name}",
        port=port,
    )


def _edits(world: World, service: Service, servers: list[Workload], stray: Workload) -> tuple[Edit, ...]:
    """A label that the servers' pods carry and the stray's do not, for the selector: one that does not change."""
    if owner(world.cluster, service.place) is not service:
        return ()
    labels = [server.pod.labels for server in servers]
    for key, value in labels[0].items():
        lasting = all(server.place.at("spec", "selector", "matchLabels", key).value == value for server in servers)
        if lasting and key not in service.selector and stray.pod.labels.get(key) != value:
            return (put(service, service.place.at("spec", "selector"), key, value),)
    return ()
