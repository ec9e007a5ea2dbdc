"""The graph as JSON: nodes, services, what policies allow, what settings call. A contract: see the interface docs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.connections import AddressRange, Connection, address_ranges, connections
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.ports import PortSet
from mblint.cluster.services import members
from mblint.facts.callers.called import Traced
from mblint.facts.callers.dependencies import dependencies
from mblint.facts.callers.edges import edges
from mblint.facts.callers.graph import CallGraph, Edge
from mblint.facts.callers.rows import Dependency
from mblint.facts.world import World
from mblint.findings.stats import count
from mblint.reports.volume import MOST, size_of

_MOST_OF_A_SECTION = MOST // 2  # connections may be many, and so may dependencies
_NEXT = ",\n  "  # between two lines
_AT_ONCE = 32  # lines in a piece

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


class Parts(Struct, frozen=True):
    """What the sections hold, each in its order; dependencies are sorted. `calls`: those that no setting makes."""

    nodes: Iterable[Json]
    services: Iterable[Json]
    connections: Iterable[Connection]
    dependencies: Sequence[Dependency]
    calls: Sequence[Edge]


def graph_json(world: World, graph: CallGraph) -> Iterator[str]:
    """The whole graph in pieces, one entry a line, sorted by identifiers: the same input gives the same text."""
    cluster = world.cluster
    return graph_pieces(
        cluster,
        Parts(
            nodes=(*nodes_of(cluster, world.engine), *callers_of(graph)),
            services=(service_value(cluster, cluster.services[key]) for key in sorted(cluster.services)),
            connections=connections(world.engine),
            dependencies=dependencies(world),
            calls=[edge for edge in graph.edges if isinstance(edge.origin, Traced)],
        ),
    )


def graph_pieces(cluster: Cluster, parts: Parts) -> Iterator[str]:
    """The sections, and how many facts stand behind them, as `lint` counts. One piece is held at a time."""
    yield "{"
    yield from _section("nodes", map(_line, parts.nodes))
    yield ",\n"
    yield from _section("services", map(_line, parts.services))
    yield ",\n"
    yield from _section("connections", _connection_lines(parts.connections))
    yield ",\n"
    rows = edges(parts.dependencies).values()
    yield from _section("dependencies", sorted(_line(dependency_value(row)) for row in rows))
    yield ",\n"
    yield from _section("calls", map(_line, map(_call_value, parts.calls)))
    yield f',\n"stats": {_line(_stats(cluster, parts))}'
    yield "}\n"


def _stats(cluster: Cluster, parts: Parts) -> dict[str, Json]:
    """The numbers of `lint`: by kind of fact and verdict."""
    counted = count(cluster, parts.dependencies).counts
    found: dict[str, dict[str, int]] = {kind: dict(verdicts) for kind, verdicts in counted.items()}
    for edge in parts.calls:
        if edge.facts:
            verdicts = found.setdefault(f"{edge.about}s", {})
            verdicts[edge.verdict] = verdicts.get(edge.verdict, 0) + edge.facts
    return {kind: dict(sorted(verdicts.items())) for kind, verdicts in sorted(found.items())}


def _call_value(edge: Edge) -> Json:
    """A call that no setting makes. `to`: the workload, where there is one."""
    return {
        "about": edge.about,
        "from": edge.source,
        "to": edge.target if not edge.target.startswith("host/") else None,
        "service": edge.origin.row.service,
        "port": edge.port,
        "pod_port": edge.pod_port,
        "verdict": edge.verdict,
    }


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines, many in a piece: each piece is handed on by several generators."""
    yield f"{json.dumps(name)}: ["
    left, before, rest = _MOST_OF_A_SECTION, "\n  ", iter(lines)
    while some := list(islice(rest, _AT_ONCE)):
        text = _NEXT.join(some)
        size = size_of(text) + len(_NEXT)
        if size > left:
            fitting = _NEXT.join(_first(some, left))
            yield f'{before if fitting else ""}{fitting}],\n"{name}_cut": true'
            return
        yield before + text
        left, before = left - size, _NEXT
    yield "]"


def _first(lines: Sequence[str], most: int) -> Sequence[str]:
    """As many of the lines as fit."""
    for number, line in enumerate(lines):
        most -= size_of(line) + len(_NEXT)
        if most < 0:
            return lines[:number]
    return lines


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def nodes_of(cluster: Cluster, engine: PolicyEngine) -> Iterator[dict[str, Json]]:
    """Workloads, then the ranges of addresses that policies tell apart.

    `unknown`: why the connections of one of its sides may not be what the network plugin allows, where that is so.
    """
    for workload in sorted(cluster.workloads, key=lambda workload: workload.id):
        unsure = {direction.value: engine.unsure(workload, direction) for direction in Direction}
        unknown: dict[str, Json] = {direction: reason for direction, reason in unsure.items() if reason is not None}
        yield {
            "id": str(workload.id),
            "namespace": workload.id.namespace,
            "kind": workload.id.kind,
            "name": workload.id.name,
            "release": workload.release,
            **({"unknown": unknown} if unknown else {}),
        }
    ranges = {addresses for direction in Direction for addresses, _ in address_ranges(engine, direction)}
    for addresses in sorted(ranges, key=lambda addresses: (addresses.first, addresses.last)):
        yield {"id": str(addresses), "kind": "Addresses"}


def callers_of(graph: CallGraph) -> Iterator[dict[str, Json]]:
    """The routes, webhooks and monitors, as nodes."""
    for node in graph.nodes:
        if node.caller:
            yield {"id": node.id, "namespace": node.namespace, "kind": node.kind, "name": node.name}


def service_value(cluster: Cluster, service: Service) -> Json:
    """A Service with its ports and the workloads behind it."""
    ports: list[Json] = [
        {"name": port.name, "port": port.port, "target_port": port.target, "protocol": port.protocol}
        for port in service.ports
    ]
    workloads: list[Json] = [str(workload.id) for workload in members(cluster, service)]
    return {
        "id": str(service.id),
        "namespace": service.id.namespace,
        "name": service.id.name,
        "type": service.type,
        "headless": service.headless,
        "ports": ports,
        "workloads": sorted(workloads, key=str),
    }


def _connection_lines(found: Iterable[Connection]) -> Iterator[str]:
    """Assembled by hand: there may be hundreds of thousands, between few names."""
    names: dict[Workload | AddressRange, str] = {}
    for source, connections_of_it in groupby(found, key=lambda connection: connection.source):
        start = f'{{"from": {_line(end_name(source))}, "to": '
        for connection in connections_of_it:
            target = names.get(connection.target)
            if target is None:
                target = names[connection.target] = _line(end_name(connection.target))
            yield f'{start}{target}, "ports": {_port_list(connection.ports)}}}'


@lru_cache(maxsize=1024)
def _port_list(ports: PortSet) -> str:
    """Neighbours often have the same; there may be as many sets as connections, and hundreds of ports in each."""
    return json.dumps(ports.names())


def end_name(end: Workload | AddressRange) -> str:
    """The id of one end of a connection."""
    return str(end.id) if isinstance(end, Workload) else str(end)


def dependency_value(row: Dependency) -> dict[str, Json]:
    """A call, with its answer."""
    return {
        "from": row.client,
        "to": row.server,
        "host": row.host,
        "port": row.port,
        "pod_port": row.pod_port,
        "verdict": row.verdict,
    }
