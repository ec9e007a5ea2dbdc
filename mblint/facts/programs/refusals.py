"""One setting that a program does not take, as a row: what all that judge settings say of it."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.rows import Setting


class Refusal(Struct, frozen=True):
    """Why a setting is refused. `label`: its name, `what`: as the message calls it; `otherwise`, `instead`: clauses.

    `guessed`: the program's version is not known, and none that is known takes it.
    `reason`: why nobody knows whether it is; None where it is.
    """

    label: str
    place: Place
    what: str
    otherwise: str
    starts: bool = False
    example: str = ""
    instead: str = ""
    guessed: bool = False
    reason: str | None = None


def refused_setting(one: RunningProgram, refusal: Refusal) -> RefusedSetting:
    """The row of a setting of a program's container."""
    return _row(one.workload, one.container, one.running.program.name, refusal)


def refused_anywhere(world: World, setting: Setting, refusal: Refusal) -> RefusedSetting:
    """The row of a setting whose name or file alone says what is wrong; a program that nobody knows is called as its
    container is.
    """
    one = program_of(world, setting.workload, setting.container)
    name = one.running.program.name if one is not None else setting.container.name
    return _row(setting.workload, setting.container, name, refusal)


def _row(workload: Workload, container: Container, software: str, refusal: Refusal) -> RefusedSetting:
    return RefusedSetting(
        object=workload.id,
        container=container.name,
        place=refusal.place,
        linted=workload.linted,
        software=software,
        setting=refusal.label,
        what=refusal.what,
        otherwise=refusal.otherwise,
        example=refusal.example or None,
        instead=refusal.instead or None,
        starts=refusal.starts,
        guessed=refusal.guessed,
        verdict="refused" if refusal.reason is None else "unknown",
        reason=refusal.reason,
    )
