"""A port on which nothing listens, where one other is all that can be meant."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.cluster.objects import Container, Object, Probe, Service, ServicePort, Workload
from mblint.cluster.policies.objects import Direction
from mblint.facts.world import World
from mblint.remedies.edits import Change, Edit
from mblint.remedies.rendered import owner, put


def declared_instead(
    world: World, workload: Workload, container: Container, port: int, listens: int
) -> tuple[Edit, ...]:
    """The container's own port, which everybody else names, with the number on which it listens."""
    found = [one for one in container.ports if one.number == port]
    taken = any(one.number == listens for each in workload.pod.containers for one in each.ports)
    if len(found) != 1 or taken or not _is_free(world, workload):
        return ()
    return (put(workload, found[0].place, "containerPort", listens),)


def used_instead(
    world: World, workload: Workload, used_by: Sequence[tuple[Service, ServicePort] | Probe], listens: int
) -> tuple[Edit, ...]:
    """The number on which it listens, for all the Services and probes that name another."""
    edits: list[Change] = []
    for one in used_by:
        held: Object = workload
        if isinstance(one, tuple):
            held, place, key = one[0], one[1].place, "targetPort"
        else:
            place, key = one.place.at(one.handler), "port"
        if owner(world.cluster, place) is not held:
            return ()
        edits.append(put(held, place, key, listens))
    return tuple(edits) if edits and _is_free(world, workload) else ()


def _is_free(world: World, workload: Workload) -> bool:
    """Whether no policy judges what then arrives at another port."""
    engine = world.engine
    judged = engine.policies_of(workload, Direction.INGRESS) or engine.plugin_policies_of(workload, Direction.INGRESS)
    return not judged and owner(world.cluster, workload.place) is workload
