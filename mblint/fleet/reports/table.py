"""What text and Markdown share: the environments by how bad they are, the causes with the names of who has them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mblint.fleet.causes import Cause, Causes
from mblint.fleet.reports.report import One
from mblint.reports.printable import printable
from mblint.reports.text import counted

NAMED = 3  # environments of a cause that are named


class TableRow(Struct, frozen=True):
    """An environment in numbers. `error`: the first of what could not be read."""

    name: str
    numbers: tuple[int, ...]  # by level, the worst first
    errors: int
    error: str


def table_row(one: One) -> TableRow:
    """The row of an environment."""
    errors = one.found.errors
    return TableRow(
        name=one.linted.name,
        numbers=tuple(one.levels.values()),
        errors=len(errors),
        error=_error(one) if errors else "",
    )


def worst_first(rows: Sequence[TableRow]) -> list[TableRow]:
    """What could not be read, then by findings, then by name."""
    return sorted(rows, key=lambda row: (-(row.errors > 0), *(-number for number in row.numbers), row.name))


def who(cause: Cause, causes: Causes) -> str:
    """`in 214 of 1,000 environments: a, b, c and 211 more`."""
    names = causes.environments(cause)
    said = ", ".join(names[:NAMED])
    if len(names) == len(causes.names) > NAMED:
        return f"in all {len(names):,} environments"
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"in {len(names):,} of {counted_environments(len(causes.names))}: {printable(said)}{more}"


def counted_environments(number: int) -> str:
    """`1 environment`, `1,000 environments`."""
    return counted(number, "environment").replace(str(number), f"{number:,}", 1)


def _error(one: One) -> str:
    first = one.found.errors[0]
    position = "".join(f":{number}" for number in (first.location.line, first.location.column) if number is not None)
    where = "" if first.location.file == "-" and not position else f"{first.location.file}{position}: "
    return printable(where + first.message)
