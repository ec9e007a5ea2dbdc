"""Calls of routes: what an Ingress, a route of the Gateway API, Traefik, OpenShift, Istio or Contour leads to.

One row for each route, Service and port. The request goes to the endpoints of the Service: controllers ask the API for
them. An operator's Services, and those of releases that the view has nothing of, are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import Backend, Route, Service, ServicePort
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members, pod_ports
from mblint.facts.callers.call import Backend as Named
from mblint.facts.callers.call import Call
from mblint.facts.callers.called import Traced, called
from mblint.facts.callers.called_rows import RouteCall
from mblint.facts.callers.controllers import carriers
from mblint.facts.callers.judged import Judged, best, judged, related
from mblint.facts.callers.named_services import unused_service_like
from mblint.facts.edits.callers import named_port, named_service
from mblint.facts.edits.selectors import corrected_selector
from mblint.facts.rows import Related
from mblint.facts.way.peers import port_words
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.remedies.edits import Edit

_SHOWN = 4  # requests
_NGINX = "nginx.ingress.kubernetes.io/"
_NOBODY = frozenset(("blocked", "blackhole", "denied", "forbidden", "nonexistent"))
_BY_ANNOTATION = "use-annotation"  # AWS's controller: the backend names an action, and no Service


class Carried(Struct, frozen=True):
    """A Service and port that a route leads to, all the backends that name it, and what becomes of the requests."""

    route: Route
    backends: tuple[Backend, ...]
    judged: Judged


@remembered
def carried(world: World) -> tuple[Carried, ...]:
    """What every route of the view leads to, judged: several kinds of facts start from it."""
    return tuple(one for route in world.cluster.routes for one in _of_route(world, route))


def route_calls(world: World) -> tuple[RouteCall, ...]:
    """The rows, in the order of the routes."""
    return tuple(_row(world, one) for one in carried(world))


def traced_routes(world: World) -> Iterator[Traced[RouteCall]]:
    """The rows, and what they were made of."""
    return (Traced(one.route, _row(world, one), one.judged) for one in carried(world))


def _of_route(world: World, route: Route) -> Iterator[Carried]:
    by_target: dict[tuple[str, str, int | str | None, str], list[Backend]] = {}
    for backend in route.backends if not _sends_away(route) else ():
        of_traefik = "@" in backend.service  # of a provider of its: NAME@file
        if backend.port != _BY_ANNOTATION and not of_traefik and not _is_to_answer_nobody(world, backend):
            target = backend.namespace, backend.service, backend.port, backend.protocol
            by_target.setdefault(target, []).append(backend)
    callers = carriers(world, route) if by_target else ()
    for backends in by_target.values():
        backend = backends[0]
        to, port = Named(backend.namespace, backend.service), _port(world, backend)
        calls = (Call(caller, route.id, backend.place, to, port, backend.protocol) for caller in callers)
        yield Carried(route, tuple(backends), best(judged(world, calls)))


def _sends_away(route: Route) -> bool:
    """Whether nginx answers every request with a redirect, so that it asks no backend; the API wants one named."""
    told = (route.annotations.get(f"{_NGINX}{key}") for key in ("permanent-redirect", "temporal-redirect"))
    return any(told) or "://" in route.annotations.get(f"{_NGINX}rewrite-target", "")


def _is_to_answer_nobody(world: World, backend: Backend) -> bool:
    """Whether a route leads to a Service that is not there on purpose, as its name says: blocked-metrics."""
    there = (backend.namespace, backend.service) in world.cluster.services
    return not there and not _NOBODY.isdisjoint(backend.service.lower().split("-"))


def _port(world: World, backend: Backend) -> int | str | None:
    """The Service's port; OpenShift's routes name the pods', where they name a number."""
    if not backend.port_of_pods or not isinstance(backend.port, int):
        return backend.port
    service = world.cluster.services.get((backend.namespace, backend.service))
    found = port_towards(world, service, backend.port) if service is not None else None
    return found.port if found is not None else backend.port


def port_towards(world: World, service: Service, number: int) -> ServicePort | None:
    """The port of a Service that leads to that port of its pods."""
    pods = members(world.cluster, service)
    for port in service.ports:
        if port.target == number or any(pod_ports(pod, port) == number for pod in pods):
            return port
    return None


# ---------------------------------------------------------------- the row


def _row(world: World, one: Carried) -> RouteCall:
    route, backend = one.route, one.backends[0]
    row = called(RouteCall, world, one.judged, route)
    meant = _meant(world, one) if row.verdict == "no-port" else None
    unused = unused_service_like(world, backend.service, backend.namespace) if row.verdict == "no-service" else None
    return replace(
        row,
        place=_place(backend, row.verdict),
        related=tuple(_related(one)),
        requests=_requests(one),
        nearest_service=unused or row.nearest_service,
        unused_service=unused,
        of_own_namespace=_only_of_its_namespace(one.judged),
        meant_port=port_words(meant) if meant is not None else None,
        edits=_edits(world, one, unused, meant),
    )


def _only_of_its_namespace(one: Judged) -> str | None:
    """The namespace in which a controller that is not in the view would be let in, where it is let in nowhere else."""
    nearest = one.reached.nearest
    denied = one.verdict == "ingress-denied" and one.call.caller.client is Stranger.CARRIER
    return nearest.unseen if denied and nearest is not None else None


def _edits(world: World, one: Carried, unused: str | None, meant: ServicePort | None) -> tuple[Edit, ...]:
    """The name or the port that is meant, in all the backends that name another."""
    if meant is not None and not one.backends[0].port_of_pods:
        return named_port(world.cluster, one.backends, meant)
    behind = one.judged.reached.service
    if one.judged.verdict == "no-port" and behind is not None and len(behind.ports) == 1:
        return named_port(world.cluster, one.backends, behind.ports[0])
    if one.judged.verdict == "no-pods" and behind is not None:
        return corrected_selector(world, behind)
    namespace, _, name = (unused or "").partition("/")
    service = world.cluster.services.get((namespace, name))
    return named_service(world.cluster, one.backends, service) if service is not None else ()


def _place(backend: Backend, verdict: str) -> Place:
    """The value at fault: the Service's name, or the port where that is written."""
    return backend.port_at if verdict == "no-port" and backend.port_at.value is not None else backend.named_at


def _related(one: Carried) -> Iterator[Related]:
    for other in one.backends[1:]:
        yield Related("it is named here, too", other.place, one.route.id)
    yield from related(one.judged)


def _requests(one: Carried) -> tuple[str, ...]:
    """`shop.example.org/media`, as people type them; at most a few."""
    own = tuple(host.text for host in one.route.hosts) or ("*",)
    named = (f"{host}{backend.path or ''}" for backend in one.backends for host in backend.hosts or own)
    return tuple(dict.fromkeys(named))[:_SHOWN]


def _meant(world: World, one: Carried) -> ServicePort | None:
    """The port of the Service that leads to the pods' port of that number or name."""
    backend, service = one.backends[0], one.judged.reached.service
    if service is None:
        return None
    if isinstance(backend.port, int):
        return port_towards(world, service, backend.port)
    return next((port for port in service.ports if port.target == backend.port), None)
