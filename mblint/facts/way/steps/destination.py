"""Where the way leads: from a host name to a Service, and from its port to pods."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Service
from mblint.cluster.policies.objects import Direction
from mblint.cluster.routes_by_host import serves
from mblint.facts.rows import Related
from mblint.facts.way.dns import may_ask_dns
from mblint.facts.way.host_names import normal
from mblint.facts.way.peers import nearest_service, port_words
from mblint.facts.way.reach import Connection, Reach
from mblint.facts.way.resolution import Resolution
from mblint.facts.way.steps.step import Step
from mblint.facts.world import World
from mblint.remedies.flow import flow

_SHOWN = 8  # backends of a route


def name_step(world: World, host: str, call: Connection, to: Resolution, reached: Reach) -> Step:
    """What the host name leads to, seen from the client's pods."""
    through = "".join(f" by {word}" for word in to.through)
    match to.resolves:
        case "service" if to.service is not None:
            where = to.service
            pod = f", and means one pod of {to.pods.id.kind} {to.pods.id.name}" if to.pods is not None else ""
            sentence = f"{host} leads{through} to the Service {where.id.namespace}/{where.id.name}{pod}"
            return Step("name", "passes", sentence, where.place, where.id, tuple(_dns(world, call, to)))
        case "self":
            return Step("name", "passes", f"{to.reason}{through}")
        case "unknown-service":
            near = nearest_service(host, call.client.id.namespace, world.cluster)
            sentence = f"{host} is the name of no Service of these manifests: there is {to.reason}"
            return Step("name", "denied", sentence + (f"; did you mean {near}?" if near else ""))
        case "public" | "private" if to.address is not None:
            return Step("name", "passes", f"{host}{through} is an address outside the cluster")
        case "public" | "private":
            also = tuple(_dns(world, call, to))
            return Step("name", "passes", f"{host}{through} is a name outside the cluster", also=also)
        case "reserved":
            return Step("name", "unknown", f"{host} is a reserved name, which public DNS does not answer")
    reason = to.reason or reached.reason or ""
    sentence = reason if host in reason else f"where {host} leads{through} is unknown: {reason}"
    return Step("name", "unknown", sentence, also=tuple(_behind_the_controller(world, host)))


def _behind_the_controller(world: World, host: str) -> Iterator[Related]:
    """What the routes that serve the host lead to: the controller carries the requests there."""
    name = normal(host).rstrip(".")
    for route in world.cluster.routes:
        if not any(serves(one.text.lower(), name) for one in route.hosts):
            continue
        for backend in route.backends[:_SHOWN]:
            if not backend.hosts or any(serves(one.lower(), name) for one in backend.hosts):
                port = f" on port {backend.port}" if backend.port is not None else ""
                leads = f"the Service {backend.namespace}/{backend.service}{port}"
                words = (
                    f"the controller carries {name}{backend.path or ''} by {route.id.kind} {route.id.name} to {leads}"
                )
                yield Related(words, backend.named_at, route.id)


def _dns(world: World, call: Connection, to: Resolution) -> Iterator[Related]:
    """A word on the way to the cluster's DNS, which a name needs before any packet is sent."""
    if to.address is None and not to.through and may_ask_dns(world, call.client) == "egress-denied":
        ports = ", ".join(f"UDP/{port}" for port in world.config.cluster.dns_ports)
        policy = world.engine.policies_of(call.client, Direction.EGRESS)[0]
        message = f"but no egress rule of the client lets it ask the cluster's DNS ({ports}) for any name"
        yield Related(message, policy.place, policy.id)


# ---------------------------------------------------------------- Service and pods


class AskedPort(Struct, frozen=True):
    """The port that is asked for. `by_endpoints`: whoever calls asks the API for the pods and their ports."""

    port: int | str | None
    protocol: str
    by_endpoints: bool = False


def asked_port(call: Connection) -> AskedPort:
    """That of a workload's call."""
    return AskedPort(call.port, call.protocol, call.by_endpoints)


def service_step(asked: AskedPort, service: Service, reached: Reach) -> Step:
    """What the Service makes of the port."""
    port = reached.service_port
    if reached.verdict == "no-port":
        has = ", ".join(port_words(one) for one in service.ports)
        sentence = f"the Service has no port {asked.port}/{asked.protocol}; it has {has or 'none'}"
        return Step("service", "denied", sentence, service.place.at("spec", "ports"), service.id)
    if service.headless and not asked.by_endpoints:
        sentence = f"the Service is headless: it translates nothing, and {asked.port} is the port of the pods"
        return Step("service", "passes", sentence, service.place, service.id)
    if port is None:
        return Step("service", "unknown", reached.reason or "no port is given", service.place, service.id)
    named = f" ({port.name})" if port.name else ""
    if reached.named_target is not None:
        sentence = f"port {port.port}{named} leads to the target port {port.target}, which no selected pod has"
        return Step("service", "unknown", sentence, port.place, service.id)
    leads = f"the pods' port {port.target if reached.pod_port is None else reached.pod_port}"
    by_name = f", by its name {port.target}" if isinstance(port.target, str) and reached.pod_port is not None else ""
    return Step("service", "passes", f"port {port.port}{named} leads to {leads}{by_name}", port.place, service.id)


def pods_steps(service: Service, reached: Reach) -> Iterator[Step]:
    """Whose pods are behind the Service; nothing where the port leads nowhere."""
    selector = flow(service.selector) if service.selector else ""
    if reached.verdict == "no-pods":
        where = service.place.at("spec", "selector")
        yield Step(
            "pods",
            "denied",
            f"no pod of these manifests carries what the Service selects, {selector}",
            where,
            service.id,
        )
    elif reached.server is None:
        if reached.verdict != "no-port":
            yield Step("pods", "unknown", reached.reason or "unknown", service.place.at("spec"), service.id)
    else:
        server = reached.server
        beside = tuple(
            Related(f"{other.server.id.kind} {other.server.id.name} is behind it, too: {other.verdict}",
                    other.server.place, other.server.id)
            for other in reached.beside
            if other.server is not None
        )  # fmt: skip
        outcome = "passes" if reached.named_target is None else "unknown"
        sentence = f"the Service selects the pods of {server.id.kind} {server.id.name} by {selector}"
        yield Step("pods", outcome, sentence, server.place, server.id, beside)


def own_pod_step(call: Connection, reached: Reach) -> Step:
    """Whether the client's own pod listens."""
    outcome = {"allowed": "passes", "self": "denied"}.get(reached.verdict, "unknown")
    listens = {"passes": "listens", "denied": "does not listen"}.get(outcome, "may listen")
    sentence = f"the client's own pod {listens} on {call.protocol}/{call.port}"
    return Step("pods", outcome, sentence, call.client.pod.place, call.client.id)
