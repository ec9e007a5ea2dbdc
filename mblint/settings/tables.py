"""The tables that settings are read with: `rules/tables/clients.yaml`, `rules/tables/roles.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from msgspec import Struct

from mblint.shipped import read_table
from mblint.software.programs import Programs
from mblint.software.sections import key_of

Cell = str | int | bool | None | Sequence["Cell"] | Mapping[str, "Cell"]
Row = Mapping[str, Cell]


def load_table(name: str, section: str) -> Sequence[Row]:
    """The rows of a section, in the file's order. A schema checks the file at build time."""
    file = cast("Mapping[str, Sequence[Row]]", read_table(f"tables/{name}.yaml"))
    return file[section]


def program_rows(programs: Programs, kind: type[Struct], name: str) -> Iterator[Row]:
    """The entries of a section of all software files, as rows; `name`: the field that is else the program's name."""
    for program in programs.with_section(kind):
        section = program.value(key_of(kind))
        rows = cast("Sequence[Row]", section if isinstance(section, list) else [section])
        for row in rows:
            yield {name: program.name, **row}


def load_parts(name: str, section: str) -> Row:
    """A section that is one row."""
    return cast("Mapping[str, Row]", read_table(f"tables/{name}.yaml"))[section]


@cache
def load_words(name: str, section: str) -> frozenset[str]:
    """A section that is a list of words."""
    return frozenset(str(word) for word in load_table(name, section))


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
