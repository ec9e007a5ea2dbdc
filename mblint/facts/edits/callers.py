"""What callers that no setting tells should name: the Service, the port or the labels that they can only mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Backend, Object, Service, ServicePort
from mblint.cluster.policies.objects import Selector
from mblint.facts.edits.near_names import only_near
from mblint.manifests.documents import Place
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner, put


def named_service(cluster: Cluster, backends: Sequence[Backend], meant: Service) -> tuple[Edit, ...]:
    """Another Service for the backends of a route that name one which is not there."""
    if not _has(meant, backends[0].port):
        return ()
    return _all_instead(cluster, ((backend.named_at, backend.service, meant.id.name) for backend in backends))


def named_port(cluster: Cluster, backends: Sequence[Backend], meant: ServicePort) -> tuple[Edit, ...]:
    """The Service's port for backends that name the pods', by its name or its number as these do."""
    return _all_instead(
        cluster,
        (
            (backend.port_at, backend.port, meant.port if isinstance(backend.port, int) else meant.name)
            for backend in backends
        ),
    )


def _has(service: Service, port: int | str | None) -> bool:
    return port is None or any(port in (one.port, one.name) for one in service.ports)


def _all_instead(
    cluster: Cluster, each: Iterable[tuple[Place, int | str | None, int | str | None]]
) -> tuple[Edit, ...]:
    """All of them, or none. A place holds what was read as it stands, or is part of a longer text."""
    edits: list[Edit] = []
    for place, was, meant in each:
        held = owner(cluster, place)
        if held is None or meant is None or place.value != was:
            return ()
        edits.append(instead(held, place, meant))
    return tuple(edits)


def called_port(cluster: Cluster, held: Object, place: Place, service: Service) -> tuple[Edit, ...]:
    """The only port of a Service, for a webhook's reference to it that says another, or none."""
    if len(service.ports) != 1 or owner(cluster, place) is not held:
        return ()
    return (put(held, place, "port", service.ports[0].port),)


def scraped_port(cluster: Cluster, place: Place, names: Sequence[str], wanted: str) -> tuple[Edit, ...]:
    """The port's name for a monitor: the only one there, or the only one that is near."""
    meant = names[0] if len(names) == 1 else only_near(wanted, names)
    held = owner(cluster, place)
    if held is None or meant is None or meant.isdecimal() or place.value != wanted:
        return ()
    return (instead(held, place, meant),)


def selected(
    cluster: Cluster, held: Object, selector: Selector, at: Place, there: Sequence[Object]
) -> tuple[Edit, ...]:
    """The labels of the only object that has all of a selector but one; nothing where that has no such label."""
    near = [(one, apart[0]) for one in there if len(apart := _apart(selector, one)) == 1]
    if len(near) != 1 or selector.expressions or owner(cluster, held.place) is not held:
        return ()
    one, key = near[0]
    has = one.labels.get(key)
    return (put(held, at.at("matchLabels"), key, has),) if has is not None else ()


def _apart(selector: Selector, held: Object) -> list[str]:
    return [key for key, value in selector.labels.items() if held.labels.get(key) != value]
