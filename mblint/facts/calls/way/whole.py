"""The way of a connection in words: name, Service, pods, the client's egress, the server's ingress; each with a place.

It says what `reach` found, and decides nothing itself. Every step that can be judged is: what denies a packet first
hides what would deny it next.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Workload
from mblint.facts.calls.reach import Call, Reach
from mblint.facts.calls.resolution import Resolution
from mblint.facts.calls.way.destination import name_step, own_pod_step, pods_steps, service_step
from mblint.facts.calls.way.fix import fix
from mblint.facts.calls.way.policies import egress_step, hosted, ingress_step, wherever_it_is
from mblint.facts.calls.way.step import Step
from mblint.facts.world import World


class Way(Struct, frozen=True):
    """A whole way. `answer`: allowed, denied, unknown. `verdict`: as everywhere; `reason`: why, where it is unknown.

    `fix`: a rule to paste, and where; None where no policy of the view is the cause.
    """

    client: Workload
    host: str
    port: int | None
    protocol: str
    reached: Reach
    answer: str
    steps: tuple[Step, ...]
    fix: str | None = None

    @property
    def verdict(self) -> str:
        """The verdict of the connection."""
        return self.reached.verdict


_UNKNOWN = frozenset(("unknown", "address-only"))


def way(world: World, host: str, call: Call, to: Resolution, reached: Reach) -> Way:
    """The way of `call` to `host`, which leads to `to`, where `reached` is what came of it."""
    return Way(
        client=call.client,
        host=host,
        port=call.port,
        protocol=call.protocol,
        reached=reached,
        answer=_answer(world, call, reached),
        steps=tuple(_steps(world, host, call, to, reached)),
        fix=fix(call, reached),
    )


def _answer(world: World, call: Call, reached: Reach) -> str:
    if reached.verdict in _UNKNOWN:
        return "unknown"
    if reached.verdict == "external":
        return "allowed" if wherever_it_is(world, call, reached) else "unknown"
    return "allowed" if reached.verdict == "allowed" else "denied"


def _steps(world: World, host: str, call: Call, to: Resolution, reached: Reach) -> Iterator[Step]:
    yield name_step(world, host, call, to, reached)
    if reached.service is not None and to.resolves == "service":
        yield service_step(call, reached.service, reached)
        yield from pods_steps(reached.service, reached)
    elif to.resolves == "self":
        yield own_pod_step(call, reached)
    if reached.egress is not None:
        yield egress_step(world, call, reached, reached.egress)
    elif reached.verdict == "external":
        yield Step("egress", "passes", hosted(call.client), call.client.place, call.client.id)
    if reached.ingress is not None and reached.server is not None:
        yield ingress_step(world, call, reached, reached.server, reached.ingress)
