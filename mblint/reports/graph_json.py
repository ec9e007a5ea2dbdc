"""The graph as JSON: nodes, services, what policies allow, what settings call. A contract: see the interface docs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.connections import AddressRange, Connection, address_ranges, connections
from mblint.cluster.engine import PolicyEngine
from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies import Direction
from mblint.cluster.ports import PortSet
from mblint.cluster.services import members
from mblint.facts.calls.rows import Dependency

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def graph_json(cluster: Cluster, engine: PolicyEngine, dependencies: Iterable[Dependency]) -> str:
    """The whole graph, one entry a line, sorted by identifiers: the same input gives the same text."""
    services = [service_value(cluster, cluster.services[key]) for key in sorted(cluster.services)]
    return graph_text(nodes_of(cluster, engine), services, connections(engine), dependencies)


def graph_text(
    nodes: Iterable[Json], services: Iterable[Json], found: Iterable[Connection], rows: Iterable[Dependency]
) -> str:
    """The four sections, in the order given; dependencies are sorted."""
    sections = {
        "nodes": [_line(node) for node in nodes],
        "services": [_line(service) for service in services],
        "connections": list(_connection_lines(found)),
        "dependencies": sorted(_line(_dependency(row)) for row in rows),
    }
    return "{" + ",\n".join(_section(name, lines) for name, lines in sections.items()) + "}\n"


def _section(name: str, lines: list[str]) -> str:
    return f"{json.dumps(name)}: [" + ",".join(f"\n  {line}" for line in lines) + "]"


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def nodes_of(cluster: Cluster, engine: PolicyEngine) -> Iterator[dict[str, Json]]:
    """Workloads, then the ranges of addresses that policies tell apart."""
    for workload in sorted(cluster.workloads, key=lambda workload: workload.id):
        yield {
            "id": str(workload.id),
            "namespace": workload.id.namespace,
            "kind": workload.id.kind,
            "name": workload.id.name,
            "release": workload.release,
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
    """Assembled by hand: there may be hundreds of thousands, between few names and few sets of ports."""
    names: dict[Workload | AddressRange, str] = {}
    port_lists: dict[PortSet, str] = {}
    for connection in found:
        source, target, ports = connection.source, connection.target, connection.ports
        for end in (source, target):
            if end not in names:
                names[end] = json.dumps(end_name(end), ensure_ascii=False)
        if ports not in port_lists:
            port_lists[ports] = json.dumps(ports.names())
        yield f'{{"from": {names[source]}, "to": {names[target]}, "ports": {port_lists[ports]}}}'


def end_name(end: Workload | AddressRange) -> str:
    """The id of one end of a connection."""
    return str(end.id) if isinstance(end, Workload) else str(end)


def _dependency(row: Dependency) -> Json:
    return {
        "from": row.client,
        "to": row.server,
        "host": row.host,
        "port": row.port,
        "pod_port": row.pod_port,
        "verdict": row.verdict,
    }
