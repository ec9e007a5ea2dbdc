"""Calls in another protocol than the port's: with TLS to one without it, or the reverse, and mysql:// to a PostgreSQL.

Calls are those of settings with a URL, of routes, load balancers, scrapes and probes.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.services import members, pod_ports
from mblint.facts.callers.controllers import is_monitor
from mblint.facts.callers.dependencies import find
from mblint.facts.callers.routes import carried
from mblint.facts.callers.scrapes import traced_scrapes
from mblint.facts.listening.backends import Asked, of_endpoint, of_load_balancer, of_route
from mblint.facts.listening.operated_schemes import operated_schemes
from mblint.facts.listening.otlp import otlp_at, otlp_of_call
from mblint.facts.listening.probe_schemes import probe_schemes
from mblint.facts.listening.protocols import protocol_at, protocol_of_call
from mblint.facts.listening.rows import SchemeUse
from mblint.facts.listening.tls import EITHER, tls_at, wants
from mblint.facts.rows import Related
from mblint.facts.way.reach import Reach
from mblint.facts.way.speech import Spoken, spoken
from mblint.facts.world import World

_OF_URLS = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
_WORDS = {
    "http": "plain HTTP (http://)",
    "https": "HTTPS (TLS, https://)",
    "tls": "TLS",
    "plain": "no TLS",
    "either": "TLS for those who ask",
}


class _Use(Struct, frozen=True, eq=False):
    """One call whose caller's side is known."""

    object: Object
    caller: str
    container: str | None
    asked: Asked
    server: Workload
    port: int
    service: Service | None


def scheme_uses(world: World) -> Iterator[SchemeUse]:
    """A row for each call of which both sides are known."""
    for use, speech in (
        *_of_settings(world),
        *_of_protocols(world),
        *_of_other_protocols(world),
        *_of_telemetry(world),
        *_of_routes(world),
        *_of_load_balancers(world),
        *_of_monitors(world),
    ):
        yield _row(use, speech)
    yield from probe_schemes(world)
    yield from operated_schemes(world)


def _of_settings(world: World) -> Iterator[tuple[_Use, Spoken]]:
    for found in find(world):
        scheme = _OF_URLS.get(found.destination.scheme or "")
        if scheme is None or found.destination.assumed or not found.row.hard or found.destination.hidden:
            continue
        setting = found.destination.setting
        asked = Asked(scheme, setting.label, setting.place, certain=True)
        client = setting.workload
        yield from _answered(world, client, str(client.id), setting.container.name, asked, found.reached)


def _of_protocols(world: World) -> Iterator[tuple[_Use, Spoken]]:
    """Calls of databases, brokers and directories that insist on TLS, or never ask for it."""
    for found in find(world):
        reached, client = found.reached, found.destination.setting.workload
        if reached.server is None or reached.pod_port is None or reached.beside or not found.row.hard:
            continue
        speech = tls_at(world, reached.server, reached.pod_port)
        asked = wants(world, found) if speech is not None else None
        if speech is not None and asked is not None:
            container = found.destination.setting.container.name
            use = _Use(client, str(client.id), container, asked, reached.server, reached.pod_port, reached.service)
            yield use, speech


def _of_other_protocols(world: World) -> Iterator[tuple[_Use, Spoken]]:
    """Calls whose protocol is not the port's at all."""
    for found in find(world):
        reached, client = found.reached, found.destination.setting.workload
        asked = protocol_of_call(world, found) if found.row.hard else None
        if asked is None or reached.server is None or reached.pod_port is None or reached.beside:
            continue
        speech = protocol_at(world, reached.server, reached.pod_port)
        if speech is not None and speech.scheme != asked.scheme:
            container = found.destination.setting.container.name
            yield (
                _Use(client, str(client.id), container, asked, reached.server, reached.pod_port, reached.service),
                speech,
            )


def _of_telemetry(world: World) -> Iterator[tuple[_Use, Spoken]]:
    """Calls of collectors by a container that says which way it speaks."""
    for found in find(world):
        reached, client = found.reached, found.destination.setting.workload
        if reached.server is None or reached.pod_port is None or reached.beside:
            continue
        speech, asked = otlp_at(reached.pod_port), otlp_of_call(world, found)
        if speech is not None and asked is not None:
            container = found.destination.setting.container.name
            use = _Use(client, str(client.id), container, asked, reached.server, reached.pod_port, reached.service)
            yield use, speech


def _of_routes(world: World) -> Iterator[tuple[_Use, Spoken]]:
    for one in carried(world):
        asked = of_route(world, one)
        if asked is not None:
            shown = f"{one.route.id.kind} {one.route.id.name}"
            yield from _answered(world, one.route, shown, None, asked, one.judged.reached)


def _of_monitors(world: World) -> Iterator[tuple[_Use, Spoken]]:
    """Scrapes of ServiceMonitors and kinds like it: plain, unless the endpoint says `scheme: https`."""
    for one in traced_scrapes(world):
        asked = of_endpoint(one.row.place) if one.answer is not None and is_monitor(one.by) else None
        if asked is not None and one.answer is not None:
            shown = f"Prometheus (by {one.row.by})"
            yield from _answered(world, one.by, shown, None, asked, one.answer.reached)


def _answered(
    world: World, by: Object, caller: str, container: str | None, asked: Asked, reached: Reach
) -> Iterator[tuple[_Use, Spoken]]:
    """The call with what its server speaks, where one workload answers and what it speaks is known."""
    if reached.server is None or reached.pod_port is None or reached.beside:
        return
    speech = spoken(world, reached.server, reached.pod_port, reached.service, reached.service_port)
    if speech is not None:
        yield _Use(by, caller, container, asked, reached.server, reached.pod_port, reached.service), speech


def _of_load_balancers(world: World) -> Iterator[tuple[_Use, Spoken]]:
    for service in world.cluster.services.values():
        for port in service.ports if service.type == "LoadBalancer" else ():
            asked = of_load_balancer(service, port)
            servers = members(world.cluster, service) if asked is not None else ()
            number = pod_ports(servers[0], port) if len(servers) == 1 else None
            if asked is not None and number is not None:
                speech = spoken(world, servers[0], number, service, port)
                if speech is not None:
                    shown = f"the load balancer of Service {service.id.name}"
                    yield _Use(service, shown, None, asked, servers[0], number, service), speech


def _row(use: _Use, speech: Spoken) -> SchemeUse:
    asked = use.asked
    related = () if use.service is None or use.service is use.object else (use.service,)
    return SchemeUse(
        object=use.object.id,
        container=use.container,
        place=asked.place,
        related=(
            *(Related(f"Service {one.id.name} leads there", one.place, one.id) for one in related),
            Related(f"{use.server.id.kind} {use.server.id.name} answers", use.server.place, use.server.id),
        ),
        linted=use.object.linted,
        caller=use.caller,
        said_by=asked.by,
        speaks=_WORDS.get(asked.scheme, asked.scheme),
        server=str(use.server.id),
        port=use.port,
        server_speaks=_WORDS.get(speech.scheme, speech.scheme),
        because=speech.because,
        certain=asked.certain and speech.certain,
        verdict="agrees" if speech.scheme in (asked.scheme, EITHER) else "differs",
    )
