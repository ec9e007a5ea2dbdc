"""Addresses that must be another one of the program's own with something behind it, and are not.

A provider that is sent back from another one compares what it is told with its own address: the two are written in one
file, and one of them is changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.rows import Setting
from mblint.software.setting_names import texts
from mblint.software.words import Follows

_ELEMENT = regex(r"\[\d+\]")
_ADDRESS = regex(r"https?://[\w.:/-]+")


def following(world: World) -> Iterator[RefusedSetting]:
    """A row for each such address that is not the one that follows."""
    for one in running_programs(world):
        for entry in one.running.entries(Follows) if one.running.program.has(Follows) else ():
            own = _address(one.told.first(entry.of))
            if own is not None and other_start(one, entry) is None and one.told.applies(entry) is True:
                yield from _others(one, entry, f"{own.rstrip('/')}{entry.behind}")


def _others(one: RunningProgram, entry: Follows, right: str) -> Iterator[RefusedSetting]:
    for setting in one.told.settings:
        if _ELEMENT.sub("[]", setting.key) in texts(entry.setting) and _address(setting) not in (None, right):
            what = f"the address at {setting.label}"
            otherwise = f"its own is {right}, and {entry.otherwise}"
            yield refused_setting(
                one, Refusal(setting.label, setting.place, what, otherwise, starts=entry.starts, instead=right)
            )


def _address(setting: Setting | None) -> str | None:
    """A whole address that is in the open; None for any other, and for none."""
    if setting is None or setting.value is None or setting.secret or setting.guessed:
        return None
    text = reveal(setting.value).strip()
    return text if _ADDRESS.fullmatch(text) else None
