"""What policies say on the way: the client's egress, and the server's ingress."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.facts.rows import Related
from mblint.facts.way.outside import lets_out_everywhere
from mblint.facts.way.reach import Connection, Reach
from mblint.facts.way.steps.rule_words import policies_words, said
from mblint.facts.way.steps.step import Step
from mblint.facts.world import World

_OUTCOMES = {Outcome.ALLOWED: "passes", Outcome.DENIED: "denied"}


def hosted(workload: Workload) -> str:
    """Why policies do not matter to a workload on the host's network."""
    return f"the pods of {workload.id.name} use the host's network, so that policies do not isolate them"


def egress_step(world: World, call: Connection, reached: Reach, decision: Decision) -> Step:
    """What the client's policies say of the packet."""
    if call.client.pod.host_network:
        return Step("egress", "passes", hosted(call.client), call.client.place, call.client.id)
    server = reached.server
    if reached.verdict == "service-port-only" and reached.rule is not None and server is not None:
        words = f"{reached.nearest_words}: where network plugins judge after that translation, as most do, it is denied"
        return Step("egress", "denied", words, reached.rule.place, reached.rule.policy.id)
    port = f"{call.protocol}/{reached.egress_port}"
    to = f"to the pods of {server.id.name}" if server is not None else "to the outside"
    step = _decided(world, Direction.EGRESS, decision, f"{port} {to}", server, call.client)
    if reached.verdict == "external" and not wherever_it_is(world, call, reached):
        note = "only some outside addresses; whether the host has one of these, no manifest says"
        return Step(step.stage, "unknown", f"{step.sentence}, so {note}", step.place, step.object, step.also)
    return step


class Sender(Struct, frozen=True):
    """Whose packets arrive, by which protocol. `pods` None: of somebody who is in no manifest."""

    words: str
    protocol: str
    pods: Workload | None = None


def from_pods(call: Connection) -> Sender:
    """The packets of a workload's pods."""
    return Sender(f"the pods of {call.client.id.name}", call.protocol, call.client)


def ingress_step(world: World, sender: Sender, reached: Reach, server: Workload, decision: Decision) -> Step:
    """What the policies of the server say of it."""
    if server.pod.host_network:
        return Step("ingress", "passes", hosted(server), server.place, server.id)
    what = f"{sender.protocol}/{reached.pod_port} from {sender.words}"
    return _decided(world, Direction.INGRESS, decision, what, sender.pods, server)


def _decided(
    world: World, direction: Direction, decision: Decision, what: str, peer: Workload | None, judged: Workload
) -> Step:
    """One side's decision about `what`, with the rule that makes it, or the policies that lack one."""
    stage, outcome, ref = direction.value, _OUTCOMES.get(decision.outcome, "unknown"), decision.rule
    also = tuple(
        Related(f"{policy.id.kind} {policy.id.name} selects its pods", policy.place, policy.id)
        for policy in decision.policies
        if ref is None or policy is not ref.policy
    )
    if ref is not None:
        sentence = said(ref, world.cluster, peer)
        if decision.outcome is Outcome.ADDRESS_ONLY:
            sentence += "; whether that covers pods is up to the network plugin"
        elif outcome == "unknown":
            sentence = f"{decision.reason}: {sentence}"
        elif outcome == "passes" and decision.reason is not None:
            sentence = f"{sentence}; {decision.reason}"
        return Step(stage, outcome, sentence, ref.place, ref.policy.id, also)
    if outcome == "unknown":
        return Step(stage, outcome, decision.reason or "unknown", judged.place, judged.id, also)
    if outcome == "passes":
        return Step(stage, outcome, _free(direction, decision, what, judged is peer), judged.place, judged.id)
    return _unallowed(direction, decision, what, judged, also)


def _free(direction: Direction, decision: Decision, what: str, itself: bool) -> str:
    """Why it passes where no rule says so."""
    if itself:
        return f"a pod may always reach itself, whatever {direction.value} policies say"
    return f"{what} is let through" if decision.policies else f"no policy restricts its {direction.value}"


def _unallowed(
    direction: Direction, decision: Decision, what: str, judged: Workload, also: tuple[Related, ...]
) -> Step:
    """Selected by policies of which no rule allows it."""
    stage = direction.value
    if not decision.policies:
        return Step(stage, "denied", f"{what} is denied", judged.place, judged.id)
    sentence = f"no {stage} rule of {policies_words(decision.policies)} allows {what}"
    if decision.nearest is not None:
        rule = decision.nearest.rule
        also = (Related(f"nearest: {decision.nearest.sentence}", rule.place, rule.policy.id), *also[1:])
    first = decision.policies[0]
    return Step(stage, "denied", sentence, first.place, first.id, also if decision.nearest is not None else also[1:])


def wherever_it_is(world: World, call: Connection, reached: Reach) -> bool:
    """Whether the policies let the packet through whatever address the outside host has."""
    if reached.egress is None or call.port is None or reached.address is not None:
        return True
    return lets_out_everywhere(world, call.client, call.port, call.protocol)
