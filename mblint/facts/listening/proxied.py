"""Known software behind a route that ends TLS: is it told that browsers come by https?

Behind such a route, or load balancer, it sees plain requests. Software that is not told to believe what the proxy adds
to them writes http:// into its links and redirects. So does software that believes it, where a web server between
writes it anew. Routes that pass TLS through, or encrypt again, are another matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Object, Route, Service, Workload
from mblint.cluster.services import pod_ports, services_of
from mblint.facts.callers.gateways import ends_tls
from mblint.facts.callers.routes import Carried, carried
from mblint.facts.listening.backends import adds_headers, of_route
from mblint.facts.listening.believers import believing
from mblint.facts.listening.rows import Proxied
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.handed_on import HandedOn, handed_on, has_web_servers
from mblint.facts.way.heard import is_of_its_makers, reads_what_is_not_there, told_texts
from mblint.facts.way.route_tls import takes_tls
from mblint.facts.world import World
from mblint.software.conditions import Condition
from mblint.software.network import ProxyHeaders
from mblint.software.setting_names import setting_names

_MAY_END_TLS = ("Ingress", "IngressRoute", "VirtualService", "HTTPProxy", "VirtualServer")


class _Reached(Struct, frozen=True, eq=False):
    """A container that a route leads to. `over`: the web server's step that says http to it, where one does."""

    workload: Workload
    container: Container
    over: HandedOn | None = None


def proxied(world: World) -> Iterator[Proxied]:
    """A row for each known program that a route with TLS leads to, and each route."""
    programs: dict[int, RunningProgram] = {}
    for one in running_programs(world):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(ProxyHeaders):
            programs[id(one.container)] = one
    for way in carried(world) if programs or has_web_servers(world) else ():
        reached = way.judged.reached
        if reached.server is None or reached.beside or not _ends_tls(world, way):
            continue
        for each in _reached(world, reached.server, reached.pod_port):
            program = programs.get(id(each.container))
            if program is not None and program.workload is each.workload:
                yield from _rows(world, way.route, _host(way.route), program, each.over)
            elif each.over is not None and (framework := believing(world, each.workload, each.container)) is not None:
                yield _overwritten(way.route, each, each.over, framework)
    yield from _balanced(world, programs.values())


def _balanced(world: World, programs: Iterable[RunningProgram]) -> Iterator[Proxied]:
    """A row for each program that a load balancer with TLS leads to by itself."""
    for one in programs:
        for service in services_of(world.cluster, one.workload) if one.workload.lasting else ():
            if service.type == "LoadBalancer" and _is_balanced(service, one):
                yield from _rows(world, service, "all hosts", one, None)


def _host(route: Route) -> str | None:
    return route.hosts[0].text if route.hosts else None


def _is_balanced(service: Service, one: RunningProgram) -> bool:
    """Whether a load balancer that ends TLS, and says so to the pods, brings its requests to this container."""
    working = [each for each in one.workload.pod.containers if each.role is not ContainerRole.INIT]
    own = {each.number for each in one.container.ports}
    return any(
        adds_headers(service, port) and (len(working) == 1 or pod_ports(one.workload, port) in own)
        for port in service.ports
    )


def _reached(world: World, server: Workload, port: int | None) -> Iterator[_Reached]:
    """The container that takes the requests, and those to which web servers hand them on."""
    working = [each for each in server.pod.containers if each.role is not ContainerRole.INIT]
    first = [each for each in working if len(working) == 1 or any(one.number == port for one in each.ports)]
    after = [_Reached(server, first[0])] if len(first) == 1 else []
    seen: set[int] = set()
    while after:
        each = after.pop(0)
        seen.add(id(each.container))
        yield each
        for edge in handed_on(world, each.workload, each.container):
            if id(edge.container) not in seen:
                over = edge if edge.scheme == "http" else each.over if edge.scheme is None else None
                after.append(_Reached(edge.to, edge.container, over))


