"""Routes whose requests an auth proxy of the view lets through: ingress-nginx asks it about each, or Traefik does.

Sources: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication
and https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/forwardauth/.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from mblint.cluster.objects import ObjectId, Route, TextAt, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_NGINX = "nginx.ingress.kubernetes.io/"
_ASKS, _SENDS = _NGINX + "auth-url", _NGINX + "auth-signin"
_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"
_FROM_RESOURCES = "@kubernetescrd"


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
    url, login = route.annotations.get(_ASKS), urlsplit(route.annotations.get(_SENDS, "")).netloc
    if url and login and "$" not in login:
        yield urlsplit(url).hostname or ""
    for namespace, name in _middlewares(route):
        for each in world.cluster.of_kind("Middleware", "traefik.io", "traefik.containo.us"):
            if (each.id.namespace, each.id.name) == (namespace, name):
                address, _ = read_parts(each.node, lambda node: node.get("spec").get("forwardAuth").get("address"))
                yield urlsplit(_text(address)).hostname or ""


def _middlewares(route: Route) -> Iterator[tuple[str, str]]:
    """Namespace and name of the middlewares of a route."""
    for word in route.annotations.get(_MIDDLEWARES, "").split(","):
        joined = word.strip().removesuffix(_FROM_RESOURCES)
        if joined.startswith(route.id.namespace + "-") and joined != word.strip():
            yield route.id.namespace, joined.removeprefix(route.id.namespace + "-")
    if route.id.kind == "IngressRoute":
        found, _ = read_parts(route.node, lambda node: tuple(_of_routes(node.get("spec"))))
        yield from ((namespace or route.id.namespace, name) for namespace, name in found or ())


def _of_routes(spec: Node) -> Iterator[tuple[str | None, str]]:
    for each in spec.get("routes").items():
        for middleware in each.get("middlewares").items():
            yield middleware.get("namespace").text(), middleware.get("name").text() or ""


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


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
