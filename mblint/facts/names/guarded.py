"""Routes whose requests an auth proxy of the view lets through: ingress-nginx asks it about each, or Traefik does.

Sources: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication
and https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/forwardauth/.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import ObjectId, Route, TextAt, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.way.middlewares import asked_address, passages
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.urls import split_url

_NGINX = "nginx.ingress.kubernetes.io/"
_ASKS, _SENDS = _NGINX + "auth-url", _NGINX + "auth-signin"


class Guarded(Struct, frozen=True, eq=False):
    """A host whose requests a workload lets through; browsers are sent to another host to sign in."""

    host: TextAt
    route: Route


def guarded_hosts(world: World, workload: Workload) -> tuple[Guarded, ...]:
    """The hosts that a workload guards, without those by which it is itself reached."""
    return _by_workload(world).get(workload.id, ())


@remembered
def _by_workload(world: World) -> Mapping[ObjectId, tuple[Guarded, ...]]:
    found: defaultdict[ObjectId, tuple[Guarded, ...]] = defaultdict(tuple)
    for route in world.cluster.routes:
        for address in _asked(world, route):
            for workload in _behind(world, route, address):
                own = {served.host.text for served in served_hosts(world, workload)}
                hosts = (host for host in route.hosts if host.text not in own and not host.text.startswith("*"))
                found[workload.id] += tuple(Guarded(host, route) for host in hosts)
    return found


def _asked(world: World, route: Route) -> Iterator[str]:
    """The hosts of the addresses that are asked about the requests of a route, where the login is at another host."""
    url, login = route.annotations.get(_ASKS), split_url(route.annotations.get(_SENDS, "")).netloc
    if url and login and "$" not in login:
        yield split_url(url).hostname or ""
    for named in dict.fromkeys(named for passage in passages(route) for named in passage.middlewares):
        address = asked_address(world, named)
        if address is not None:
            yield split_url(address).hostname or ""


def _behind(world: World, route: Route, host: str) -> Iterator[Workload]:
    """The workloads that a host leads to: by a Service's name, or by another route."""
    name, _, rest = host.partition(".")
    namespace = rest.partition(".")[0] or route.id.namespace
    service = world.cluster.services.get((namespace, name))
    if service is not None:
        yield from members(world.cluster, service)
        return
    for workload in world.cluster.workloads:
        if any(served.host.text == host for served in served_hosts(world, workload)):
            yield workload
