"""The way of a connection in words: name, Service, pods, the client's egress, the server's ingress; each with a place.

It says what `reach` found, and decides nothing itself. Every step that can be judged is: what denies a packet first
hides what would deny it next.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import ObjectId, Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy
from mblint.facts.way.peers import peer_of_service, peer_of_workload
from mblint.facts.way.reach import Connection, Reach
from mblint.facts.way.resolution import Resolution
from mblint.facts.way.steps.destination import asked_port, name_step, own_pod_step, pods_steps, service_step
from mblint.facts.way.steps.policies import egress_step, from_pods, hosted, ingress_step, wherever_it_is
from mblint.facts.way.steps.step import Step
from mblint.facts.world import World


class Way(Struct, frozen=True):
    """A whole way. `answer`: allowed, denied, unknown. `verdict`: as everywhere; `reason`: why, where it is unknown.

    `client`: the workload that calls, or the object because of which somebody else does; `caller`: who it is, in words.
    `fix`: a rule to paste, and where; None where no policy of the view is the cause.
    """

    client: ObjectId
    caller: str
    host: str
    port: int | str | None  # a name where an object names it so, and no Service has it
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


def way(world: World, host: str, call: Connection, to: Resolution, reached: Reach) -> Way:
    """The way of `call` to `host`, which leads to `to`, where `reached` is what came of it."""
    return Way(
        client=call.client.id,
        caller=str(call.client.id),
        host=host,
        port=call.port,
        protocol=call.protocol,
        reached=reached,
        answer=_answer(world, call, reached),
        steps=tuple(_steps(world, host, call, to, reached)),
        fix=rule_to_paste(call, reached),
    )


def _answer(world: World, call: Connection, reached: Reach) -> str:
    if reached.verdict in _UNKNOWN:
        return "unknown"
    if reached.verdict == "external":
        return "allowed" if wherever_it_is(world, call, reached) else "unknown"
    return "allowed" if reached.verdict == "allowed" else "denied"


def _steps(world: World, host: str, call: Connection, to: Resolution, reached: Reach) -> Iterator[Step]:
    yield name_step(world, host, call, to, reached)
    if reached.service is not None and to.resolves == "service":
        yield service_step(asked_port(call), reached.service, reached)
        yield from pods_steps(reached.service, reached)
    elif to.resolves == "self":
        yield own_pod_step(call, reached)
    if reached.egress is not None:
        yield egress_step(world, call, reached, reached.egress)
    elif reached.verdict == "external":
        yield Step("egress", "passes", hosted(call.client), call.client.place, call.client.id)
    if reached.ingress is not None and reached.server is not None:
        yield ingress_step(world, from_pods(call), reached, reached.server, reached.ingress)


# ---------------------------------------------------------------- the rule that is missing


def rule_to_paste(call: Connection, reached: Reach) -> str | None:
    """A rule to paste, with the policy to paste it into. None where it is no such rule that is missing."""
    server = reached.server
    if reached.verdict not in ("egress-denied", "ingress-denied", "service-port-only") or not reached.policies:
        return None
    if server is None or (reached.rule is not None and reached.verdict != "service-port-only"):
        return None
    policy = next((policy for policy in reached.policies if isinstance(policy, NetworkPolicy)), None)
    if policy is None:
        return None
    if reached.direction is Direction.EGRESS:
        side, peer = "to", _peer_of(reached, server, call.client.id.namespace)
    else:
        side, peer = "from", peer_of_workload(call.client, server.id.namespace)
    if peer is None:
        return None
    where = f"spec.{'egress' if side == 'to' else 'ingress'} of NetworkPolicy {policy.id.namespace}/{policy.id.name}"
    rule = f"- {side}:\n    - {peer}\n  ports:\n    - {{port: {reached.pod_port}, protocol: {call.protocol}}}"
    return f"Add to {where}:\n\n{rule}"


def _peer_of(reached: Reach, server: Workload, seen_from: str) -> str | None:
    if reached.service is not None:
        return peer_of_service(reached.service, seen_from)
    return peer_of_workload(server, seen_from)
