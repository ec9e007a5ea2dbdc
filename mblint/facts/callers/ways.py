"""The ways of calls that no setting makes: of routes, of the API server, of Prometheus; as `reach` tells them.

The verdict is that of the row, which the rules judge; the words are those of the way of any packet.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.facts.callers.call import Backend, Pods
from mblint.facts.callers.called import Traced, str_of
from mblint.facts.callers.called_rows import Called, RouteCall, ScrapeCall, WebhookCall
from mblint.facts.callers.judged import Judged, connection
from mblint.facts.rows import Related
from mblint.facts.way.reach import Connection, Reach
from mblint.facts.way.steps.destination import AskedPort, pods_steps, service_step
from mblint.facts.way.steps.policies import Sender, egress_step, from_pods, ingress_step
from mblint.facts.way.steps.step import Step
from mblint.facts.way.steps.whole import Way, rule_to_paste
from mblint.facts.world import World

_ANSWERS = {"allowed": "allowed", "unknown": "unknown", "address-only": "unknown"}  # every other verdict denies


def way_of_called(world: World, traced: Traced[Called]) -> Way:
    """The whole way, from the object because of which somebody calls."""
    row, answer = traced.row, traced.answer
    reached = replace(
        answer.reached if answer is not None else Reach("unknown"), verdict=row.verdict, reason=row.reason
    )
    wants = connection(answer.call, reached.service, answer.port) if answer is not None else None
    return Way(
        client=traced.by.id,
        caller=f"{row.caller} ({row.by})",
        host=_host(traced),
        port=row.port if row.port is not None else _written(row.asked_port),
        protocol=row.protocol,
        reached=reached,
        answer=_ANSWERS.get(row.verdict, "denied"),
        steps=tuple(_steps(world, traced, reached)),
        fix=(rule_to_paste(wants, reached) if isinstance(wants, Connection) else None) or _name_to_write(row),
    )


def _written(port: str | None) -> int | str | None:
    return int(port) if port is not None and port.isascii() and port.isdigit() else port


def _name_to_write(row: Called) -> str | None:
    """The name or the port that a route means, where only one can be meant."""
    if isinstance(row, RouteCall) and row.meant_port is not None:
        return f"Let {row.by} name port {row.meant_port}, which leads to the pods' port {row.asked_port}."
    if isinstance(row, RouteCall) and row.unused_service is not None:
        return f"Let {row.by} name the Service {row.unused_service}, which nothing else leads to."
    return None


def _host(traced: Traced[Called]) -> str:
    """What is called: a Service, the pods of a workload, or what nobody has."""
    to = traced.answer.call.to if traced.answer is not None else None
    if isinstance(to, Backend):
        return str_of(to)
    return str(to.workload.id) if isinstance(to, Pods) else "what it selects"


# ---------------------------------------------------------------- steps


def _steps(world: World, traced: Traced[Called], reached: Reach) -> Iterator[Step]:
    answer = traced.answer
    yield _first(traced, reached)
    if answer is None:
        return
    if reached.service is not None and answer.resolution.resolves == "service":
        asked = AskedPort(answer.call.port, answer.protocol, by_endpoints=True)
        yield service_step(asked, reached.service, reached)
        yield from pods_steps(reached.service, reached)
    yield from _policies(world, answer, reached)


def _first(traced: Traced[Called], reached: Reach) -> Step:
    """What leads the call to where it goes."""
    row, words = traced.row, _leads(traced.row)
    if traced.answer is None:
        also = tuple(Related(f"there is {one}", row.place) for one in row.there) if isinstance(row, ScrapeCall) else ()
        outcome = "unknown" if row.verdict == "unknown" else "denied"
        stage = "service" if row.verdict == "no-port" else "name"
        why = row.because or row.reason or "nobody knows what it selects"
        return Step(stage, outcome, f"{words} {row.to}: {why}", row.place, traced.by.id, also)
    to = traced.answer.call.to
    target = f"the Service {str_of(to)}" if isinstance(to, Backend) else f"the pods of {_host(traced)}"
    sentence = f"{words} {target}"
    if traced.answer.resolution.resolves in ("service", "pods"):
        return Step("name", "passes", sentence, row.place, traced.by.id)
    near = f"; did you mean {row.nearest_service}?" if row.nearest_service else ""
    why = row.because or row.reason or reached.reason or "nobody knows where it leads"
    return Step(
        "name", "denied" if reached.verdict == "no-service" else "unknown", f"{sentence}: {why}{near}", row.place
    )


def _leads(row: Called) -> str:
    """`Ingress web leads shop.example.org/media to`."""
    if isinstance(row, RouteCall):
        return f"{row.by} leads {' and '.join(row.requests)} to"
    if isinstance(row, WebhookCall):
        named = f" for {row.name}" if row.name and not row.by.endswith(f" {row.name}") else ""
        return f"{row.by} has the API server call{named}"
    return f"{row.by} has Prometheus scrape"


def _policies(world: World, answer: Judged, reached: Reach) -> Iterator[Step]:
    """The caller's egress, where it is a workload of the view, and the server's ingress."""
    call = connection(answer.call, reached.service, answer.port)
    if reached.server is None:
        return
    if isinstance(call, Connection):
        if reached.egress is not None:
            yield egress_step(world, call, reached, reached.egress)
        sender = from_pods(call)
    else:
        sender = Sender(answer.call.caller.shown, call.protocol)
    if reached.ingress is not None:
        yield ingress_step(world, sender, reached, reached.server, reached.ingress)
