"""The tables that settings are read with: `rules/tables/clients.yaml`, `rules/tables/roles.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import yaml

from mblint.shipped import rules_directory

Cell = str | int | bool | None | Sequence["Cell"] | Mapping[str, "Cell"]
Row = Mapping[str, Cell]


@cache
def _file(name: str) -> Mapping[str, Sequence[Row]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (rules_directory() / "tables" / f"{name}.yaml").open("rb") as file:
        loaded: Mapping[str, Sequence[Row]] = yaml.load(file, Loader=loader)
    return loaded


def load_table(name: str, section: str) -> Sequence[Row]:
    """The rows of a section, in the file's order. A schema checks the file at build time."""
    return _file(name)[section]


@cache
def load_words(name: str, section: str) -> frozenset[str]:
    """A section that is a list of words."""
    return frozenset(str(word) for word in _file(name)[section])


def as_text(row: Row, field: str) -> str | None:
    """A field that is a text."""
    cell = row.get(field)
    return cell if isinstance(cell, str) else None


def as_texts(row: Row, field: str) -> tuple[str, ...]:
    """A field that is a text or a list of texts; empty where it is absent."""
    cell = row.get(field)
    if isinstance(cell, str):
        return (cell,)
    return tuple(str(text) for text in cell) if isinstance(cell, Sequence) else ()


def as_integer(row: Row, field: str) -> int | None:
    """A field that is an integer."""
    cell = row.get(field)
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None
