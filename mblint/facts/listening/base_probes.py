"""httpGet probes of programs that a framework puts below one path (`rules/tables/base-paths.yaml`): do they ask there?

What a program answers below that path nobody knows; above it, it answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.listening.rows import ProbeAnswer
from mblint.facts.told import told_to
from mblint.facts.way.uses import port_of, probes
from mblint.facts.world import World
from mblint.remedies.rendered import owner, put
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.shipped import read_table

_PATH = re.compile(r"/?[\w.~-]+(?:/[\w.~-]+)*/?")


class _Row(Struct, frozen=True, rename="kebab"):
    framework: str
    names: tuple[str, ...]
    port: int
    port_names: tuple[str, ...]
    source: str


class _Table(Struct, frozen=True, rename="kebab"):
    base_paths: tuple[_Row, ...]


@cache
def _rows() -> tuple[_Row, ...]:
    return convert(read_table("tables/base-paths.yaml"), _Table).base_paths


def base_probes(world: World) -> Iterator[ProbeAnswer]:
    """A row for each probe on the main port of a program that such a setting tells its path."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            asked = [one for one in probes(container) if one[1].handler == "httpGet"]
            told = told_to(world, workload, container) if asked else None
            if told is None or container.role is ContainerRole.INIT:
                continue
            for row in _rows():
                yield from _of_framework(world, workload, container, told, row)


def _of_framework(
    world: World, workload: Workload, container: Container, told: ContainerSettings, row: _Row
) -> Iterator[ProbeAnswer]:
    said, moved = _last(told, row.names), _last(told, row.port_names)
    base, number = _text(said), _text(moved)
    if said is None or not _PATH.fullmatch(base) or (moved is not None and not number.isdecimal()):
        return
    main, below = int(number) if number else row.port, f"/{base.strip('/')}"
    for name, probe in probes(container):
        path = (probe.path or "/").partition("?")[0]
        if probe.handler != "httpGet" or port_of(container, probe) != main:
            continue
        answered = path == below or path.startswith(f"{below}/")
        meant = below + (path if path.startswith("/") else f"/{path}")
        mine = not answered and owner(world.cluster, probe.place) is workload
        yield ProbeAnswer(
            object=workload.id,
            container=container.name,
            place=probe.place.at("httpGet", "path") if probe.path else probe.place,
            linted=workload.linted,
            probe=name,
            software=f"a program of {row.framework}",
            path=path,
            port=main,
            verdict="answered" if answered else "other-path",
            by_framework=True,
            answer=None if answered else f"{said.label} puts all that it answers below {below}",
            answers_at=path if answered else meant,
            edits=(put(workload, probe.place.at("httpGet"), "path", meant),) if mine else (),
        )


def _last(told: ContainerSettings, names: tuple[str, ...]) -> Setting | None:
    """What counts among these: an argument before a variable."""
    found = [one for one in told.settings if one.key in names and one.origin is not Origin.FILE and not one.guessed]
    return max(found, key=lambda one: one.key.startswith("-"), default=None)


def _text(setting: Setting | None) -> str:
    return "" if setting is None or setting.value is None or setting.secret else reveal(setting.value).strip()
