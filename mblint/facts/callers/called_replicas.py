"""Clients of Redis that come by a Service to the primary and to its replicas alike.

A replica answers a write with "READONLY You can't write against a read only replica". Which pod a call reaches, the
Service decides by chance. Sentinels know which one is the primary, and a client that asks them has its own settings
for that, so nothing is said of pods that are told of sentinels.
Source: https://redis.io/docs/latest/operate/oss_and_stack/management/replication/,
https://github.com/bitnami/containers/blob/main/bitnami/redis/README.md (REDIS_REPLICATION_MODE)
"""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.callers.rows import CalledReplica
from mblint.facts.callers.settings import is_certain
from mblint.facts.rows import Related
from mblint.facts.software import programs_of
from mblint.facts.told import settings_of_workload
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin

_PROGRAMS = ("Redis", "Valkey")
_REPLICA = ("slave", "replica")
_OF_ANOTHER = regex(r"(?:^|\s)--?(?:replicaof|slaveof)\b|^\s*(?:replicaof|slaveof)\s+[\w$]", 0)
_READS = regex(
    r"(?i)read|replica|slave|exporter|sentinel|cluster|haproxy"
)  # of a name: who asks for replicas, or knows


def called_replicas(world: World) -> tuple[CalledReplica, ...]:
    """A row for each setting that leads to a Service with both behind it."""
    rows = [
        (_row(found, primary, replica), found.destination.setting)
        for found in find(world)
        if found.reached.beside and _is_a_client(world, found)
        for primary, replica in _both(world, found)
    ]
    return without_inherited(rows, outcome=lambda row: row.service, surroundings=lambda row: row.settings)


def _both(world: World, found: Found) -> Iterable[tuple[Workload, Workload]]:
    """The first primary and the first replica behind a call; none where one of those behind is neither."""
    behind = [each.server for each in (found.reached, *found.reached.beside) if each.server is not None]
    sides = {id(workload): _is_replica(world, workload) for workload in behind}
    if None in sides.values():
        return ()
    primaries = [workload for workload in behind if sides[id(workload)] is False]
    replicas = [workload for workload in behind if sides[id(workload)]]
    return ((primaries[0], replicas[0]),) if primaries and replicas else ()


def _is_replica(world: World, workload: Workload) -> bool | None:
    """Whether a workload is a replica of another one; None where it is no Redis."""
    programs = [one for one in programs_of(world, workload) if one.running.program.name in _PROGRAMS]
    mains = [one.container for one in programs if one.container.role is ContainerRole.MAIN]
    if not mains:
        return None
    modes = {
        reveal(setting.value or "").lower()
        for setting in settings_of_workload(world, workload)
        if setting.key in ("REDIS_REPLICATION_MODE", "VALKEY_REPLICATION_MODE")
    }
    return not modes.isdisjoint(_REPLICA) or any(_OF_ANOTHER.search(_words(each)) for each in mains)


def _words(container: Container) -> str:
    return "\n".join(word.text for word in container.words)


def _is_a_client(world: World, found: Found) -> bool:
    """Whether a program may write there: one that lasts, is none of the servers, and is not told of sentinels."""
    setting = found.destination.setting
    servers = [each.server for each in (found.reached, *found.reached.beside)]
    if setting.origin is Origin.ARGUMENT or setting.container.role is ContainerRole.INIT or setting.workload in servers:
        return False
    told = (each.key for each in settings_of_workload(world, setting.workload))
    image = setting.container.image or ""
    return (
        not _READS.search(setting.key) and not _READS.search(image) and not any("sentinel" in k.lower() for k in told)
    )


def _row(found: Found, primary: Workload, replica: Workload) -> CalledReplica:
    setting, service = found.destination.setting, found.reached.service
    return CalledReplica(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=(Related(f"{replica.id.kind} {replica.id.name} is a replica", replica.place, replica.id),),
        linted=setting.workload.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        settings=setting.label,
        host=found.destination.host,
        service=service.id.name if service is not None else found.destination.host,
        primary=f"{primary.id.kind} {primary.id.name}",
        replica=f"{replica.id.kind} {replica.id.name}",
        certain=is_certain(found.destination),
    )
