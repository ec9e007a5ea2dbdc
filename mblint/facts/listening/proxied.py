"""Known software behind a route that ends TLS: is it told that browsers come by https?

Behind such a route it sees plain requests. Software that is not told to believe what the proxy adds to them writes
http:// into its links and redirects. Routes that pass TLS through, or encrypt again, are another matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import ContainerRole, Route
from mblint.facts.callers.gateways import ends_tls
from mblint.facts.callers.routes import Carried, carried
from mblint.facts.listening.backends import of_route
from mblint.facts.listening.rows import Proxied
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_of_its_makers, reads_what_is_not_there, told_texts
from mblint.facts.world import World
from mblint.software.conditions import Condition
from mblint.software.network import ProxyHeaders
from mblint.software.setting_names import setting_names


def proxied(world: World) -> Iterator[Proxied]:
    """A row for each known program that a route with TLS leads to, and each route."""
    by_workload: dict[int, list[RunningProgram]] = {}
    for one in running_programs(world):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(ProxyHeaders):
            by_workload.setdefault(id(one.workload), []).append(one)
    for way in carried(world) if by_workload else ():
        reached = way.judged.reached
        if reached.server is None or reached.beside or not _ends_tls(world, way):
            continue
        for one in by_workload.get(id(reached.server), ()):
            if len([each for each in reached.server.pod.containers if each.role is not ContainerRole.INIT]) == 1:
                yield from _rows(world, way.route, one)


def _ends_tls(world: World, way: Carried) -> bool:
    """Whether the route takes requests by TLS, and hands them on without it."""
    spec = way.route.place.at("spec")
    if way.route.id.kind == "Route":
        return str(spec.at("tls", "termination").value).lower() == "edge"
    if way.route.id.kind == "HTTPRoute":
        asked = of_route(world, way)
        return asked is not None and asked.scheme == "http" and ends_tls(world, way.route)
    if way.route.id.kind not in ("Ingress", "IngressRoute") or not spec.at("tls").value:
        return False
    if any("passthrough" in key for key in way.route.annotations):
        return False
    asked = of_route(world, way)
    return asked is None or asked.scheme == "http"


def _rows(world: World, route: Route, one: RunningProgram) -> Iterator[Proxied]:
    running = one.running
    for entry in running.entries(ProxyHeaders):
        applies, told = one.told.applies(entry), one.told.holds(entry.told_by)
        if applies is False:
            continue
        reason = _doubt(world, one, entry)
        known = applies is True and told is not None and reason is None
        version = f" {running.version}" if running.version else ""
        yield Proxied(
            object=one.workload.id,
            container=one.container.name,
            place=one.container.place,
            related=(Related(f"{route.id.kind} {route.id.name} ends TLS", route.place, route.id),),
            linted=one.workload.linted,
            software=running.program.name + version,
            route=f"{route.id.kind} {route.id.name}",
            host=route.hosts[0].text if route.hosts else None,
            setting=str(setting_names(entry.setting)[0]) if entry.setting else "",
            to=entry.to,
            otherwise=entry.otherwise,
            verdict="told" if told else "not-told" if known else "unknown",
            reason=None if known or told else reason or "what it is told is not all in the view",
        )


def _doubt(world: World, one: RunningProgram, entry: ProxyHeaders) -> str | None:
    """Why nobody knows whether it is told: its version, its build, or a file that says so in words of its own."""
    if one.running.undecided(ProxyHeaders):
        return "the image's tag does not say its version"
    if not is_of_its_makers(one.running):
        return "it is no image of its makers"
    if reads_what_is_not_there(world, one.workload):
        return "it reads files that are not in the view"
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
