"""Calls of the pods of a cluster among themselves: by the ports that their software finds its members at (`peers`).

No setting names these ports: a database's pods know each other by names alone. Pods of one workload are pods like any
others to a policy, and one that lets clients in on the clients' port shuts the members out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mblint.cluster.engine.decision import Outcome
from mblint.cluster.objects import names_once
from mblint.cluster.policies.objects import Direction
from mblint.cluster.secrets import reveal
from mblint.facts.callers.called_rows import PeerCall
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.software.network import Peers

_MANY = ("StatefulSet", "Deployment", "DaemonSet")


def peer_calls(world: World) -> Iterator[PeerCall]:
    """A row for each port by which the pods of a workload look for each other."""
    for one in running_programs(world):
        if one.running.program.has(Peers) and _are_several(one):
            for entry in one.running.entries(Peers):
                if one.told.applies(entry) is True:
                    for port in _ports(one, entry):
                        yield _row(world, one, entry, port)


def _are_several(one: RunningProgram) -> bool:
    workload = one.workload
    return workload.id.kind in _MANY and (workload.replicas or 0) > 1


def _ports(one: RunningProgram, entry: Peers) -> tuple[int, ...]:
    """Those that the settings say, else the usual ones; none where a setting says what cannot be read."""
    setting = one.told.first(entry.setting) if entry.setting else None
    if setting is None:
        return (entry.port,) if entry.port is not None else ()
    found = _pattern(entry.pattern).findall(reveal(setting.value or ""))
    flat = [text for match in found for text in (match if isinstance(match, tuple) else (match,))]
    return tuple(dict.fromkeys(int(text) for text in flat if text))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _row(world: World, one: RunningProgram, entry: Peers, port: int) -> PeerCall:
    workload = one.workload
    out = world.engine.among(workload, Direction.EGRESS, port)
    into = world.engine.among(workload, Direction.INGRESS, port)
    verdict, decision = "allowed", into
    for side, words in ((out, "egress-denied"), (into, "ingress-denied")):
        if side.outcome is Outcome.DENIED:
            verdict, decision = words, side
            break
        if side.outcome is not Outcome.ALLOWED and verdict == "allowed":
            verdict, decision = "unknown", side
    if workload.pod.host_network:
        verdict = "allowed"
    return PeerCall(
        object=workload.id,
        container=one.container.name,
        place=workload.place,
        linted=workload.linted,
        software=one.running.program.name,
        port=port,
        way="out" if verdict == "egress-denied" else "in",
        policies=names_once(decision.policies),
        otherwise=entry.otherwise,
        verdict=verdict,
        reason=decision.reason if verdict == "unknown" else None,
        nearest_miss=decision.nearest.sentence if decision.nearest is not None else None,
    )
