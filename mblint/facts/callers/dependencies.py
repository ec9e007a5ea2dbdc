"""What each container is told to call, and whether it gets there: one row for each setting and destination."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.callers.catalogues import in_catalogue
from mblint.facts.callers.headless import untranslated_port
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.callers.judged import Explanation, Judged, explained, judged, related
from mblint.facts.callers.rows import Dependency
from mblint.facts.callers.settings import Destination, call_of, destinations, is_certain
from mblint.facts.edits.policy_types import isolating_by_default
from mblint.facts.relations import said_of
from mblint.facts.rows import Related
from mblint.facts.told import told_containers
from mblint.facts.way.host_names import is_inside, is_placeholder
from mblint.facts.way.reach import Reach
from mblint.facts.way.resolution import Resolution
from mblint.facts.world import World
from mblint.settings.rows import Setting


class Found(Struct, frozen=True):
    """A row, and what it was made from."""

    row: Dependency
    destination: Destination
    resolution: Resolution
    reached: Reach


def dependencies(world: World) -> tuple[Dependency, ...]:
    """The rows of all containers, in the order of their settings.

    A Job, or an init container, that only inherits a lasting workload's setting has no row of its own: it is named in
    that workload's `shared_by`.
    """
    return without_inherited(
        [(found.row, found.destination.setting) for found in find(world)],
        outcome=lambda row: (row.host, row.port, row.protocol, row.verdict),
        surroundings=lambda row: row.policies,
    )


@remembered
def find(world: World) -> tuple[Found, ...]:
    """Every destination of every container, judged: several kinds of facts start from it."""
    every = [destination for told in told_containers(world) for destination in destinations(told)]
    answers = judged(world, map(call_of, every))
    return tuple(
        Found(row_of(world, destination, answer), destination, answer.resolution, answer.reached)
        for destination, answer in zip(every, answers, strict=True)
    )


def row_of(world: World, destination: Destination, answer: Judged) -> Dependency:
    """The row of one destination."""
    setting, reached = destination.setting, answer.reached
    hidden = destination.hidden and reached.service is None
    shown = Explanation() if hidden else explained(world, answer)
    row = Dependency(
        object=answer.call.object,
        container=setting.container.name,
        place=answer.call.place,
        related=tuple(_related(destination, answer)),
        linted=setting.workload.linted,
        client=answer.call.caller.shown,
        settings=setting.label,
        host=destination.host,
        port=destination.port if destination.port is not None else answer.port,
        protocol=answer.protocol,
        pod_port=reached.pod_port,
        service=answer.service,
        server=answer.server,
        verdict=answer.verdict,
        reason=reached.reason,
        named_target=reached.named_target,
        policies=answer.policies,
        nearest_miss=reached.nearest_words,
        by_default=_by_default(reached),
        from_node=_from_node(reached, setting.workload),
        unseen_labels=reached.nearest.unseen if reached.nearest is not None else None,
        decided_by=answer.decided_by,
        hard=is_certain(destination) and not (answer.verdict == "no-service" and in_catalogue(world, setting)),
        oidc=_is_oidc(setting),
        server_peer=shown.server_peer,
        client_peer=shown.client_peer,
        service_ports=shown.service_ports,
        service_selector=shown.service_selector,
        missing=shown.missing,
        no_pod=shown.no_pod,
        nearest_service=shown.nearest_service,
        slip=shown.slip,
        through=shown.through,
        untranslated=untranslated_port(world, reached, answer.protocol),
        placeholder=destination.host if is_placeholder(destination.host) and not hidden else None,
    )
    return _hidden(row, destination) if hidden else row


def _by_default(reached: Reach) -> str | None:
    """The policies that isolate the server's ingress although they say egress rules only."""
    if reached.verdict != "ingress-denied" or reached.rule is not None:
        return None
    return ", ".join(policy.id.name for policy in isolating_by_default(reached.policies)) or None


def _from_node(reached: Reach, client: Workload) -> str | None:
    if reached.verdict != "ingress-denied" or not client.pod.host_network:
        return None
    return f"The pods of {client.id.name} use the host's network, so that their packets come from the node's address"


def _is_oidc(setting: Setting) -> bool:
    """True for what the OIDC endpoints judge: URLs only."""
    return setting.value is not None and "://" in reveal(setting.value) and said_of(setting) is not None


def _hidden(row: Dependency, destination: Destination) -> Dependency:
    """A host that is the whole value of a Secret is shown only where it names a Service of the render.

    That a name inside the cluster leads nowhere can be said without the name.
    """
    if row.verdict == "no-service" and is_inside(destination.host):
        ref = destination.setting.key_ref
        where = destination.setting.label if ref is None else f"key {ref.key} of {ref.kind} {ref.name}"
        missing = f"{SHOWN} (a name inside the cluster, in {where})"
        return replace(
            row, host=SHOWN, missing=missing, reason=None, no_pod=None, nearest_service=None, slip=False, through=None
        )
    return replace(row, host=SHOWN, port=None, verdict="unknown", reason="the host is a Secret's value", related=())


def _related(destination: Destination, answer: Judged) -> Iterator[Related]:
    """Where the port is set and the setting is taken in, then the way of the packet."""
    if destination.partner is not None:
        yield Related(f"the port is set by {destination.partner.label}", destination.partner.place)
    if destination.setting.reference is not None:
        yield Related("the container refers to it here", destination.setting.reference)
    yield from related(answer)
