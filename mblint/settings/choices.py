"""`rules/tables/choices.yaml`: settings that software reads only where something else chooses so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from mblint.cluster.secrets import reveal
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import as_texts, load_table

_EVERY_ROLE = "all"


class _Choice(Struct, frozen=True):
    """One row of `choices`."""

    chosen_by: frozenset[Phrase]
    otherwise: frozenset[str]
    image: tuple[str, ...]


class _Module(Struct, frozen=True):
    """One row of `modules`."""

    sections: tuple[str, ...]
    told_by: frozenset[Phrase]
    read_by: frozenset[str]
    image: tuple[str, ...]


def is_read(told: ContainerSettings, setting: Setting) -> bool:
    """False where the container's software has no use for a setting. A choice that no manifest says counts as made."""
    image = told.container.image or ""
    choices = (each for each in _choices().get(words_of(setting.key), ()) if _is_of(each.image, image))
    if not all(_is_made(told, choice) for choice in choices):
        return False
    if setting.origin is not Origin.FILE:
        return True
    modules = (each for each in _modules() if _is_of(each.image, image) and _has(each.sections, setting.key))
    return all(_is_module(told, module) for module in modules)


def _is_of(parts: Sequence[str], image: str) -> bool:
    return any(part in image for part in parts)


def _is_made(told: ContainerSettings, choice: _Choice) -> bool:
    made = (setting.value for setting in told.settings if words_of(setting.key) in choice.chosen_by)
    return any(value is None or reveal(value).strip().lower() not in choice.otherwise for value in made)


def _has(sections: Sequence[str], key: str) -> bool:
    return any(key.startswith((f"{section}.", f"{section}[")) for section in sections)


def _is_module(told: ContainerSettings, module: _Module) -> bool:
    """True where one of the container's roles reads the section, or its roles are not known."""
    said = [setting.value for setting in told.settings if words_of(setting.key) in module.told_by]
    if not module.read_by or None in said:
        return bool(module.read_by)
    roles = {role for value in said if value is not None for role in re.split(r"[,\s]+", reveal(value).strip())}
    return not module.read_by.isdisjoint(roles or {_EVERY_ROLE})


@cache
def _choices() -> Mapping[Phrase, tuple[_Choice, ...]]:
    found: dict[Phrase, tuple[_Choice, ...]] = {}
    for row in load_table("choices", "choices"):
        choice = _Choice(
            _phrases(as_texts(row, "chosen-by")), frozenset(as_texts(row, "otherwise")), as_texts(row, "image")
        )
        for name in _phrases(as_texts(row, "settings")):
            found[name] = (*found.get(name, ()), choice)
    return found


@cache
def _modules() -> Sequence[_Module]:
    return tuple(
        _Module(
            as_texts(row, "sections"),
            _phrases(as_texts(row, "told-by")),
            frozenset(as_texts(row, "read-by")),
            as_texts(row, "image"),
        )
        for row in load_table("choices", "modules")
    )


def _phrases(names: Sequence[str]) -> frozenset[Phrase]:
    return frozenset(words_of(name) for name in names)
