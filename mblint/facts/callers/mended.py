"""The dependencies with what mends them: the rows of `dependencies`, each with its edits.

Jobs and init containers that share a workload's configuration are mended with it: what is written in their own
manifests is corrected there, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.objects import ObjectId, Service, Workload
from mblint.facts.callers.dependencies import Found, dependencies, find
from mblint.facts.callers.let_through import let_through
from mblint.facts.callers.rows import Dependency
from mblint.facts.edits.policy_types import for_egress_alone
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.way.hosts import resolve
from mblint.facts.way.reach import Connection, Reach, reach
from mblint.facts.way.speech import spoken
from mblint.facts.world import World
from mblint.remedies.edits import Change, Configure, Edit, distinct
from mblint.remedies.rendered import corrected_text, instead, owner

_POLICIES = frozenset(("egress-denied", "ingress-denied", "service-port-only", "address-only"))
_MENDED = frozenset(("allowed", "unknown"))  # where a corrected call may lead

_Asked = tuple[ObjectId, str, int | None, str]


def mended_dependencies(world: World) -> tuple[Dependency, ...]:
    """The rows, those at fault with the edits that mend them, where these are sure."""
    rows = dependencies(world)
    if not any(_is_mended(row) for row in rows):
        return rows
    found: defaultdict[_Asked, list[Found]] = defaultdict(list)
    for one in find(world):
        found[_asked(one.row)].append(one)
    return tuple(replace(row, edits=edits) if (edits := _edits(world, row, found)) else row for row in rows)


def _is_mended(row: Dependency) -> bool:
    return row.verdict in (*_POLICIES, "no-service", "no-port") or row.untranslated is not None


def _asked(row: Dependency) -> _Asked:
    return row.object, row.host, row.port, row.protocol


def _edits(world: World, row: Dependency, found: defaultdict[_Asked, list[Found]]) -> tuple[Edit, ...]:
    if not _is_mended(row):
        return ()
    sharers = tuple(_sharers(world, row))
    concerned = [
        one
        for workload in (row.object, *(sharer.id for sharer in sharers))
        for one in found[(workload, row.host, row.port, row.protocol)]
        if one.row.verdict == row.verdict and (workload != row.object or one.row.place == row.place or row.shared_by)
    ]
    if row.verdict in _POLICIES:
        return _through_policies(world, concerned, sharers)
    if row.verdict == "no-service":
        return _to_a_service(world, concerned)
    if row.verdict == "no-port":
        return _all(_to_a_port(world, one) for one in concerned)
    return _all(_to_port(world, one, one.row.untranslated) for one in concerned)


def _sharers(world: World, row: Dependency) -> Iterator[Workload]:
    """The other workloads of which the row says that they share it."""
    for name in dict.fromkeys(sharer.partition(" (")[0] for sharer in row.shared_by):
        kind, _, own = name.partition("/")
        held = world.cluster.objects.get(ObjectId(row.object.namespace, kind, own))
        if isinstance(held, Workload) and held.id != row.object:
            yield held


def _all(each: Iterator[Edit | None]) -> tuple[Edit, ...]:
    """All of them, or none: half a remedy leaves the fault."""
    edits = list(each)
    return distinct([edit for edit in edits if edit is not None]) if all(edits) else ()


# ---------------------------------------------------------------- policies


def _through_policies(world: World, concerned: Sequence[Found], sharers: Sequence[Workload]) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    for one in concerned:
        setting = one.destination.setting
        call = Connection(setting.workload, one.destination.port, one.row.protocol, one.destination.assumed)
        found = _for_egress_alone(world, one) or let_through(
            world, call, one.reached, (concerned[0].destination.setting.workload, *sharers)
        )
        if not found:
            return ()
        edits.extend(found)
    return distinct(edits)


def _for_egress_alone(world: World, one: Found) -> tuple[Edit, ...]:
    """Where policies stand in the way that nobody meant for ingress."""
    if one.row.verdict != "ingress-denied" or one.reached.rule is not None:
        return ()
    return for_egress_alone(world.cluster, one.reached.policies)


# ---------------------------------------------------------------- names


def _to_a_service(world: World, concerned: Sequence[Found]) -> tuple[Edit, ...]:
    """The one Service that can be meant; else that it exists outside of these manifests."""
    resolution = concerned[0].resolution if concerned else None
    if resolution is None or any(one.destination.hidden for one in concerned):
        return ()
    if resolution.service is not None:
        return _all(_whole_name(world, one, resolution.service) for one in concerned)
    if resolution.missing is None:
        return ()
    namespace, name = resolution.missing
    near = [
        service
        for (space, other), service in world.cluster.services.items()
        if space == namespace and differ_by_a_slip(name, other)
    ]
    if len(near) == 1:
        return _all(_renamed(world, one, name, near[0]) for one in concerned)
    return (Configure({"cluster": {"external-services": [f"{namespace}/{name}"]}}),)


def _whole_name(world: World, one: Found, meant: Service) -> Change | None:
    """The setting with the whole name of a Service, where its end was nearly that."""
    destination = one.destination
    before, found, _ = destination.host.lower().partition(f"{meant.id.name}.{meant.id.namespace}.")
    host = f"{before}{found}svc.{world.cluster.domain}"
    if not found or before.count(".") > 1 or not _arrives(world, one, host, destination.port):
        return None
    return corrected_text(world.cluster, destination.setting.place, destination.host, host)


def _renamed(world: World, one: Found, name: str, meant: Service) -> Change | None:
    """The setting with the name that exists, where the call then arrives."""
    destination = one.destination
    host = destination.host
    before, found, after = host.lower().partition(name)
    if not found or before.count(".") or not _arrives(world, one, f"{before}{meant.id.name}{after}", destination.port):
        return None
    return corrected_text(world.cluster, destination.setting.place, host, f"{before}{meant.id.name}{after}")


def _arrives(world: World, one: Found, host: str, port: int | None) -> bool:
    return _reached(world, one, host, port).verdict in _MENDED


def _reached(world: World, one: Found, host: str, port: int | None) -> Reach:
    destination = one.destination
    client = destination.setting.workload
    call = Connection(client, port, one.row.protocol, destination.assumed)
    return reach(world, call, resolve(host, client, world.cluster, world.config.cluster))


# ---------------------------------------------------------------- ports


def _to_a_port(world: World, one: Found) -> Change | None:
    """The one port that the Service has, where the call then arrives."""
    service = one.reached.service
    has = {port.port for port in service.ports if port.protocol == one.row.protocol} if service is not None else ()
    return _to_port(world, one, next(iter(has))) if len(has) == 1 else None


def _to_port(world: World, one: Found, port: int | None) -> Change | None:
    """Another port in the setting, or in its partner, where the call then arrives."""
    destination = one.destination
    if destination.port is None or port is None:
        return None
    reached = _reached(world, one, destination.host, port)
    if reached.verdict not in _MENDED or _speaks_otherwise(world, destination.scheme, reached):
        return None
    if destination.partner is not None:
        place = destination.partner.place
        held, text = owner(world.cluster, place), place.value
        if held is None or destination.partner.secret or str(text).strip() != str(destination.port):
            return None
        return instead(held, place, port if isinstance(text, int) else str(port))
    host, place = destination.host, destination.setting.place
    written = corrected_text(world.cluster, place, f"{host}:{destination.port}", f"{host}:{port}")
    if written is None and "://" in str(place.value):
        return corrected_text(world.cluster, place, host, f"{host}:{port}")
    return written


def _speaks_otherwise(world: World, scheme: str | None, reached: Reach) -> bool:
    """Whether the port that is there is no port for a URL of this scheme: then somebody has to decide on TLS, too."""
    if scheme not in ("http", "https", "ws", "wss") or reached.server is None or reached.pod_port is None:
        return False
    speech = spoken(world, reached.server, reached.pod_port, reached.service, reached.service_port)
    return speech is not None and (speech.scheme == "https") != (scheme in ("https", "wss"))
