"""Who uses which port of a pod: the kubelet's probes, and the Services that forward to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, ObjectId, Probe, Service, ServicePort, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members, pod_ports
from mblint.facts.world import World
from mblint.manifests.documents import Place


class Use(Struct, frozen=True, eq=False):
    """One use of a pod's port. `container`: of a probe, whose it is. `name`: as the port is called there and here."""

    port: int
    words: str  # "the liveness probe", "the Service files"
    place: Place
    object: ObjectId
    name: str | None
    container: Container | None = None
    service: Service | None = None
    via: ServicePort | None = None  # of the Service
    probe: Probe | None = None
    by_name: bool = False  # it names the container's port, and no number


@remembered
def uses(world: World) -> Mapping[int, tuple[Use, ...]]:
    """The uses of each workload's TCP ports, by the workload's `id()`."""
    found: defaultdict[int, list[Use]] = defaultdict(list)
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if container.role is not ContainerRole.INIT:
                found[id(workload)].extend(_of_probes(workload, container))
    for service in world.cluster.services.values():
        if not service.headless and not world.cluster.is_unread(service.id, "spec"):
            for workload in members(world.cluster, service):
                found[id(workload)].extend(_of_service(service, workload))
    return {workload: tuple(each) for workload, each in found.items()}


def probes(container: Container) -> Iterator[tuple[str, Probe]]:
    """The probes of a container, with what they are called."""
    for name, probe in (("liveness", container.liveness), ("readiness", container.readiness)):
        if probe is not None:
            yield name, probe
    if container.startup is not None:
        yield "startup", container.startup


def port_of(container: Container, probe: Probe) -> int | None:
    """The number of a probe's port; None for a name that the container does not have, and for none."""
    if isinstance(probe.port, int):
        return probe.port
    if probe.port is not None and probe.port.isdecimal():
        return int(probe.port)
    return next((port.number for port in container.ports if port.name == probe.port is not None), None)


def _of_probes(workload: Workload, container: Container) -> Iterator[Use]:
    for name, probe in probes(container):
        port = port_of(container, probe)
        if port is not None and probe.handler in ("httpGet", "tcpSocket", "grpc"):
            called = next((one.name for one in container.ports if one.number == port), None)
            by_name = isinstance(probe.port, str) and not probe.port.isdecimal()
            yield Use(
                port, f"the {name} probe", probe.place, workload.id, called, container, probe=probe, by_name=by_name
            )


def _of_service(service: Service, workload: Workload) -> Iterator[Use]:
    for port in service.ports:
        number = pod_ports(workload, port) if port.protocol == "TCP" else None
        if number is not None:
            target = port.place.at("targetPort")
            place = target if target.value is not None else port.place
            declared = (
                one.name for container in workload.pod.containers for one in container.ports if one.number == number
            )
            called = " ".join(name for name in (port.name, *declared) if name) or None
            by_name = isinstance(port.target, str)
            yield Use(
                number,
                f"the Service {service.id.name}",
                place,
                service.id,
                called,
                service=service,
                via=port,
                by_name=by_name,
            )
