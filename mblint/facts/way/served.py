"""Which hosts of routes lead browsers to which workload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Backend, Container, ContainerRole, ObjectId, Route, Service, TextAt, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_CHANGES_HOST = (
    *("upstream-vhost", "configuration-snippet", "server-snippet", "custom-request-headers"),
    *("permanent-redirect", "temporal-redirect", "actions.", "conditions."),
)
_FILTERS = ("RequestRedirect", "URLRewrite")


class ServedHost(Struct, frozen=True, eq=False):
    """A host, and the route that leads its requests to a workload.

    `tls`: the route takes them by TLS. `as_sent`: the application sees the host that the browser asked for, as far as
    the route says. `port`: that of the pods; a name, a number, or None where the Service does not say it.
    """

    host: TextAt
    route: Route
    path: str | None
    tls: bool
    as_sent: bool
    port: int | str | None = None

    def reaches(self, workload: Workload, container: Container) -> bool:
        """Whether the requests come to this container of the workload: it is alone, or declares their port."""
        beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
        if len(beside) == 1:
            return beside[0] is container
        return any(self.port in (port.name, port.number) for port in container.ports)


def served_hosts(world: World, workload: Workload) -> tuple[ServedHost, ...]:
    """The hosts of all routes that lead to a workload, in their order."""
    return _by_workload(world).get(workload.id, ())


def hosts_of(world: World, workload: Workload, container: Container) -> tuple[ServedHost, ...]:
    """Those that come to one container as browsers send them: each host of a route once, and no patterns of hosts."""
    found: dict[tuple[ObjectId, str], ServedHost] = {}
    for served in served_hosts(world, workload):
        if served.as_sent and served.reaches(workload, container) and not served.host.text.startswith("*"):
            found.setdefault((served.route.id, served.host.text), served)
    return tuple(found.values())


@remembered
def _by_workload(world: World) -> Mapping[ObjectId, tuple[ServedHost, ...]]:
    found: defaultdict[ObjectId, list[ServedHost]] = defaultdict(list)
    for route in world.cluster.routes:
        if route.web:
            for workload, served in _of_route(world, route):
                found[workload.id].append(served)
    return {identity: tuple(hosts) for identity, hosts in found.items()}


def _of_route(world: World, route: Route) -> Iterator[tuple[Workload, ServedHost]]:
    tls = _has_tls(world, route)
    as_sent = not any(mark in key for key in route.annotations for mark in _CHANGES_HOST) and not _rewrites(route)
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        port = _target(service, backend) if service is not None else None
        for workload in members(world.cluster, service) if service is not None else ():
            for host in route.hosts:
                if not backend.hosts or host.text in backend.hosts:
                    yield workload, ServedHost(host, route, backend.path, tls, as_sent, port)


def _has_tls(world: World, route: Route) -> bool:
    """True where the route takes TLS, or a Gateway of the view does that it belongs to."""
    found, _ = read_parts(route.node, lambda node: node.get("spec").get("tls").value)
    if found is not None and found != []:
        return True
    parents, _ = read_parts(route.node, lambda node: tuple(_parents(node.get("spec"))))
    return any(
        _takes_tls(gateway.node, section)
        for namespace, name, section in parents or ()
        for gateway in world.cluster.of_kind("Gateway", "gateway.networking.k8s.io")
        if (gateway.id.namespace, gateway.id.name) == (namespace or route.id.namespace, name)
    )


def _parents(spec: Node) -> Iterator[tuple[str | None, str | None, str | None]]:
    for parent in spec.get("parentRefs").items():
        yield parent.get("namespace").text(), parent.get("name").text(), parent.get("sectionName").text()


def _takes_tls(gateway: Node, section: str | None) -> bool:
    """Whether a listener (of this name, where one is given) speaks HTTPS."""
    found, _ = read_parts(
        gateway,
        lambda node: any(
            listener.get("protocol").text() == "HTTPS" and section in (None, listener.get("name").text())
            for listener in node.get("spec").get("listeners").items()
        ),
    )
    return bool(found)


def _target(service: Service, backend: Backend) -> int | str | None:
    if backend.port_of_pods:
        return backend.port
    for port in service.ports:
        if backend.port in (port.port, port.name) or len(service.ports) == 1:
            return port.target
    return None


def _rewrites(route: Route) -> bool:
    """True where a Gateway's or a mesh's route sends requests elsewhere, or changes their host."""
    found, _ = read_parts(route.node, lambda node: _has_filter(node.get("spec")))
    return bool(found)


def _has_filter(spec: Node) -> bool:
    filters = (
        each
        for rule in spec.get("rules").items()
        for each in rule.get("filters").items()
        if each.get("type").text() in _FILTERS
    )
    if any(each.get("type").text() == "RequestRedirect" or _names_a_host(each) for each in filters):
        return True
    return any(
        not rule.get("redirect").absent or not rule.get("rewrite").get("authority").absent
        for rule in spec.get("http").items()
    )


def _names_a_host(rewrite: Node) -> bool:
    return not rewrite.get("urlRewrite").get("hostname").absent
