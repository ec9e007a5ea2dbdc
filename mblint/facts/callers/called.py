"""From a judged call that no setting makes to its row: what all such rows say alike."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from mblint.cluster.objects import Object
from mblint.facts.callers.call import Backend, Call
from mblint.facts.callers.called_rows import Called
from mblint.facts.callers.judged import Judged, explained, related
from mblint.facts.callers.named_services import may_be_elsewhere, misplaced
from mblint.facts.way.peers import port_words
from mblint.facts.world import World

Row = TypeVar("Row", bound=Called)
Row_co = TypeVar("Row_co", bound=Called, covariant=True)


class Traced(Struct, Generic[Row_co], frozen=True):
    """A row, the object because of which somebody calls, and the answer that the row was made of.

    `answer` None: nothing is there that could be called.
    """

    by: Object
    row: Row_co
    answer: Judged | None


def called(kind: type[Row], world: World, answer: Judged, by: Object) -> Row:
    """The row of a call that an object makes somebody do; what only its kind says is added by whoever knows it."""
    call, reached, shown = answer.call, answer.reached, explained(world, answer)
    verdict, reason = _verdict(world, answer, by)
    return kind(
        object=by.id,
        place=call.place,
        related=tuple(related(answer)),
        linted=by.linted,
        caller=call.caller.shown,
        by=f"{by.id.kind} {by.id.name}",
        service=answer.service or (str_of(call.to) if isinstance(call.to, Backend) else None),
        to=shown_target(call, reached.server.id.name if reached.server is not None else None),
        asked_port=str(call.port) if call.port is not None else None,
        port=answer.port,
        protocol=answer.protocol,
        pod_port=reached.pod_port,
        server=answer.server,
        verdict=verdict,
        reason=reason,
        because=because(verdict, answer),
        policies=answer.policies,
        nearest_miss=reached.nearest_words,
        decided_by=answer.decided_by,
        client_peer=shown.client_peer,
        service_ports=shown.service_ports,
        service_selector=shown.service_selector,
        nearest_service=shown.nearest_service or _misplaced(world, answer, by),
    )


def _misplaced(world: World, answer: Judged, by: Object) -> str | None:
    to = answer.call.to
    if answer.reached.verdict != "no-service" or not isinstance(to, Backend):
        return None
    found = misplaced(world, by, to.namespace, to.service)
    return f"{found.id.namespace}/{found.id.name}" if found is not None else None


def _verdict(world: World, answer: Judged, by: Object) -> tuple[str, str | None]:
    """That of the call; unknown where what is missing may belong to a release that is not in the view."""
    to, reached = answer.call.to, answer.reached
    if reached.verdict == "no-service" and isinstance(to, Backend) and may_be_elsewhere(world, by, to.namespace):
        if misplaced(world, by, to.namespace, to.service) is not None:
            return reached.verdict, None
        return "unknown", f"nothing of the view says what else is in {to.namespace}"
    return reached.verdict, reached.reason


def str_of(to: Backend) -> str:
    """`shop/web`."""
    return f"{to.namespace}/{to.service}"


def shown_target(call: Call, server: str | None) -> str:
    """`shop/web on port http`."""
    to = call.to if isinstance(call.to, str) else str_of(call.to) if isinstance(call.to, Backend) else server or ""
    return f"{to} on port {call.port}" if call.port is not None else to


def because(verdict: str, answer: Judged) -> str | None:
    """What is not there, or who does not let it through, as a clause; None where it gets there."""
    call, reached = answer.call, answer.reached
    service = str_of(call.to) if isinstance(call.to, Backend) else ""
    policies = ", ".join(answer.policies)
    match verdict:
        case "no-service":
            return f"there is no Service {service}"
        case "no-port":
            return f"the Service {service} has no port {call.port}"
        case "no-pods":
            return f"the Service {service} selects no pod"
        case "ingress-denied":
            return f"no ingress rule of {policies} lets it in to {answer.server} on port {reached.pod_port}"
        case "egress-denied" | "service-port-only":
            return f"no egress rule of {policies} lets it out to {answer.server} on port {reached.pod_port}"
    return None


def ports_of(answer: Judged) -> tuple[str, ...]:
    """The ports of the Service, as lists name them."""
    service = answer.reached.service
    return tuple(map(port_words, service.ports)) if service is not None else ()
