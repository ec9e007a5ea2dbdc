"""The one place in which calls are judged, whoever calls: where the name leads, and what becomes of the packet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import Service, Workload, names_once
from mblint.cluster.policies.objects import Direction
from mblint.cluster.services import services_in
from mblint.facts.callers.call import Backend, Call, Pods
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.rows import Related
from mblint.facts.way.hosts import resolve, resolve_service
from mblint.facts.way.peers import nearest_service, peer_of_service, peer_of_workload, port_words
from mblint.facts.way.reach import Connection, FromOutside, Reach, protocol_of, reach
from mblint.facts.way.resolution import Resolution
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.flow import flow

_GETS_THERE = frozenset(("allowed", "external", "unknown"))


class Judged(Struct, frozen=True):
    """A call, where it leads, and what becomes of it: all that a row of facts says of its way."""

    call: Call
    resolution: Resolution
    reached: Reach

    @property
    def verdict(self) -> str:
        """As rules ask for it: see `Dependency`."""
        return self.reached.verdict

    @property
    def port(self) -> int | None:
        """The Service's port by its number, or the only one that there is."""
        if self.reached.service_port is not None:
            return self.reached.service_port.port
        return self.call.port if isinstance(self.call.port, int) else None

    @property
    def protocol(self) -> str:
        """By which it goes."""
        return self.call.protocol or protocol_of(self.reached.service, self.port)

    @property
    def service(self) -> str | None:
        """`default/web`."""
        service = self.reached.service
        return f"{service.id.namespace}/{service.id.name}" if service is not None else None

    @property
    def server(self) -> str | None:
        """The workload behind it."""
        return str(self.reached.server.id) if self.reached.server is not None else None

    @property
    def policies(self) -> tuple[str, ...]:
        """The names of the policies that decide."""
        return names_once(self.reached.policies)

    @property
    def decided_by(self) -> str | None:
        """The rule that allows or denies."""
        return str(self.reached.rule) if self.reached.rule is not None else None


class Explanation(Struct, frozen=True):
    """What messages and fixes show of a call that does not get there. The fields are those of `Dependency`."""

    client_peer: str | None = None
    server_peer: str | None = None
    service_ports: tuple[str, ...] = ()
    service_selector: str | None = None
    missing: str | None = None
    nearest_service: str | None = None
    slip: bool = False
    through: str | None = None
    no_pod: str | None = None


def judged(world: World, calls: Iterable[Call]) -> Iterator[Judged]:
    """Each call with its answer. A caller's calls that ask the same are asked once: they stand side by side."""
    client: Workload | Stranger | None = None
    answers: dict[tuple[str | Backend | Pods, int | str | None, str | None, bool], tuple[Resolution, Reach]] = {}
    for call in calls:
        if call.caller.client is not client:
            client, answers = call.caller.client, {}
        question = (call.to.lower() if isinstance(call.to, str) else call.to, call.port, call.protocol, call.assumed)
        if question not in answers:
            answers[question] = _answer(world, call)
        yield Judged(call, *answers[question])


# Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#srv-records
_SRV = regex(r"_([a-z0-9-]+)\._(?:tcp|udp|sctp)\.")
_BEST_FIRST = ("allowed", "external", "unknown", "address-only", "service-port-only", "egress-denied")


def best(answers: Iterable[Judged]) -> Judged:
    """The one that gets furthest, where any of several callers may be the one that calls."""
    ranks = {verdict: rank for rank, verdict in enumerate(_BEST_FIRST)}
    return min(answers, key=lambda one: ranks.get(one.verdict, len(ranks)))


def _answer(world: World, call: Call) -> tuple[Resolution, Reach]:
    leads = _leads(world, call)
    asked = _named_by_host(call) if call.port is None else call.port
    port = asked if not isinstance(asked, str) else _numbered(leads.service, asked)
    if isinstance(asked, str) and leads.service is not None and port is None:
        missing = f"the Service {leads.service.id.name} has no port named {asked}"
        return leads, Reach("no-port", missing, leads.service)
    return leads, reach(world, connection(call, leads.service, port), leads)


def _named_by_host(call: Call) -> str | None:
    """The name of the port in a host that is asked for its SRV record: `_grpc._tcp.store`."""
    found = _SRV.match(call.to) if isinstance(call.to, str) else None
    return None if found is None else found[1]


def connection(call: Call, service: Service | None, port: int | None) -> Connection | FromOutside:
    """What a call wants, by the number of its port."""
    client, protocol = call.caller.client, call.protocol or protocol_of(service, port)
    # SRV records are about endpoints: their ports are those of the pods, of headless Services, too.
    by_endpoints = isinstance(call.to, Backend | Pods) or (call.port is None and _named_by_host(call) is not None)
    wanted = port, protocol, call.assumed, by_endpoints
    return FromOutside(client, *wanted) if isinstance(client, Stranger) else Connection(client, *wanted)


