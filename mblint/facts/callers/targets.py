"""Named target ports: does any pod that the Service selects have the name? By who uses them, and of the others once."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Backend, Service, ServicePort, Workload
from mblint.cluster.services import members, pod_ports
from mblint.cluster.unread import pods_of_unknown_labels
from mblint.facts.callers.dependencies import find
from mblint.facts.callers.rows import TargetPort
from mblint.facts.edits.ports import target_that_is_there
from mblint.facts.rows import Related
from mblint.facts.world import World

_User = tuple[Service, ServicePort, str, Related | None]
_NOBODY = "whoever calls it"


def target_ports(world: World) -> tuple[TargetPort, ...]:
    """One row for each use of a Service port with a named target port, and for each that nobody uses.

    Headless Services translate nothing.
    """
    users = (*_dependencies(world), *_routes(world))
    used = {(service.id, port.place) for service, port, _, _ in users}
    others = (
        (service, port, _NOBODY, None)
        for service in world.cluster.services.values()
        if not service.headless
        for port in service.ports
        if (service.id, port.place) not in used
    )
    return tuple(
        _row(world, user) for user in (*users, *others) if isinstance(user[1].target, str) and user[0].selector
    )


def _dependencies(world: World) -> Iterator[_User]:
    for found in find(world):
        service_port, service = found.reached.service_port, found.reached.service
        if service is None or service_port is None or service.headless:
            continue
        row = found.row
        name = f"{row.object.name} ({row.settings})"
        yield service, service_port, name, Related(f"{row.settings} leads to it", row.place, row.object)


def _routes(world: World) -> Iterator[_User]:
    for route in world.cluster.routes:
        for backend in route.backends:
            service = world.cluster.services.get((backend.namespace, backend.service))
            port = _port(service, backend) if service is not None else None
            if service is not None and port is not None:
                name = f"{route.id.kind} {route.id.name}"
                yield service, port, name, Related(f"{name} leads to it", backend.place, route.id)


def _port(service: Service, backend: Backend) -> ServicePort | None:
    return next((port for port in service.ports if backend.port in (port.port, port.name)), None)


def _row(world: World, user: _User) -> TargetPort:
    service, port, name, related = user
    pods = members(world.cluster, service)
    verdict = "unknown" if _any_unread(world, service, pods) else _verdict(pods, port)
    return TargetPort(
        object=service.id,
        place=port.place,
        related=(related,) if related is not None else (),
        linted=service.linted,
        service=f"{service.id.namespace}/{service.id.name}",
        port=port.port,
        target=str(port.target),
        users=name,
        used=related is not None,
        whole=not any(_verdict(pods, each) == "ok" for each in service.ports),
        has=tuple(dict.fromkeys(known for pod in pods for known in _names(pod))),
        verdict=verdict,
        edits=target_that_is_there(world, service, port, pods) if verdict == "missing" else (),
    )


def _any_unread(world: World, service: Service, pods: tuple[Workload, ...]) -> bool:
    """Whether a part of the Service or of its pods cannot be read: the port may stand there."""
    return any(world.cluster.is_unread(one.id, "spec") for one in (service, *pods)) or (
        pods_of_unknown_labels(world.cluster, service.id.namespace) is not None
    )


def _verdict(pods: tuple[Workload, ...], port: ServicePort) -> str:
    if not pods:
        return "unknown"
    return "ok" if any(pod_ports(pod, port) is not None for pod in pods) else "missing"


def _names(workload: Workload) -> Iterator[str]:
    for container in workload.pod.containers:
        for port in container.ports:
            if port.name:
                yield port.name
