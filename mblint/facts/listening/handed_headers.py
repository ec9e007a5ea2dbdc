"""Headers that known software cannot do without, behind a web server of the view that must be told to hand them on.

nginx hands on neither Upgrade, by which a WebSocket begins, nor the Host that it was asked for, unless a location says
so. Nothing is said where any location for the container does, or where a file is included that may.
Sources: https://nginx.org/en/docs/http/websocket.html ,
https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.listening.handed_rows import HandedHeader
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.told import settings_of, told_containers
from mblint.facts.way.handed_on import HandedOn, handed_on, has_web_servers
from mblint.facts.world import World
from mblint.software.network import Headers

_ADVICE = {
    "Upgrade": "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "
    '"upgrade"; and a long proxy_read_timeout',
    "Host": "proxy_set_header Host $http_host",
}


def handed_headers(world: World) -> Iterator[HandedHeader]:
    """A row for each web server, each program that it hands requests on to, and each header that this one needs."""
    programs: dict[int, RunningProgram] = {}
    for one in running_programs(world):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(Headers):
            programs[id(one.container)] = one
    for told in told_containers(world) if programs and has_web_servers(world) else ():
        by: dict[int, list[HandedOn]] = {}
        for edge in handed_on(world, told.workload, told.container):
            by.setdefault(id(edge.container), []).append(edge)
        for key, edges in by.items():
            if key in programs and edges[0].passed is not None:
                yield from _rows(world, told.workload, told.container, edges, programs[key])


def _rows(
    world: World, server: Workload, container: Container, edges: list[HandedOn], one: RunningProgram
) -> Iterator[HandedHeader]:
    edge = edges[0]
    for entry in one.running.entries(Headers):
        if edge.passed is None or one.told.applies(entry) is not True:
            continue
        lost = all(entry.header in each.withholds for each in edges) and not _elsewhere(world, server, container, entry)
        yield HandedHeader(
            object=one.workload.id,
            container=one.container.name,
            place=edge.passed,
            related=(Related(f"{one.workload.id.kind} {one.workload.id.name}", one.container.place, one.workload.id),),
            linted=one.workload.linted,
            software=one.running.program.name + (f" {one.running.version}" if one.running.version else ""),
            header=entry.header,
            by=f"{server.id.kind} {server.id.name}",
            file=edge.file,
            otherwise=entry.otherwise,
            advice=_ADVICE[entry.header],
            verdict="lost" if lost else "handed-on",
        )


def _elsewhere(world: World, server: Workload, container: Container, entry: Headers) -> bool:
    """Whether another file of the web server says the header for all of its servers."""
    return any(
        setting.key == "proxy_set_header"
        and setting.value is not None
        and reveal(setting.value).lower().startswith(f"{entry.header.lower()} ")
        for setting in settings_of(world, server, container)
    )
