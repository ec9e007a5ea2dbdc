"""What listens inside a pod: declared ports, probes, settings that bind, sidecars that somebody puts in."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.told import settings_of_workload
from mblint.facts.way.heard import ears, mentions, reads_what_is_not_there
from mblint.facts.world import World
from mblint.globs import matches
from mblint.settings.names import Role
from mblint.settings.tables import as_text, as_texts, load_table


class Listening(Enum):
    """Whether something in the pod listens on a port. NO only where the containers say what they listen on."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def listens(world: World, workload: Workload, port: int, protocol: str = "TCP") -> Listening:
    """Whether a pod of the workload listens on that port itself."""
    containers = workload.pod.containers
    if any(port == number for container in containers for number in _known_ports(container, protocol)):
        return Listening.YES
    if _bound(world, workload, port):
        return Listening.YES
    if workload.pod.host_network or not any(container.ports for container in containers):
        return Listening.UNKNOWN
    return Listening.UNKNOWN if has_sidecar(workload) else Listening.NO


def says_it_listens(world: World, workload: Workload, port: int, protocol: str = "TCP") -> Listening:
    """The same of `localhost` and loopback addresses, which people write for what runs beside.

    Declared ports prove nothing then: NO only where all containers say what they listen on, by settings or by the file
    of their software, or where the one container is another program than the database, broker or cache that has the
    port, and the namespace has one of these as pods of its own. The same of collectors, which may be in any namespace.
    """
    declared = listens(world, workload, port, protocol)
    if declared is Listening.YES or workload.pod.host_network or has_sidecar(workload):
        return Listening.YES if declared is Listening.YES else Listening.UNKNOWN
    each = ears(world)[id(workload)]
    if any(port in one.ports for one in each):
        return Listening.YES
    elsewhere = len(each) == 1 and (
        (workload.id.namespace, port, protocol) in _own_protocols(world) or port in _collected(world)
    )
    if not (elsewhere or all(one.complete for one in each)) or mentions(world, workload, port):
        return Listening.UNKNOWN
    return Listening.UNKNOWN if reads_what_is_not_there(world, workload) else Listening.NO


@remembered
def _own_protocols(world: World) -> frozenset[tuple[str, int, str]]:
    """(namespace, port, protocol) on which software of the view listens by itself, with a protocol of its own.

    A program that needs such a server is given that one, and seldom brings another along: a warning, never an error.
    """
    return frozenset(
        (one.workload.id.namespace, heard.port, "TCP")
        for each in ears(world).values()
        for one in each
        for heard in one.heard
        if one.known and heard.setting is None and heard.speaks == "tcp"
    )


@remembered
def _collected(world: World) -> frozenset[int]:
    """The ports of collectors (of traces, metrics, logs) that pods of the view declare: what sends to itself there
    sends nowhere. A collector is a program of its own, in a container of its own."""
    known = {int(text) for row in load_table("listens", "collectors") for text in as_texts(row, "ports")}
    declared = (each.number for one in world.cluster.workloads for at in one.pod.containers for each in at.ports)
    return frozenset(known.intersection(declared))


def _known_ports(container: Container, protocol: str) -> Iterator[int]:
    for declared in container.ports:
        if declared.protocol == protocol:
            yield declared.number
    for probe in (container.liveness, container.readiness, container.startup):
        if probe is not None and isinstance(probe.port, int):
            yield probe.port


def _bound(world: World, workload: Workload, port: int) -> bool:
    """True where any setting of the pod's containers that is not a call has that port number in it."""
    text = str(port)
    return any(
        setting.role is not Role.CALLS and setting.value is not None and _mentions(reveal(setting.value), text)
        for setting in settings_of_workload(world, workload)
    )


def _mentions(value: str, port: str) -> bool:
    return value == port or (len(value) < 200 and value.rstrip("/").endswith(":" + port))


@remembered
def has_sidecar(workload: Workload) -> bool:
    """True where a container beside the others, or one put in by a webhook, may listen on ports it does not declare."""
    annotations = {**workload.annotations, **workload.pod.annotations}
    for image, annotation in _sidecars():
        if image and any(matches(container.image or "", image) for container in workload.pod.containers):
            return True
        if annotation and any(matches(key, annotation) for key in annotations):
            return True
    return False


@cache
def _sidecars() -> tuple[tuple[str | None, str | None], ...]:
    """By their images, or by the annotations that ask for them."""
    return tuple((as_text(row, "image"), as_text(row, "annotation")) for row in load_table("sidecars", "sidecars"))
