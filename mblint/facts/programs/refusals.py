"""One setting that a program does not take, as a row: what all that judge settings say of it."""

from __future__ import annotations

from msgspec import Struct

from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.software import RunningProgram
from mblint.manifests.documents import Place


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
    return RefusedSetting(
        object=one.workload.id,
        container=one.container.name,
        place=refusal.place,
        linted=one.workload.linted,
        software=one.running.program.name,
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
