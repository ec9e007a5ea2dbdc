"""One connection, step by step: Service port, pod port, the client's egress, the server's ingress, to a verdict.

Long because one packet's steps are read in one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.engine.decision import Decision, NearMiss, Outcome, RuleRef
from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import Service, ServicePort, Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy, PluginPolicy
from mblint.cluster.policies.run_time_labels import of_static_pods
from mblint.cluster.services import members, pod_ports, possible_members
from mblint.cluster.unread import pods_of_unknown_labels
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.way.host_names import Address
from mblint.facts.way.listeners import Listening, listens, says_it_listens
from mblint.facts.way.outside import lets_out_to, may_reach_unseen_pods, rule_out_to
from mblint.facts.way.resolution import Resolution
from mblint.facts.way.unseen import may_make_pods
from mblint.facts.world import World


class Reach(Struct, frozen=True):
    """The verdict on one connection, and everything that it was derived from.

    `policies`: the policies that isolate the side that decides. `rule`: the rule that allows or denies. `nearest`: the
    rule that would have allowed it but for little, in words. `egress` and `ingress`: what each side says, where it was
    asked; egress at `egress_port`. `beside`: the same for other workloads behind the Service.
    `address`: of an outside host that is one.
    """

    verdict: str
    reason: str | None = None
    service: Service | None = None
    service_port: ServicePort | None = None
    server: Workload | None = None
    pod_port: int | None = None
    named_target: str | None = None
    direction: Direction | None = None
    policies: tuple[NetworkPolicy | PluginPolicy, ...] = ()
    rule: RuleRef | None = None
    nearest: NearMiss | None = None
    nearest_words: str | None = None
    egress: Decision | None = None
    egress_port: int | None = None
    ingress: Decision | None = None
    address: Address | None = None
    beside: tuple[Reach, ...] = ()


class Connection(Struct, frozen=True):
    """What a client's container wants: a port, by a protocol. `assumed`: the port is only the usual one.

    `by_endpoints`: the client asks the API for the Service's endpoints, as ingress controllers and Prometheus do, so
    that a headless Service's ports are translated, too.
    """

    client: Workload
    port: int | None
    protocol: str = "TCP"
    assumed: bool = False
    by_endpoints: bool = False


class FromOutside(Struct, frozen=True):
    """The same of a client that is in no manifest: only the server's side can be judged."""

    client: Stranger
    port: int | None
    protocol: str = "TCP"
    assumed: bool = False
    by_endpoints: bool = False


_Call = Connection | FromOutside


def reach(world: World, call: _Call, to: Resolution) -> Reach:
    """Whether the client gets to where its host name leads."""
    if to.resolves == "service" and to.service is not None:
        return _to_service(world, call, to.service, to.pods)
    if to.resolves == "pods" and to.pods is not None and call.port is not None:
        return _judge(world, call, Reach("unknown", server=to.pods, pod_port=call.port), call.port)
    if to.resolves == "unknown-service":
        return Reach("no-service", to.reason, to.service)
    if isinstance(call, FromOutside):
        return Reach("unknown", to.reason, to.service)
    if to.resolves == "self":
        return _to_itself(world, call, to)
    if to.resolves in ("public", "private"):
        return _outside(world, call, to)
    return Reach("unknown", to.reason, to.service)


def protocol_of(service: Service | None, port: int | None) -> str:
    """The protocol of a call where nothing that is written decides it: the one that the Service has the port for."""
    found = {one.protocol for one in service.ports if one.port == port} if service is not None else set()
    return found.pop() if len(found) == 1 else "TCP"


# ---------------------------------------------------------------- no Service in between


def _to_itself(world: World, call: Connection, to: Resolution) -> Reach:
    if call.port is None:
        return Reach("unknown", "no port is given")
    match (says_it_listens if to.plain else listens)(world, call.client, call.port, call.protocol):
        case Listening.YES:
            return Reach("allowed", "the pod itself listens on it", server=call.client, pod_port=call.port)
        case Listening.NO:
            return Reach("self", to.reason, server=call.client, pod_port=call.port)
    return Reach("unknown", "the pod itself, in which something may listen")


def _outside(world: World, call: Connection, to: Resolution) -> Reach:
    if call.port is None:
        return Reach("unknown", "no port is given")
    if call.client.pod.host_network:
        return Reach("external", to.reason)
    decision = _egress_outside(world, call, call.port, to)
    known = Reach("unknown", decision.reason, egress=decision, egress_port=call.port, address=to.address)
    if decision.outcome is Outcome.UNKNOWN:
        return known
    if decision.outcome is Outcome.DENIED and may_reach_unseen_pods(world, call.client, call.port, call.protocol):
        return replace(known, reason="an egress rule covers this port to pods outside the render, such as a proxy's")
    verdict = "external" if decision.outcome is Outcome.ALLOWED else "external-denied"
    reason = to.reason if verdict == "external" else decision.reason
    return replace(_decided(known, verdict, Direction.EGRESS, decision), reason=reason)