def _leads(world: World, call: Call) -> Resolution:
    client = call.caller.client
    if isinstance(call.to, Pods):
        return Resolution("pods", pods=call.to.workload)
    if isinstance(call.to, Backend):
        asker = client if isinstance(client, Workload) else None
        return resolve_service(call.to.service, call.to.namespace, asker, world.cluster, world.config.cluster)
    if isinstance(client, Workload):
        return resolve(call.to, client, world.cluster, world.config.cluster)
    return Resolution("unknown", reason=f"what {call.to} means to {call.caller.shown}, no manifest says")


def _numbered(service: Service | None, name: str) -> int | None:
    ports = service.ports if service is not None else ()
    return next((port.port for port in ports if port.name == name), None)


# ---------------------------------------------------------------- what rows show


def related(one: Judged) -> Iterator[Related]:
    """The way of the packet: what the Service makes of the port, which rule or policies judge it."""
    reached = one.reached
    service, port = reached.service, reached.service_port
    if service is not None:
        where = port.place if port is not None else service.place
        leads = f", which leads to pod port {reached.pod_port}" if port is not None and reached.pod_port else ""
        shown = f" port {port.port}" if port is not None else ""
        yield Related(f"Service {service.id.name}{shown}{leads}", where, service.id)
    side = "the client's egress" if reached.direction is Direction.EGRESS else "the server's ingress"
    if reached.rule is not None:
        yield Related(f"{reached.rule} decides {side}", reached.rule.place, reached.rule.policy.id)
    elif reached.verdict not in ("allowed", "external"):
        if reached.nearest is not None:
            rule = reached.nearest.rule
            yield Related(f"nearest: {rule}", rule.place, rule.policy.id)
        for policy in reached.policies:
            yield Related(f"{policy.id.kind} {policy.id.name} judges {side}", policy.place, policy.id)


def explained(world: World, one: Judged) -> Explanation:
    """What messages and fixes show; nothing of a call that gets there, or of which nobody knows."""
    if one.verdict in _GETS_THERE:
        return Explanation()
    reached, service, client = one.reached, one.reached.service, one.call.caller.client
    namespace = client.id.namespace if isinstance(client, Workload) else one.call.object.namespace
    found = Explanation(
        server_peer=peer_of_service(service, namespace) if service is not None else None,
        service_ports=_ports_of(service) if service is not None else (),
        service_selector=flow(service.selector) if service is not None and service.selector else None,
    )
    if one.verdict == "no-service":
        return _without_service(world, one, found, namespace)
    if reached.server is None or not isinstance(client, Workload):
        return found
    return replace(found, client_peer=peer_of_workload(client, reached.server.id.namespace))


def _without_service(world: World, one: Judged, found: Explanation, namespace: str) -> Explanation:
    """What is missing, and what may be meant by it."""
    missing, through = one.resolution.missing, ", then ".join(one.resolution.through) or None
    if missing is None:
        to = one.call.to
        host = to if isinstance(to, str) else to.service if isinstance(to, Backend) else None
        meant = one.resolution.service
        return replace(
            found,
            missing=host,
            nearest_service=_nearest(world, one.call, namespace)
            if meant is None
            else f"{meant.id.namespace}/{meant.id.name}",
            no_pod=one.resolution.reason if meant is None else None,
            slip=meant is not None and through is None,
            through=through,
        )
    space, name = missing
    near = [
        service
        for service in services_in(world.cluster, space)
        if differ_by_a_slip(name, service.id.name) and _takes(service, one.call.port)
    ]
    return replace(
        found,
        missing=f"{space}/{name}",
        nearest_service=f"{space}/{near[0].id.name}" if len(near) == 1 else nearest_service(name, space, world.cluster),
        slip=len(near) == 1 and through is None,
        through=through,
    )


def _takes(service: Service, port: int | str | None) -> bool:
    """Whether a call by this port could be meant for the Service."""
    return port is None or service.headless or any(port in (one.port, one.name) for one in service.ports)


def _ports_of(service: Service) -> tuple[str, ...]:
    return tuple(map(port_words, service.ports))


def _nearest(world: World, call: Call, namespace: str) -> str | None:
    if isinstance(call.to, Pods):
        return None  # no name led there
    if isinstance(call.to, Backend):
        return nearest_service(call.to.service, call.to.namespace, world.cluster)
    return nearest_service(call.to, namespace, world.cluster)