def _ends_tls(world: World, way: Carried) -> bool:
    """Whether the route takes requests by TLS, and hands them on without it."""
    spec = way.route.place.at("spec")
    if way.route.id.kind == "Route":
        return str(spec.at("tls", "termination").value).lower() == "edge"
    if way.route.id.kind == "HTTPRoute":
        asked = of_route(world, way)
        return asked is not None and asked.scheme == "http" and ends_tls(world, way.route)
    if way.route.id.kind not in _MAY_END_TLS or not takes_tls(world, way.route):
        return False
    if any("passthrough" in key for key in way.route.annotations):
        return False
    asked = of_route(world, way)
    return asked is None or asked.scheme == "http"


def _rows(
    world: World, route: Object, host: str | None, one: RunningProgram, over: HandedOn | None
) -> Iterator[Proxied]:
    """For each entry that may hold. What is told to believe a header is told the wrong thing by a step before it."""
    running = one.running
    for entry in running.entries(ProxyHeaders):
        applies = one.told.applies(entry)
        told = one.told.holds(entry.told_by) if entry.told_by is not None else True
        if applies is False:
            continue
        reason = _doubt(world, one, entry)
        known = applies is True and told is not None and reason is None
        software = running.program.name + (f" {running.version}" if running.version else "")
        setting = str(setting_names(entry.setting)[0]) if entry.setting else ""
        believes = one.told.holds(entry.believes) is True if entry.believes is not None else entry.told_by is None
        wrong = over if over is not None and over.place is not None and believes else None
        if entry.told_by is None and wrong is None:
            continue
        yield Proxied(
            object=one.workload.id,
            container=one.container.name,
            place=one.container.place if wrong is None or wrong.place is None else wrong.place,
            related=(Related(f"{route.id.kind} {route.id.name} ends TLS", route.place, route.id),),
            linted=one.workload.linted,
            software=software,
            route=f"{route.id.kind} {route.id.name}",
            host=host,
            setting=setting if wrong is None else "X-Forwarded-Proto",
            to=entry.to if wrong is None else "",
            says=f"{software} is not told to believe it: {entry.otherwise}. {setting} is not set to {entry.to}"
            if wrong is None
            else _says(software, entry.otherwise),
            otherwise=entry.otherwise,
            over=wrong.file if wrong is not None else None,
            verdict="overwritten" if wrong is not None else "told" if told else "not-told" if known else "unknown",
            reason=None if known or told else reason or "what it is told is not all in the view",
        )


def _overwritten(route: Route, reached: _Reached, over: HandedOn, framework: str) -> Proxied:
    """An application that believes the header, as its framework does, and a step before it that writes http there."""
    software = f"the {framework} application"
    otherwise = "its redirects and links lead to http://"
    return Proxied(
        object=reached.workload.id,
        container=reached.container.name,
        place=over.place or reached.container.place,
        related=(Related(f"{route.id.kind} {route.id.name} ends TLS", route.place, route.id),),
        linted=reached.workload.linted,
        software=software,
        route=f"{route.id.kind} {route.id.name}",
        host=_host(route),
        setting="X-Forwarded-Proto",
        to="",
        says=_says(software, otherwise),
        otherwise=otherwise,
        over=over.file,
        verdict="overwritten",
    )


def _says(software: str, otherwise: str) -> str:
    return f"the web server before {software} writes X-Forwarded-Proto: http for all of them: {otherwise}"


def _doubt(world: World, one: RunningProgram, entry: ProxyHeaders) -> str | None:
    """Why nobody knows whether it is told: its version, its build, or a file that says so in words of its own."""
    if one.running.undecided(ProxyHeaders):
        return "the image's tag does not say its version"
    if not is_of_its_makers(one.running):
        return "it is no image of its makers"
    if reads_what_is_not_there(world, one.workload):
        return "it reads files that are not in the view"
    if entry.told_by is None:
        return None
    names = {re.sub(r"[^a-z]", "", name.lower()) for name in _names(entry.told_by)}
    texts = (re.sub(r"[^a-z]", "", text.lower()) for text in told_texts(world, one.workload))
    if one.told.holds(entry.told_by) is False and any(name in text for text in texts for name in names):
        return "a file that it reads speaks of it"
    return None


def _names(condition: Condition) -> Iterator[str]:
    for name in setting_names(condition.setting):
        yield name.key.rpartition(".")[2]
    for part in (*condition.any, *condition.all):
        yield from _names(part)
