"""What each container is told to call, and whether it gets there: one row for each setting and destination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Service
from mblint.cluster.policies.objects import Direction
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.calls.certainty import is_certain
from mblint.facts.calls.destinations import Destination, destinations
from mblint.facts.calls.hosts import resolve
from mblint.facts.calls.inherited import without_inherited
from mblint.facts.calls.peers import as_flow, nearest_service, peer_of_service, peer_of_workload
from mblint.facts.calls.reach import Call, Reach, reach
from mblint.facts.calls.resolution import Resolution
from mblint.facts.calls.rows import Dependency
from mblint.facts.oidc.relations import said_of
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.settings.by_container import by_container
from mblint.settings.rows import Setting


class Found(Struct, frozen=True):
    """A row, and what it was made from."""

    row: Dependency
    destination: Destination
    resolution: Resolution
    reached: Reach


def dependencies(world: World) -> tuple[Dependency, ...]:
    """The rows of all containers, in the order of their settings.

    A Job, or an init container, that only inherits a lasting workload's setting has no row of its own: it is named in
    that workload's `shared_by`.
    """
    return without_inherited(
        [(found.row, found.destination.setting) for found in find(world)],
        outcome=lambda row: (row.host, row.port, row.protocol, row.verdict),
        surroundings=lambda row: row.policies,
    )


@remembered
def find(world: World) -> tuple[Found, ...]:
    """Every destination of every container, judged: several kinds of facts start from it."""
    return tuple(_find(world))


def _find(world: World) -> Iterator[Found]:
    for told in by_container(world.settings):
        answers: dict[tuple[str, Call], tuple[Resolution, Reach]] = {}
        for destination in destinations(told):
            call = Call(told.workload, destination.port, destination.protocol, destination.assumed)
            question = (destination.host.lower(), call)
            if question not in answers:
                resolution = resolve(destination.host, told.workload, world.cluster, world.config.cluster)
                answers[question] = resolution, reach(world, call, resolution)
            resolution, reached = answers[question]
            yield Found(_row(world, destination, reached), destination, resolution, reached)


def _row(world: World, destination: Destination, reached: Reach) -> Dependency:
    setting = destination.setting
    client = setting.workload
    row = Dependency(
        object=client.id,
        container=setting.container.name,
        place=setting.place,
        related=tuple(_related(destination, reached)),
        linted=client.linted,
        client=str(client.id),
        settings=setting.label,
        host=destination.host,
        port=destination.port if destination.port is not None else _only_port(reached),
        protocol=destination.protocol,
        pod_port=reached.pod_port,
        service=_service_name(reached.service),
        server=str(reached.server.id) if reached.server is not None else None,
        verdict=reached.verdict,
        reason=reached.reason,
        named_target=reached.named_target,
        policies=tuple(policy.id.name for policy in reached.policies),
        nearest_miss=reached.nearest_words,
        oidc=_is_oidc(setting),
        hard=is_certain(destination),
        decided_by=str(reached.rule) if reached.rule is not None else None,
    )
    if destination.hidden and reached.service is None:
        return _hidden(row)
    return row if row.verdict in ("allowed", "external", "unknown") else _explained(world, row, destination, reached)


def _is_oidc(setting: Setting) -> bool:
    """True for what the OIDC endpoints judge: URLs only."""
    return setting.value is not None and "://" in reveal(setting.value) and said_of(setting) is not None


def _only_port(reached: Reach) -> int | None:
    return reached.service_port.port if reached.service_port is not None else None


def _service_name(service: Service | None) -> str | None:
    return f"{service.id.namespace}/{service.id.name}" if service is not None else None


def _hidden(row: Dependency) -> Dependency:
    """A host that is the whole value of a Secret is shown only where it names a Service of the render."""
    return replace(row, host=SHOWN, port=None, verdict="unknown", reason="the host is a Secret's value", related=())


def _explained(world: World, row: Dependency, destination: Destination, reached: Reach) -> Dependency:
    """What messages and fixes show of a row that somebody will read."""
    client, service = destination.setting.workload, reached.service
    missing = row.verdict == "no-service"
    return replace(
        row,
        client_peer=peer_of_workload(client, reached.server.id.namespace) if reached.server is not None else None,
        server_peer=peer_of_service(service, client.id.namespace) if service is not None else None,
        service_ports=_ports_of(service) if service is not None else (),
        service_selector=as_flow(service.selector) if service is not None and service.selector else None,
        nearest_service=nearest_service(destination.host, client.id.namespace, world.cluster) if missing else None,
    )


def _ports_of(service: Service) -> tuple[str, ...]:
    return tuple(f"{port.port} ({port.name})" if port.name else str(port.port) for port in service.ports)


def _related(destination: Destination, reached: Reach) -> Sequence[Related]:
    """The way of the packet: where the port is set, what the Service makes of it, which policies judge it."""
    found: list[Related] = []
    if destination.partner is not None:
        found.append(Related(f"the port is set by {destination.partner.label}", destination.partner.place))
    if destination.setting.reference is not None:
        found.append(Related("the container refers to it here", destination.setting.reference))
    service, port = reached.service, reached.service_port
    if service is not None:
        where = port.place if port is not None else service.place
        leads = f", which leads to pod port {reached.pod_port}" if port is not None and reached.pod_port else ""
        shown = f" port {port.port}" if port is not None else ""
        found.append(Related(f"Service {service.id.name}{shown}{leads}", where, service.id))
    found.extend(_deciding(reached))
    return found


def _deciding(reached: Reach) -> Iterator[Related]:
    side = "the client's egress" if reached.direction is Direction.EGRESS else "the server's ingress"
    if reached.rule is not None:
        yield Related(f"{reached.rule} decides {side}", reached.rule.place, reached.rule.policy.id)
    elif reached.verdict not in ("allowed", "external"):
        if reached.nearest is not None:
            rule = reached.nearest.rule
            yield Related(f"nearest: {rule}", rule.place, rule.policy.id)
        for policy in reached.policies:
            yield Related(f"{policy.id.kind} {policy.id.name} judges {side}", policy.place, policy.id)
