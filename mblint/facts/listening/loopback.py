"""Servers that only their own pod reaches: they bind to its loopback address, and probes or Services come from outside.

The kubelet probes the pod's own address, and Services forward to it; on 127.0.0.1 nothing answers them. Containers of
one pod share its addresses, so that another container may listen on the same port there, as proxies of metrics do.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.facts.listening.binds import Bound, bound_by_commands, bound_by_settings, bound_by_software
from mblint.facts.listening.rows import LoopbackPort
from mblint.facts.rows import Related
from mblint.facts.software import programs_of
from mblint.facts.told import settings_of, told_to
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.uses import Use, uses
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import corrected_text

_LOOPBACK = ("127.0.0.1", "localhost")


def loopback_ports(world: World) -> Iterator[LoopbackPort]:
    """A row for each port that a container binds to the loopback address alone, in the order of the workloads."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if container.role is not ContainerRole.INIT:
                bound = list(_bound(world, workload, container))
                for port in dict.fromkeys(one.port for one in bound):
                    of_port = [one for one in bound if one.port == port]
                    if all(one.is_loopback for one in of_port):
                        yield _row(world, workload, container, of_port[0])


def _bound(world: World, workload: Workload, container: Container) -> Iterator[Bound]:
    """What the container binds, the surest first: what is said counts before what is so by itself."""
    told = told_to(world, workload, container)
    software = [
        bound for one in programs_of(world, workload) if one.container is container for bound in bound_by_software(one)
    ]
    if told is not None:
        yield from bound_by_settings(told)
    yield from (one for one in software if one.said)
    yield from bound_by_commands(world, workload, container, settings_of(world, workload, container))
    yield from (one for one in software if not one.said)


def _row(world: World, workload: Workload, container: Container, bound: Bound) -> LoopbackPort:
    users = [use for use in uses(world).get(id(workload), ()) if use.port == bound.port and not _asks_itself(use)]
    reason = _unknown(workload, container, bound.port) if users else None
    address = next((name for name in _LOOPBACK if name in bound.address), bound.address)
    return LoopbackPort(
        object=workload.id,
        container=container.name,
        place=bound.place,
        related=tuple(Related(f"{use.words} uses it", use.place, use.object) for use in users),
        linted=workload.linted,
        port=bound.port,
        because=bound.by,
        instead=bound.otherwise or f"0.0.0.0 in place of {address}",
        users=tuple(dict.fromkeys(use.words for use in users)),
        said=bound.said,
        probed=any(use.probe is not None for use in users),
        verdict="within" if not users else "unknown" if reason is not None else "cut-off",
        reason=reason,
        edits=_edits(world, workload, bound, address) if users and reason is None else (),
    )


def _asks_itself(use: Use) -> bool:
    """Whether a probe names a host of its own: on the network of a node that may be the loopback address, too."""
    return use.probe is not None and use.probe.place.at(use.probe.handler, "host").value is not None


def _unknown(workload: Workload, container: Container, port: int) -> str | None:
    if workload.pod.host_network:
        return "it runs on the network of its node"
    if has_sidecar(workload):
        return "a proxy beside it may hand on what arrives"
    for other in workload.pod.containers:
        if other is not container and other.role is not ContainerRole.INIT and _mentions(other, port):
            return f"container {other.name} may listen on the same port of another address"
    return None


def _mentions(container: Container, port: int) -> bool:
    words = container.words
    return any(one.number == port for one in container.ports) or any(str(port) in word.text for word in words)


def _edits(world: World, workload: Workload, bound: Bound, address: str) -> tuple[Edit, ...]:
    if not bound.said or not workload.linted:
        return ()
    change = corrected_text(world.cluster, bound.place, address, "0.0.0.0")
    return () if change is None else (change,)
