"""Values of settings that a program refuses: a key of the wrong length, a URL of another scheme, an address of its own.

What is refused is said by a condition of the software file; the value is never shown, as many of these are keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.settings.rows import Setting
from mblint.software.running import Refuses

_MADE_LATER = ("$", "{{", "<")  # the start of what somebody else fills in


def refused_settings(world: World) -> Iterator[RefusedSetting]:
    """A row for each setting of a container whose value its program does not take, or may not."""
    for one in running_programs(world):
        if one.running.program.has(Refuses) and other_start(one) is None:
            for entry in one.running.entries(Refuses):
                setting = one.told.first(entry.setting)
                applies = one.told.applies(entry)
                if setting is not None and applies is not False:
                    yield _row(one, entry, setting, _unknown(setting, applies))


def _unknown(setting: Setting, applies: bool | None) -> str | None:
    if applies is None or setting.value is None or setting.guessed:
        return "its value is not in the view"
    if any(mark in reveal(setting.value) for mark in _MADE_LATER):
        return "a part of its value is filled in by somebody else"
    return None


def _row(one: RunningProgram, entry: Refuses, setting: Setting, reason: str | None) -> RefusedSetting:
    return RefusedSetting(
        object=one.workload.id,
        container=one.container.name,
        place=setting.place,
        linted=one.workload.linted,
        software=one.running.program.name,
        setting=setting.label,
        otherwise=entry.otherwise,
        example=entry.example or None,
        starts=entry.starts,
        verdict="refused" if reason is None else "unknown",
        reason=reason,
    )
