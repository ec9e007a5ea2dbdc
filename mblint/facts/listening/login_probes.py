"""httpGet probes of programs that are told to ask every request for a login (`rules/tables/probe-logins.yaml`).

The kubelet logs in nowhere: without a header of the probe's own it gets 401, and takes that for a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import ContainerRole, Probe
from mblint.facts.listening.rows import ProbeAnswer
from mblint.facts.told import told_containers
from mblint.facts.way.uses import port_of, probes
from mblint.facts.world import World
from mblint.manifests.nodes import node_at
from mblint.manifests.partial import read_parts
from mblint.settings.by_container import ContainerSettings
from mblint.settings.programs import program_settings
from mblint.settings.tables import load_table
from mblint.software.conditions import Condition


class _Row(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    software: str
    told_by: Condition
    says: str
    source: str
    unless: Condition | None = None


@cache
def _rows() -> tuple[_Row, ...]:
    return convert(load_table("probe-logins", "logins"), tuple[_Row, ...])


def login_probes(world: World) -> Iterator[ProbeAnswer]:
    """A row for each probe without a login of a container that asks for one."""
    for told in told_containers(world):
        asked = [one for one in probes(told.container) if one[1].handler == "httpGet" and not _logs_in(one[1])]
        row = _row_of(world, told) if asked and told.container.role is not ContainerRole.INIT else None
        for name, probe in asked if row is not None else ():
            port = port_of(told.container, probe)
            if row is not None and port is not None:
                yield ProbeAnswer(
                    object=told.workload.id,
                    container=told.container.name,
                    place=probe.place,
                    linted=told.workload.linted,
                    probe=name,
                    software=row.software,
                    path=(probe.path or "/").partition("?")[0],
                    port=port,
                    verdict="needs-login",
                    by_framework=True,
                    answer=f"it answers 401 Unauthorized to who does not log in ({row.says}), and the kubelet does not",
                )


def _row_of(world: World, told: ContainerSettings) -> _Row | None:
    settings = program_settings(world.cluster, told.workload, told.container, told.settings)
    for row in _rows():
        if settings.holds(row.told_by) is True and (row.unless is None or settings.holds(row.unless) is False):
            return row
    return None


def _logs_in(probe: Probe) -> bool:
    """Whether it sends a header that may be a login."""
    names, _ = read_parts(
        node_at(probe.place),
        lambda node: [
            (each.get("name").text() or "").lower() for each in node.get("httpGet").get("httpHeaders").items()
        ],
    )
    return any("auth" in name or "token" in name or "user" in name for name in names or ())
