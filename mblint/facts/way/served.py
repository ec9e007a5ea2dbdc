"""Which hosts of routes lead browsers to which workload."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from mblint.cluster.objects import Backend, Container, ContainerRole, ObjectId, Route, Service, TextAt, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.way.handed_on import handed_on
from mblint.facts.way.heard import ears
from mblint.facts.way.route_tls import takes_tls
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex
from mblint.software.images import reference

_CHANGES_HOST = (
    *("upstream-vhost", "custom-request-headers", "permanent-redirect", "temporal-redirect", "actions.", "conditions."),
)
_SNIPPETS = ("configuration-snippet", "server-snippet", "location-snippet")
_OF_HOSTS = regex(
    r"(?i)proxy_set_header\s+\S*(?:host|ur[il]|proto|forwarded)|_input_headers\b|\bproxy_pass\b|_by_lua"
    r"|\b(?:return\s+30\d|rewrite\s+\S+)\s+[\"']?(?:\$scheme|https?)://(?!\$(?:http_)?host\b)"
)
_SERVER = regex(r"[-_](?:nginx|httpd|apache2?|caddy|web-?server|proxy)$")
_PATTERN = regex(r"^\*|[${]")
_FILTERS = ("RequestRedirect", "URLRewrite")


class ServedHost(Struct, frozen=True, eq=False):
    """A host, and the route that leads its requests to a workload.

    `tls`: the route takes them by TLS. `as_sent`: the application sees the host that the browser asked for, as far as
    the route says. `port`: that of the pods; a name, a number, or None where the Service does not say it.
    `by`: the container of a web server that hands the requests on. `guessed`: what that does with them is in its image.
    """

    host: TextAt
    route: Route
    path: str | None
    tls: bool
    as_sent: bool
    port: int | str | None = None
    by: Container | None = None
    guessed: bool = False

    def number(self, container: Container) -> int | str | None:
        """The port of the pods, as the number that the container gives its name."""
        return next((each.number for each in container.ports if each.name == self.port), self.port)

    def reaches(self, world: World, workload: Workload, container: Container) -> bool:
        """Whether the requests come to this container of the workload: it is alone, or declares their port. Where
        nobody declares it, the one is meant whose probes ask there, else the one whose software listens there."""
        beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
        if len(beside) == 1:
            return beside[0] is container
        declaring = [each for each in beside if any(self.port in (port.name, port.number) for port in each.ports)]
        if declaring or not isinstance(self.port, int):
            return any(each is container for each in declaring)
        asking = [each for each in beside if _is_probed_at(each, self.port)]
        if len(asking) != 1:
            heard = [each for each in ears(world).get(id(workload), ()) if each.known and self.port in each.ports]
            asking = [each.container for each in heard if not asking or any(each.container is one for one in asking)]
        return len(asking) == 1 and asking[0] is container


def _is_probed_at(container: Container, port: int) -> bool:
    return any(probe.port == port for _, probe in probes(container))


def served_hosts(world: World, workload: Workload) -> tuple[ServedHost, ...]:
    """The hosts of all routes that lead to a workload, in their order."""
    return _by_workload(world).get(workload.id, ())


def hosts_of(world: World, workload: Workload, container: Container) -> tuple[ServedHost, ...]:
    """Those that come to one container as browsers send them, by a web server before it or at once.

    Each host of a route once, and no patterns of hosts, nor what somebody is to fill in (`${DOMAIN}`).
    """
    return tuple(one for one in _as_sent(world, workload, container) if not _PATTERN.search(one.host.text))


def unfilled_hosts_of(world: World, workload: Workload, container: Container) -> tuple[ServedHost, ...]:
    """Those of which somebody is to fill in a part."""
    found = _as_sent(world, workload, container) if workload.lasting else ()
    return tuple(one for one in found if "$" in one.host.text and not one.host.text.startswith("*"))


def _as_sent(world: World, workload: Workload, container: Container) -> tuple[ServedHost, ...]:
    found: dict[tuple[ObjectId, str], ServedHost] = {}
    for served in (*served_hosts(world, workload), *_by_servers(world).get((id(workload), id(container)), ())):
        if served.as_sent and (served.by is not None or served.reaches(world, workload, container)):
            found.setdefault((served.route.id, served.host.text), served)
    return tuple(found.values())


@remembered
def _by_servers(world: World) -> Mapping[tuple[int, int], tuple[ServedHost, ...]]:
    """By workload and container: the hosts whose requests web servers hand on to it."""
    found: defaultdict[tuple[int, int], list[ServedHost]] = defaultdict(list)
    for workload in world.cluster.workloads:
        containers = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
        for served in served_hosts(world, workload):
            for container in containers:
                if served.reaches(world, workload, container):
                    for to, beside, kept, guessed in _behind(world, workload, container):
                        as_sent = served.as_sent and kept
                        on = structs.replace(served, as_sent=as_sent, by=container, guessed=guessed)
                        found[id(to), id(beside)].append(on)
    return {key: tuple(hosts) for key, hosts in found.items()}


def _behind(world: World, workload: Workload, container: Container) -> Iterator[tuple[Workload, Container, bool, bool]]:
    """The containers behind a web server, and behind those: whether the host is kept, and whether that is a guess."""
    seen, after = {id(container)}, [(workload, container, True)]
    while after:
        within, each, kept = after.pop(0)
        for edge in handed_on(world, within, each):
            if id(edge.container) not in seen:
                seen.add(id(edge.container))
                after.append((edge.to, edge.container, kept and edge.keeps_host))
                yield edge.to, edge.container, kept and edge.keeps_host, False
    if len(seen) == 1 and (made_for := _made_for(workload, container)) is not None:
        yield workload, made_for, True, True


def _made_for(workload: Workload, container: Container) -> Container | None:
    """The one container beside a web server whose image was made for it: `survey-nginx` before `survey-django`."""
    beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT and each is not container]
    makers, _, name = (reference(container.image or "").path).rpartition("/")
    stem = _SERVER.sub("", name)
    if len(beside) != 1 or stem in ("", name):
        return None
    other_makers, _, other = (reference(beside[0].image or "").path).rpartition("/")
    return beside[0] if other_makers == makers and re.match(re.escape(stem) + r"(?![a-z0-9])", other) else None


@remembered
def _by_workload(world: World) -> Mapping[ObjectId, tuple[ServedHost, ...]]:
    found: defaultdict[ObjectId, list[ServedHost]] = defaultdict(list)
    for route in world.cluster.routes:
        if route.web:
            for workload, served in _of_route(world, route):
                found[workload.id].append(served)
    return {identity: tuple(hosts) for identity, hosts in found.items()}


def _of_route(world: World, route: Route) -> Iterator[tuple[Workload, ServedHost]]:
    tls = takes_tls(world, route)
    as_sent = not _is_annotated(route) and not _rewrites(route)
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        port = _target(service, backend) if service is not None else None
        for workload in members(world.cluster, service) if service is not None else ():
            for host in route.hosts:
                if not backend.hosts or host.text in backend.hosts:
                    yield workload, ServedHost(host, route, backend.path, tls, as_sent, port)


def _is_annotated(route: Route) -> bool:
    """Whether an annotation sends requests elsewhere, or changes their host: of nginx's lines, those that may."""
    return any(
        any(mark in key for mark in _CHANGES_HOST)
        or (any(mark in key for mark in _SNIPPETS) and _OF_HOSTS.search(text) is not None)
        for key, text in route.annotations.items()
    )


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
        if not rule.get("backendRefs").absent  # what has none only answers requests of its own
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
