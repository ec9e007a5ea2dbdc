"""Settings that a program refuses: a key of the wrong length, a URL of another scheme, an option that it lost.

What is refused is said by a condition of the software file, by the form that values have, by the keys of a file, or by
the names that the program reads. The value is never shown, as many of these are keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.programs.doubled_keys import doubled_keys
from mblint.facts.programs.file_keys import unknown_words
from mblint.facts.programs.first_members import first_members
from mblint.facts.programs.following import following
from mblint.facts.programs.library_keys import library_keys
from mblint.facts.programs.mail_ports import mail_ports
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.programs.switches import switched_on
from mblint.facts.programs.taken import values_not_taken
from mblint.facts.programs.unknown_options import unknown_options
from mblint.facts.programs.unread_names import unread_names
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.settings.rows import Setting
from mblint.software.conditions import Condition
from mblint.software.running import Refuses
from mblint.software.setting_names import texts
from mblint.software.words import Keys, Options, Refers, Takes

_MADE_LATER = ("$", "{{", "<")  # the start of what somebody else fills in


def refused_settings(world: World) -> Iterator[RefusedSetting]:
    """A row for each setting of a container whose value its program does not take, or may not."""
    for one in running_programs(world):
        program = one.running.program
        if program.has(Takes):
            yield from values_not_taken(one)
        if program.has(Keys) or program.has(Refers):
            yield from unknown_words(one)
        if program.has(Options):
            yield from unknown_options(one)
        yield from unread_names(one)
        for entry in one.running.entries(Refuses) if program.has(Refuses) else ():
            if other_start(one, entry) is None:
                setting = one.told.first(entry.setting)
                applies = one.told.applies(entry)
                if setting is not None and _says_something(setting) and applies is not False:
                    yield _row(one, entry, setting, _unknown(setting, applies, not _is_about_it(entry)))
    yield from switched_on(world)
    yield from mail_ports(world)
    yield from doubled_keys(world)
    yield from first_members(world)
    yield from following(world)
    yield from library_keys(world)


def _says_something(setting: Setting) -> bool:
    """Whether it is more than a variable that is set to nothing, which most programs read as not set."""
    return setting.value is None or bool(reveal(setting.value)) or setting.key.rpartition(" ")[2].startswith("-")


def _unknown(setting: Setting, applies: bool | None, at_any_value: bool) -> str | None:
    if applies is None or (not at_any_value and (setting.guessed or setting.value is None)):
        return "its value is not in the view"
    if not at_any_value and setting.value is not None and any(mark in reveal(setting.value) for mark in _MADE_LATER):
        return "a part of its value is filled in by somebody else"
    return None


def _is_about_it(entry: Refuses) -> bool:
    """Whether the condition asks for the setting's own value."""
    return entry.when is not None and _asks(entry.when, set(texts(entry.setting)))


def _asks(condition: Condition, names: set[str]) -> bool:
    own = not names.isdisjoint(texts(condition.setting)) and condition.set is None
    inner = (*condition.any, *condition.all, *((condition.negated,) if condition.negated is not None else ()))
    return own or any(_asks(part, names) for part in inner)


def _row(one: RunningProgram, entry: Refuses, setting: Setting, reason: str | None) -> RefusedSetting:
    return refused_setting(
        one,
        Refusal(
            label=setting.label,
            place=setting.place,
            what=f"the value of {setting.label}" if _is_about_it(entry) else setting.label,
            otherwise=entry.otherwise,
            starts=entry.starts,
            example=entry.example,
            instead=entry.instead,
            reason=reason,
        ),
    )
