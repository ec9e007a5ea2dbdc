"""Programs that serve browsers by HTTPS alone, held against the way by which browsers come.

Browsers keep a cookie with the mark Secure, and send it back, by HTTPS alone: by plain HTTP each request after the
login is one of nobody. Software files say which programs set it by themselves (`wants-https`); the table
rules/tables/https-wanted.yaml knows names of settings in programs of any maker.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby

from msgspec import Struct, convert

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import reveal
from mblint.facts.names.host_rows import WantedHttps
from mblint.facts.names.plain_ways import PlainWay, plain_way
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import listened_port, reads_what_is_not_there
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_table, load_words
from mblint.software.network import Listens, WantsHttps
from mblint.software.setting_names import setting_names


class _Named(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table: last words of a setting's name, and what it does where it is on."""

    names: tuple[str, ...]
    otherwise: str
    source: str


def wanted_https(world: World) -> Iterator[WantedHttps]:
    """At most one row for each container: its program's own word, else the first setting of such a name."""
    known: set[int] = set()
    for program in running_programs(world):
        if not program.running.program.has(WantsHttps):
            continue
        known.add(id(program.container))
        if program.container.role is not ContainerRole.INIT and program.workload.lasting:
            yield from _of_program(world, program)
    for _, group in groupby(world.settings, key=lambda one: id(one.container)):
        settings = tuple(group)
        first = settings[0]
        named = next(((one, row) for one in settings if (row := _row_of(one)) is not None), None)
        if named is None or id(first.container) in known or first.container.role is ContainerRole.INIT:
            continue
        way = plain_way(world, first.workload, first.container) if first.workload.lasting else None
        if way is not None:
            yield _by_name(named[0], named[1], way)


# ---------------------------------------------------------------- what is known of a program


def _of_program(world: World, program: RunningProgram) -> Iterator[WantedHttps]:
    if program.running.undecided(WantsHttps) or _speaks_tls(program):
        return
    for entry in program.running.entries(WantsHttps):
        if program.told.applies(entry) is not True or reads_what_is_not_there(world, program.workload):
            continue
        way = plain_way(world, program.workload, program.container)
        if way is None:
            return
        setting = program.told.first(entry.setting)
        names = setting_names(entry.setting)
        yield WantedHttps(
            object=program.workload.id,
            container=program.container.name,
            place=program.container.place if setting is None else setting.place,
            related=(Related(f"{way.by} leads to it", way.place),),
            linted=program.workload.linted,
            software=program.running.program.name,
            settings=setting.label if setting is not None else str(names[0]) if names else "",
            says=_says(setting, str(names[0])) if names else f"{program.running.program.name} wants HTTPS",
            by=way.by,
            host=way.host,
            to=entry.to,
            otherwise=entry.otherwise,
            verdict="plain" if way.certain else "untold",
        )
        return


def _speaks_tls(program: RunningProgram) -> bool:
    """Whether it ends TLS itself, on any of its ports."""
    return any(
        entry.speaks == "https" and program.told.applies(entry) is not False and listened_port(program, entry)
        for entry in program.running.entries(Listens)
    )


def _says(setting: Setting | None, name: str) -> str:
    if setting is None:
        return f"{name} is not set"
    shown = "is set" if setting.value is None or setting.secret else f"says {reveal(setting.value).strip()}"
    return f"{setting.label} {shown}"


# ---------------------------------------------------------------- programs of any maker


def _by_name(setting: Setting, row: _Named, way: PlainWay) -> WantedHttps:
    return WantedHttps(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=(Related(f"{way.by} leads to it", way.place),),
        linted=setting.workload.linted,
        software="The program",
        settings=setting.label,
        says=_says(setting, setting.key),
        by=way.by,
        host=way.host,
        to="false",
        otherwise=row.otherwise,
        verdict="plain" if way.certain else "untold",
    )


def _row_of(setting: Setting) -> _Named | None:
    """The row of the table that is about a setting which is on."""
    if setting.origin is not Origin.ENV or setting.value is None or setting.secret:
        return None
    if reveal(setting.value).strip().lower() not in load_words("truth", "true"):
        return None
    words = words_of(setting.key)
    return next((row for row in _table() for name in _phrases(row) if words[-len(name) :] == name), None)


@cache
def _table() -> tuple[_Named, ...]:
    return convert(load_table("https-wanted", "settings"), tuple[_Named, ...])


@cache
def _phrases(row: _Named) -> tuple[Phrase, ...]:
    return tuple(tuple(name.split()) for name in row.names)
