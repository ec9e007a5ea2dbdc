"""`rules/tables/choices.yaml`: settings that software reads only where another one chooses what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from mblint.cluster.secrets import reveal
from mblint.settings.by_container import ContainerSettings
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import as_texts, load_table


class _Choice(Struct, frozen=True):
    """One row of the table."""

    chosen_by: frozenset[Phrase]
    otherwise: frozenset[str]
    image: tuple[str, ...]


def is_read(told: ContainerSettings, setting: Setting) -> bool:
    """False where the container's software keeps to something of its own. A choice that no manifest says counts."""
    choices = _choices().get(words_of(setting.key), ())
    image = told.container.image or ""
    return all(_is_made(told, choice) for choice in choices if any(part in image for part in choice.image))


def _is_made(told: ContainerSettings, choice: _Choice) -> bool:
    made = (setting.value for setting in told.settings if words_of(setting.key) in choice.chosen_by)
    return any(value is None or reveal(value).strip().lower() not in choice.otherwise for value in made)


@cache
def _choices() -> Mapping[Phrase, tuple[_Choice, ...]]:
    found: dict[Phrase, tuple[_Choice, ...]] = {}
    for row in load_table("choices", "choices"):
        choice = _Choice(
            frozenset(words_of(name) for name in as_texts(row, "chosen-by")),
            frozenset(as_texts(row, "otherwise")),
            as_texts(row, "image"),
        )
        for name in as_texts(row, "settings"):
            found[words_of(name)] = (*found.get(words_of(name), ()), choice)
    return found
