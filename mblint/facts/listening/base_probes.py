"""httpGet probes of programs that put all that they answer below one path: do they ask there?

A framework does so (`rules/tables/base-paths.yaml`), or the program itself (`base-path` with `everything` of its
software file). What it answers below that path nobody knows; above it, it answers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.listening.rows import ProbeAnswer
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.told import told_to
from mblint.facts.way.heard import is_of_its_makers, listened_port
from mblint.facts.way.uses import port_of, probes
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.rendered import owner, put
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.shipped import read_table
from mblint.software.network import BasePath, Listens

_ADDRESS = regex(r"^https?://[^/]*")
_PATH = regex(r"/?[\w.~-]+(?:/[\w.~-]+)*/?")


class _Row(Struct, frozen=True, rename="kebab"):
    framework: str
    names: tuple[str, ...]
    port: int
    port_names: tuple[str, ...]
    source: str
    runs: str | None = None
    alone: tuple[str, ...] = ()

    def may_be(self, container: Container) -> bool:
        """Whether the container may run a program of the framework."""
        return self.runs is None or f" {self.runs} " in f" {' '.join(word.text for word in container.words)} "


class _Table(Struct, frozen=True, rename="kebab"):
    base_paths: tuple[_Row, ...]


class Base(Struct, frozen=True):
    """Whose path it is, what says it and its label, and the ports on which it counts."""

    software: str
    said_by: str
    path: str
    ports: frozenset[int]
    by_framework: bool
    setting: Setting | None = None


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
            for base in (*bases_of_frameworks(told), *_of_software(program_of(world, workload, container))):
                yield from _asked(world, workload, container, base)


def bases_of_frameworks(told: ContainerSettings) -> Iterator[Base]:
    """The paths below which frameworks put all that a program answers, as its container is told."""
    for row in _rows():
        said, ports = _last(told, row.names), _ports(told, row)
        if said is not None and _PATH.fullmatch(_text(said)) and ports and row.may_be(told.container):
            software = f"a program of {row.framework}"
            yield Base(software, said.label, _text(said), ports, by_framework=True, setting=said)


def bases_at_the_root(told: ContainerSettings) -> Iterator[Base]:
    """Frameworks whose programs are told no path, where the manifest tells them how to serve."""
    for row in _rows():
        ports = _ports(told, row)
        keys = [setting.key for setting in told.settings if setting.origin is not Origin.FILE]
        is_told_here = bool(row.alone) and any(key.startswith(row.alone) for key in keys)
        if is_told_here and ports and row.may_be(told.container) and not any(key in row.names for key in keys):
            yield Base(f"a program of {row.framework}", row.names[-1], "", ports, by_framework=True)


def _ports(told: ContainerSettings, row: _Row) -> frozenset[int]:
    """Where it listens; empty where nobody knows."""
    moved = _last(told, row.port_names)
    number = _text(moved) if moved is not None else str(row.port)
    return frozenset((int(number),)) if number.isdecimal() else frozenset()


def _of_software(one: RunningProgram | None) -> Iterator[Base]:
    entries = () if one is None or not is_of_its_makers(one.running) else one.running.entries(BasePath)
    for entry in entries:
        said = one.told.first(entry.setting) if one is not None and entry.everything and entry.setting else None
        path = _text(said) if entry.form != "url" else (_ADDRESS.sub("", _text(said)).strip("/"))
        if one is None or said is None or one.told.applies(entry) is not True or not _PATH.fullmatch(path):
            continue
        yield Base(one.running.program.name, said.label, path, _main_ports(one), by_framework=False)


def _main_ports(one: RunningProgram) -> frozenset[int]:
    """Where it serves by HTTP: as its file says, else the one port that its container declares."""
    entries = one.running.entries(Listens)
    if not one.running.program.has(Listens) and len(one.container.ports) == 1:
        return frozenset((one.container.ports[0].number,))
    return frozenset(listened_port(one, heard) for heard in entries if heard.speaks == "http")


def _asked(world: World, workload: Workload, container: Container, base: Base) -> Iterator[ProbeAnswer]:
    below = f"/{base.path.strip('/')}"
    for name, probe in probes(container):
        path, port = (probe.path or "/").partition("?")[0], port_of(container, probe)
        if probe.handler != "httpGet" or port not in base.ports:
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
            software=base.software,
            path=path,
            port=port or 0,
            verdict="answered" if answered else "other-path",
            by_framework=base.by_framework,
            answer=None if answered else f"{base.said_by} puts all that it answers below {below}",
            answers_at=path if answered else meant,
            edits=(put(workload, probe.place.at("httpGet"), "path", meant),) if mine else (),
        )


def _last(told: ContainerSettings, names: tuple[str, ...]) -> Setting | None:
    """What counts among these: an argument before a variable."""
    found = [one for one in told.settings if one.key in names and one.origin is not Origin.FILE and not one.guessed]
    return max(found, key=lambda one: one.key.startswith("-"), default=None)


def _text(setting: Setting | None) -> str:
    return "" if setting is None or setting.value is None or setting.secret else reveal(setting.value).strip()
