"""The fleet for a job summary or a pull request: at most 60 kB, what does not fit one screen folded."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.fleet.causes import Cause, Causes
from mblint.fleet.reports.report import LEVELS, One, Totals
from mblint.fleet.reports.table import TableRow, counted_environments, table_row, who, worst_first
from mblint.reports.markup import LARGEST, code, fitting, folded, plain
from mblint.reports.text import counted

_OPEN = 10  # causes that are not folded
_SUMS = 2_000  # bytes for the headings around the lists


class MarkdownReport:
    """Nothing until all environments are in."""

    def __init__(self) -> None:
        self._rows: list[TableRow] = []

    def begin(self) -> str:
        """Nothing."""
        return ""

    def environment(self, one: One) -> str:
        """Nothing yet."""
        self._rows.append(table_row(one))
        return ""

    def end(self, causes: Causes, totals: Totals) -> str:
        """A heading that sums up, the causes, the table."""
        found = causes.worst_first()
        room = (LARGEST - _SUMS) // 2
        items = [_item(cause, causes) for cause in found]
        rows = [_row(row) for row in worst_first(self._rows) if row.errors or any(row.numbers)]
        parts = [self._heading(found, totals), fitting(items[:_OPEN], room, "cause")]
        if len(items) > _OPEN:
            rest = counted(len(items) - _OPEN, "more cause")
            parts.append(folded(rest, fitting(items[_OPEN:], room - len(parts[1].encode()), "cause")))
        if rows:
            head = (
                f"| environment | {' | '.join(f'{level}s' for level in LEVELS)} | |\n| --- | --: | --: | --: | --- |\n"
            )
            parts.append(folded(counted_environments(len(rows)), head + fitting(rows, room, "environment")))
        return "\n".join(part for part in parts if part)

    def _heading(self, found: Iterable[Cause], totals: Totals) -> str:
        sums = [sum(row.numbers[index] for row in self._rows) for index in range(len(LEVELS))]
        levels = [counted(number, level) for number, level in zip(sums, LEVELS, strict=True) if number]
        broken = sum(row.errors > 0 for row in self._rows)
        if broken:
            levels.append(f"{counted_environments(broken)} with problems in the input")
        said = ", ".join(levels) if levels else "nothing found"
        return (
            f"### mblint: {said}\n\n{counted_environments(totals.environments)}, {counted(len(list(found)), 'cause')}\n"
        )


def _item(cause: Cause, causes: Causes) -> str:
    one = cause.finding
    return f"- **{one.level}** {code(one.rule)} {plain(who(cause, causes))}<br>{plain(one.message)}\n"


def _row(row: TableRow) -> str:
    cells = [code(row.name), *(str(number or "") for number in row.numbers), plain(row.error)]
    return f"| {' | '.join(cells)} |\n"
