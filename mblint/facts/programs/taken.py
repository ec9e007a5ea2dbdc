"""Settings that take values of one form (`takes`): one of a few words, a whole number, a URL with its scheme."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.programs.forms import FORMS
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram
from mblint.settings.rows import Setting
from mblint.software.setting_names import texts
from mblint.software.words import Takes

_MADE_LATER = ("$", "{{", "<", "%")  # what somebody else fills in


def values_not_taken(one: RunningProgram) -> Iterator[RefusedSetting]:
    """A row for each setting of a container whose value is not of the form that its program takes."""
    for entry in one.running.entries(Takes):
        if other_start(one, entry) is None:
            for name in texts(entry.setting):
                setting = one.told.first(name)
                if setting is not None and _is_wrong(setting, entry) and one.told.applies(entry) is True:
                    yield refused_setting(one, _refusal(setting, entry))


def _is_wrong(setting: Setting, entry: Takes) -> bool:
    """Whether its value is known, and not of the form. One that is set to nothing is mostly read as not set."""
    text = "" if setting.value is None else reveal(setting.value).strip()
    if setting.value is None or setting.guessed or any(mark in text for mark in _MADE_LATER):
        return False
    if not text:
        return entry.empty
    if entry.form:
        return FORMS[entry.form].pattern.fullmatch(text) is None
    return text.lower() not in (word.lower() for word in texts(entry.one_of))


def _refusal(setting: Setting, entry: Takes) -> Refusal:
    words = FORMS[entry.form].called if entry.form else _either(texts(entry.one_of))
    return Refusal(
        label=setting.label,
        place=setting.place,
        what=f"the value of {setting.label}",
        otherwise=f"it takes {words}, and {entry.otherwise or 'stops at anything else'}",
        starts=entry.starts,
    )


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
