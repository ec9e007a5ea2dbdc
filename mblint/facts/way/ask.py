"""From a question as people type it (`keycloak:80`, `https://id.example/x`, `[::1]:80`) to the way that answers it."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import Workload
from mblint.facts.way.endpoints import Endpoint, endpoints
from mblint.facts.way.hosts import resolve
from mblint.facts.way.peers import port_words
from mblint.facts.way.reach import Connection, protocol_of, reach
from mblint.facts.way.resolution import Resolution
from mblint.facts.way.steps.whole import Way, way
from mblint.facts.world import World
from mblint.regex import regex

_NAMED_PORT = regex(r"[\w.-]+:([a-z0-9-]*[a-z][a-z0-9-]*)")  # a name of a port as Kubernetes allows them


class Unanswerable(Exception):
    """A destination that is none, or that lacks a port. `str()` says what to write."""


class Asked(Struct, frozen=True):
    """Where somebody wants to go. `port` None: the only one of the Service. `protocol` None: the Service's."""

    host: str
    port: int | None
    protocol: str | None


def asked(text: str, protocol: str | None) -> Asked:
    """The destination of a text. Raises Unanswerable."""
    found = endpoints(text)
    if not found and (named := _NAMED_PORT.fullmatch(text)) is not None:
        raise Unanswerable(f"write the port as a number, as applications do: {named[1]} is its name in a Service")
    if len(found) != 1:
        raise Unanswerable("that is no HOST:PORT, no HOST, and no URL with a port that is known")
    return Asked(found[0].host, found[0].port, protocol or _only_protocol(found[0]))


def _only_protocol(endpoint: Endpoint) -> str | None:
    return endpoint.protocol if endpoint.scheme is not None else None


def answer(world: World, client: Workload, to: Asked) -> Way:
    """The way from the client. Raises Unanswerable where the port cannot be told."""
    leads = resolve(to.host, client, world.cluster, world.config.cluster)
    call = _call(client, to, leads)
    return way(world, to.host, call, leads, reach(world, call, leads))


def _call(client: Workload, to: Asked, leads: Resolution) -> Connection:
    if to.port is None:
        return _only_port(client, to, leads)
    return Connection(client, to.port, to.protocol or protocol_of(leads.service, to.port))


def _only_port(client: Workload, to: Asked, leads: Resolution) -> Connection:
    ports = [one for one in leads.service.ports if to.protocol in (None, one.protocol)] if leads.service else []
    if len(ports) == 1:
        return Connection(client, ports[0].port, ports[0].protocol)
    has = ", ".join(port_words(one) for one in ports)
    which = f"the Service {leads.service.id.name} has {has}" if leads.service and has else f"write {to.host}:PORT"
    raise Unanswerable(f"which port? {which}")
