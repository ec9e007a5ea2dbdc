"""The graph as JSON: nodes, services, what policies allow, what settings call. A contract: see the interface docs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.connections import AddressRange, Connection, address_ranges, connections
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.ports import PortSet
from mblint.cluster.services import members
from mblint.facts.callers.edges import edges
from mblint.facts.callers.rows import Dependency
from mblint.reports.volume import MOST, size_of

_MOST_OF_A_SECTION = MOST // 2  # connections may be many, and so may dependencies

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def graph_json(cluster: Cluster, engine: PolicyEngine, dependencies: Iterable[Dependency]) -> Iterator[str]:
    """The whole graph in pieces, one entry a line, sorted by identifiers: the same input gives the same text."""
    services = (service_value(cluster, cluster.services[key]) for key in sorted(cluster.services))
    return graph_pieces(nodes_of(cluster, engine), services, connections(engine), dependencies)


def graph_pieces(
    nodes: Iterable[Json], services: Iterable[Json], found: Iterable[Connection], rows: Iterable[Dependency]
) -> Iterator[str]:
    """The four sections, in the order given; dependencies are sorted. No more than one piece is held at a time."""
    yield "{"
    yield from _section("nodes", map(_line, nodes))
    yield ",\n"
    yield from _section("services", map(_line, services))
    yield ",\n"
    yield from _section("connections", _connection_lines(found))
    yield ",\n"
    yield from _section("dependencies", sorted(_line(dependency_value(row)) for row in edges(rows).values()))
    yield "}\n"


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"{json.dumps(name)}: ["
    left = _MOST_OF_A_SECTION
    for number, line in enumerate(lines):
        left -= size_of(line) + 4
        if left < 0:
            yield f'],\n"{name}_cut": true'
            return
        yield f",\n  {line}" if number else f"\n  {line}"
    yield "]"


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
    for connection in found:
        source, target = connection.source, connection.target
        for end in (source, target):
            if end not in names:
                names[end] = _line(end_name(end))
        yield f'{{"from": {names[source]}, "to": {names[target]}, "ports": {_port_list(connection.ports)}}}'


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
