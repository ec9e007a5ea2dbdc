"""Init containers that wait for a Service, and whether its pods in turn wait for theirs.

A pod is ready when its init containers have ended, and a Service hands connections to ready pods alone. A pod that
waits for its own Service, or two that wait for each other's, start on no new cluster; where pods of before are still
ready it works, which hides it in an upgrade. A script with branches may leave the first pod out.
Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, ObjectId, Service, Workload
from mblint.cluster.services import members
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.order.own_service import own_service_asked
from mblint.facts.order.rows import Waiting
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin

_BRANCHES = regex(r"(?:^|[\s;])(?:if|case)(?=\s)")
_LOOPS = regex(r"(?:^|[\s;])(?:until|while)(?=\s)|wait[-_]?for|wait4x|dockerize")


class _Edge(Struct, frozen=True, eq=False):
    """Pods of one workload wait for the Service of another, which may be their own."""

    client: Workload
    server: Workload
    service: Service
    found: Found


def waiting(world: World) -> Iterator[Waiting]:
    """A row for each Service that an init container waits for, in the order of the settings; then probes and hooks."""
    edges = list(_edges(world))
    after: defaultdict[ObjectId, list[_Edge]] = defaultdict(list)
    for edge in edges:
        after[edge.client.id].append(edge)
    seen: set[tuple[ObjectId, str, ObjectId]] = set()
    for edge in edges:
        key = edge.client.id, edge.found.destination.setting.container.name, edge.service.id
        if key not in seen:
            seen.add(key)
            yield _row(edge, _way_back(edge, after))
    yield from own_service_asked(world)


def _edges(world: World) -> Iterator[_Edge]:
    for found in find(world):
        setting, service = found.destination.setting, found.resolution.service
        waits = setting.container.role is ContainerRole.INIT and setting.origin is Origin.ARGUMENT
        if service is None or not waits or not setting.workload.lasting or not _loops(setting.container):
            continue
        behind = members(world.cluster, service) if not service.publish_not_ready else ()
        if len(behind) == 1 and not world.cluster.is_unread(service.id, "spec"):
            yield _Edge(setting.workload, behind[0], service, found)


def _loops(container: Container) -> bool:
    """Whether it goes on only when something answers, whichever of the pods it is in."""
    words = container.words
    if any(_BRANCHES.search(word.text) for word in words):
        return False
    return any(_LOOPS.search(word.text) for word in words) or _LOOPS.search(container.image or "") is not None


def _way_back(edge: _Edge, after: Mapping[ObjectId, list[_Edge]]) -> tuple[_Edge, ...] | None:
    """The waits that lead from the server back to the client; empty where they are one; None where none do."""
    if edge.server.id == edge.client.id:
        return ()
    ways: list[tuple[_Edge, ...]] = [(one,) for one in after.get(edge.server.id, ())]
    seen = {edge.server.id}
    while ways:
        way = ways.pop(0)
        reached = way[-1].server.id
        if reached == edge.client.id:
            return way
        if reached not in seen:
            seen.add(reached)
            ways.extend((*way, one) for one in after.get(reached, ()))
    return None


def _row(edge: _Edge, back: tuple[_Edge, ...] | None) -> Waiting:
    setting = edge.found.destination.setting
    names = (
        ""
        if not back
        else " and ".join(
            f"{one.client.id.kind} {one.client.id.name} waits for the Service {one.service.id.name}" for one in back
        )
    )
    return Waiting(
        object=edge.client.id,
        container=setting.container.name,
        place=setting.place,
        related=tuple(
            Related("and waits here", one.found.destination.setting.place, one.client.id) for one in back or ()
        ),
        linted=edge.client.linted,
        who=f"Init container {setting.container.name}",
        waits_for=edge.service.id.name,
        back="that is its own" if back == () else names or None,
        verdict="free" if back is None else "circle",
    )
