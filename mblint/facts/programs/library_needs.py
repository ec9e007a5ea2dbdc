"""Settings that a library needs beside another one of its own, whatever program uses it: `needs` of library-keys.yaml.

Many programs hand the library a key of their own name. So nothing is said where the container is told anything that may
be such a key, or not all that it is told is in the view, and nothing of programs whose software file speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import ContainerRole
from mblint.facts.programs.rows import NeededSetting
from mblint.facts.programs.started import is_filled_elsewhere
from mblint.facts.software import program_of
from mblint.facts.told import told_containers
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.settings.tables import load_table
from mblint.software.running import Needed
from mblint.software.setting_names import setting_names

_MAY_BE_THE_KEY = regex(r"(?i)(?<!client_)(?<!client)secret|(?:auth|jwt|session|encryption|cookie|app)_?key|salt")
_SETS = regex(r"(?:^|/)\.env|\.sh$")


class LibraryNeed(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table."""

    library: str
    when: str
    needed: tuple[str, ...]
    otherwise: str
    source: str


def library_needs(world: World) -> Iterator[NeededSetting]:
    """A row for each container that is told the one, and none of the others."""
    for told in told_containers(world):
        if told.container.role is ContainerRole.MAIN and told.workload.lasting:
            for row in _rows():
                setting = told.by_key.get((None, row.when))
                if setting is not None and setting.origin is Origin.ENV and not _is_known(world, told, row):
                    yield _row(row, setting)


@cache
def _rows() -> tuple[LibraryNeed, ...]:
    return convert(load_table("library-keys", "needs"), tuple[LibraryNeed, ...])


def _is_known(world: World, told: ContainerSettings, row: LibraryNeed) -> bool:
    """Whether the container has one of them, may have it, or is one whose software file says what it needs."""
    container, workload = told.container, told.workload
    if any(_MAY_BE_THE_KEY.search(each.key) for each in told.settings) or container.command is not None:
        return True
    if is_filled_elsewhere(container) or reads_what_is_not_there(world, workload):
        return True
    if any(_SETS.search(file.path) for file in mounted_files(world.cluster, workload, container)):
        return True
    one = program_of(world, workload, container)
    entries = one.running.program.entries(Needed) if one is not None else ()
    return any(name.key in row.needed for entry in entries for name in setting_names(entry.needed))


def _row(row: LibraryNeed, setting: Setting) -> NeededSetting:
    return NeededSetting(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        software=row.library,
        setting=row.needed[0],
        others=row.needed[1:],
        otherwise=row.otherwise,
        because=f"{row.when} is set",
        starts=True,
        verdict="missing",
    )