def _egress_outside(world: World, call: Connection, port: int, to: Resolution) -> Decision:
    """Of a host that is an address the answer for that address, else whether any outside address may be reached."""
    decision = world.engine.egress_outside(call.client, port, call.protocol)
    if decision.outcome is not Outcome.ALLOWED or to.address is None:
        return decision
    if lets_out_to(world, call.client, port, call.protocol, to.address):
        return replace(decision, rule=rule_out_to(world, call.client, port, call.protocol, to.address))
    return Decision(Outcome.DENIED, policies=decision.policies)


# ---------------------------------------------------------------- through a Service


def _to_service(world: World, call: _Call, service: Service, pods: Workload | None) -> Reach:
    if world.cluster.is_unread(service.id, "spec"):
        return Reach("unknown", f"parts of the Service {service.id.name} cannot be read", service)
    port = _service_port(service, call)
    if isinstance(port, Reach):
        return _to_every_port(world, call, service, pods) or port if call.port is None else port
    behind = _behind(world, service, pods)
    if isinstance(behind, Reach):
        return replace(behind, service=service, service_port=port)
    attempts = [_to_pods(world, call, server, port, service) for server in behind]
    possible = [attempt for attempt in attempts if attempt.pod_port is not None]
    if not possible:
        target = str(port.target) if port is not None else None
        reason = f"no pod of {service.id.name} has a container port named {target}"
        return Reach("unknown", reason, service, port, attempts[0].server, named_target=target)
    best = min(possible, key=lambda attempt: _BEST_FIRST.index(attempt.verdict))
    return replace(best, beside=tuple(attempt for attempt in attempts if attempt is not best))


def _to_every_port(world: World, call: _Call, service: Service, pods: Workload | None) -> Reach | None:
    """The answer for a call whose port nobody says: it gets there by whatever port of the Service; else None."""
    if not 0 < len(service.ports) <= _MOST_PORTS:
        return None
    answers = [
        _to_service(world, replace(call, port=port.port, protocol=port.protocol), service, pods)
        for port in service.ports
    ]
    if any(answer.verdict != "allowed" for answer in answers):
        return None
    return replace(answers[0], reason="by every port of the Service", service_port=None, pod_port=None, beside=())


_MOST_PORTS = 20  # of a Service, of which all are tried where a call names none
_BEST_FIRST = ("allowed", "unknown", "address-only", "service-port-only", "egress-denied", "ingress-denied")


def _service_port(service: Service, call: _Call) -> ServicePort | Reach | None:
    """The Service's port that the call goes to; None for a port of a headless Service, which translates nothing."""
    same_protocol = [port for port in service.ports if port.protocol == call.protocol]
    named = service.headless and not call.by_endpoints
    if call.port is None:
        if len(service.ports) == 1 and not named:
            return service.ports[0]
        return Reach("unknown", "no port is given", service)
    found = next((port for port in same_protocol if port.port == call.port), None)
    if found is not None or named:
        return found
    if call.assumed:
        return Reach("unknown", f"no port is given, and {call.port} is none of {service.id.name}", service)
    return Reach("no-port", f"the Service {service.id.name} has no port {call.port}/{call.protocol}", service)


def _behind(world: World, service: Service, pods: Workload | None) -> Sequence[Workload] | Reach:
    """The workloads that answer: of those that a Service selects the lasting ones, if there are any."""
    if pods is not None:
        return (pods,)
    if not service.selector:
        return Reach("unknown", "the Service's endpoints are made by something else")
    found = members(world.cluster, service)
    if not found:
        return without_pods(world, service)
    return [workload for workload in found if workload.lasting] or found


def without_pods(world: World, service: Service) -> Reach:
    """Whether a Service that selects no pod of the view has none (`no-pods`), or this is unknown, and why."""
    if not world.cluster.workloads:
        return Reach("unknown", "no workload is in the view")
    if _is_alone(world, service):
        return Reach("unknown", f"no workload of the view is in {service.id.namespace}")
    if possible_members(world.cluster, service):
        return Reach("unknown", "the Service selects by labels that pods get when they run")
    static = next((by for key, value in service.selector.items() if (by := of_static_pods(key, value))), None)
    if static is not None:
        return Reach("unknown", f"{static} has nodes run such pods")
    maker = next((other for other in world.cluster.others if may_make_pods(other, service.id.namespace)), None)
    if maker is not None:
        return Reach("unknown", f"the operator of {maker.id.kind} {maker.id.name} may make the pods")
    unread = pods_of_unknown_labels(world.cluster, service.id.namespace)
    if unread is not None:
        return Reach("unknown", f"the labels of the pods of {unread.kind} {unread.name} cannot be read")
    return Reach("no-pods", f"the selector of {service.id.name} selects no pod")


def _is_alone(world: World, service: Service) -> bool:
    """Whether the view has no pods at all where the Service is: then it is about pods of somebody else.

    Where pods of another namespace have all its labels, it stands in the wrong one.
    """
    if next(iter(workloads_in(world.cluster, service.id.namespace)), None) is not None:
        return False
    wanted = service.selector.items()
    return not any(wanted <= workload.pod.labels.items() for workload in world.cluster.workloads)


