"""Which hosts of routes lead browsers to which workload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import ObjectId, Route, TextAt, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.world import World
from mblint.manifests.partial import read_parts

_CHANGES_HOST = ("upstream-vhost", "configuration-snippet", "server-snippet", "custom-request-headers")


class ServedHost(Struct, frozen=True, eq=False):
    """A host, and the route that leads its requests to a workload.

    `tls`: the route takes them by TLS. `as_sent`: the application sees the host that the browser asked for, as far as
    the route says.
    """

    host: TextAt
    route: Route
    path: str | None
    tls: bool
    as_sent: bool


def served_hosts(world: World, workload: Workload) -> tuple[ServedHost, ...]:
    """The hosts of all routes that lead to a workload, in their order."""
    return _by_workload(world).get(workload.id, ())


@remembered
def _by_workload(world: World) -> Mapping[ObjectId, tuple[ServedHost, ...]]:
    found: defaultdict[ObjectId, list[ServedHost]] = defaultdict(list)
    for route in world.cluster.routes:
        if route.web:
            for workload, served in _of_route(world, route):
                found[workload.id].append(served)
    return {identity: tuple(hosts) for identity, hosts in found.items()}


def _of_route(world: World, route: Route) -> Iterator[tuple[Workload, ServedHost]]:
    tls = _has_tls(route)
    as_sent = not any(mark in key for key in route.annotations for mark in _CHANGES_HOST)
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        for workload in members(world.cluster, service) if service is not None else ():
            for host in route.hosts:
                if not backend.hosts or host.text in backend.hosts:
                    yield workload, ServedHost(host, route, backend.path, tls, as_sent)


def _has_tls(route: Route) -> bool:
    """True where the route itself says that it takes TLS; of a Gateway's route nothing is said there."""
    found, _ = read_parts(route.node, lambda node: bool(node.get("spec").get("tls").value))
    return bool(found)
