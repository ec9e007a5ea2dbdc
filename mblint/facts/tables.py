"""The tables in `rules/tables/`: knowledge about software, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import yaml

from mblint.shipped import rules_directory

Cell = str | int | bool | None | Sequence["Cell"] | Mapping[str, "Cell"]
Row = Mapping[str, Cell]


@cache
def table(name: str, section: str) -> tuple[Row, ...]:
    """The rows of a section of `rules/tables/NAME.yaml`, in the file's order. Schemas check them at build time."""
    with (rules_directory() / "tables" / f"{name}.yaml").open("rb") as file:
        return tuple(yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))[section])