def _to_pods(world: World, call: _Call, server: Workload, port: ServicePort | None, service: Service) -> Reach:
    """One workload behind the Service. A pod that lacks the named target port is no endpoint: `pod_port` None."""
    if port is None or (service.headless and call.port is not None and not call.by_endpoints):
        pod_port, asked = call.port, call.port
    else:
        pod_port, asked = pod_ports(server, port), port.port
    known = Reach("unknown", None, service, port, server, pod_port)
    if pod_port is None or asked is None:
        return known
    answers = [_judge(world, call, known, judged_at) for judged_at in _egress_ports(world, pod_port, asked)]
    best = min(answers, key=lambda answer: _BEST_FIRST.index(answer.verdict))
    if (
        best.verdict == "egress-denied"
        and isinstance(call, Connection)
        and world.config.cluster.service_translation == "before-policy"
    ):
        return _service_port_only(world, call, best, asked)
    return best


def _egress_ports(world: World, pod_port: int, service_port: int) -> Iterator[int]:
    """The ports at which egress policies see the packet: after the Service's translation, or before it."""
    translation = world.config.cluster.service_translation
    if translation != "after-policy":
        yield pod_port
    if translation != "before-policy" and (translation == "after-policy" or service_port != pod_port):
        yield service_port


def _judge(world: World, call: _Call, known: Reach, egress_port: int) -> Reach:
    """Egress of the client at that port, then ingress of the server, which always sees its own pod port.

    A client that is in no manifest has no egress that anybody could judge: what its server says decides.
    """
    server, pod_port = known.server, known.pod_port
    if server is None or pod_port is None:
        return known
    service_port = known.service_port.port if known.service_port is not None else None
    out = _egress(world, call, server, egress_port, service_port)
    into = _ingress(world, call, server, pod_port, service_port)
    known = replace(known, egress=out, egress_port=egress_port, ingress=into)
    if out.outcome is Outcome.DENIED:
        return _decided(known, "egress-denied", Direction.EGRESS, out)
    if into.outcome is Outcome.DENIED:
        return _decided(known, "ingress-denied", Direction.INGRESS, into)
    for direction, decision in ((Direction.EGRESS, out), (Direction.INGRESS, into)):
        if decision.outcome is not Outcome.ALLOWED:
            return _decided(known, decision.outcome.value, direction, decision)
    return _decided(known, "allowed", Direction.EGRESS, out if out.rule is not None or into.rule is None else into)


def _egress(world: World, call: _Call, server: Workload, port: int, service_port: int | None) -> Decision:
    """Policies do not isolate pods on the host's network, and nobody knows those of a client that is in no manifest."""
    if isinstance(call, FromOutside) or call.client.pod.host_network:
        return Decision(Outcome.ALLOWED)
    return world.engine.egress(call.client, server, port, call.protocol, service_port)


def _ingress(world: World, call: _Call, server: Workload, port: int, service_port: int | None) -> Decision:
    if isinstance(call, FromOutside):
        return world.engine.ingress_of_stranger(server, call.client, port, call.protocol)
    decision = world.engine.ingress(server, call.client, port, call.protocol, service_port)
    if call.client.pod.host_network and not call.by_endpoints and decision.outcome is Outcome.UNKNOWN:
        return _from_node(world, call, server, port, decision)
    return decision


def _from_node(world: World, call: Connection, server: Workload, port: int, unknown: Decision) -> Decision:
    """Packets of pods on the host's network come from the address of their node, which no selector of pods means."""
    decision = world.engine.ingress_of_stranger(server, Stranger.ADDRESS, port, call.protocol)
    return replace(decision, reason=unknown.reason) if decision.outcome is Outcome.DENIED else unknown


def _decided(known: Reach, verdict: str, direction: Direction, by: Decision) -> Reach:
    words = by.nearest.sentence if by.nearest is not None else None
    return replace(
        known,
        verdict=verdict,
        reason=by.reason,
        direction=direction,
        policies=by.policies,
        rule=by.rule,
        nearest=by.nearest,
        nearest_words=words,
    )


def _service_port_only(world: World, call: Connection, denied: Reach, service_port: int) -> Reach:
    """Denied at the pod port: do the same policies allow the Service's own port number, which the packet has lost?"""
    server, pod_port = denied.server, denied.pod_port
    if server is None or pod_port is None or service_port == pod_port:
        return denied
    allowed = world.engine.egress(call.client, server, service_port, call.protocol)
    if allowed.outcome is not Outcome.ALLOWED or allowed.rule is None:
        return denied
    into = world.engine.ingress(server, call.client, pod_port, call.protocol, service_port)
    if into.outcome is Outcome.DENIED:
        return _decided(denied, "ingress-denied", Direction.INGRESS, into)
    name = denied.service.id.name if denied.service is not None else ""
    words = f"{allowed.rule} allows {service_port}, and the Service {name} maps {service_port} to {pod_port}"
    return replace(denied, verdict="service-port-only", rule=allowed.rule, nearest=None, nearest_words=words)
