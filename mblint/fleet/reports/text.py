"""The fleet for people: each cause once with the environments that have it, then the environments, worst first."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.fleet.causes import Cause, Causes
from mblint.fleet.reports.report import LEVELS, One, Totals
from mblint.fleet.reports.table import TableRow, counted_environments, table_row, who, worst_first
from mblint.judge.rule import Level
from mblint.manifests.read import STDIN
from mblint.reports.printable import printable
from mblint.reports.style import Style
from mblint.reports.text import counted, paragraph

_CAUSES_SHOWN = 50
_ROWS_SHOWN = 40
_BLANK_LINE = "\n\n"  # before the manifest to paste, which reads otherwise in each environment


class TextReport:
    """Nothing until all environments are in."""

    def __init__(self, style: Style, *, quiet: bool = False) -> None:
        self._style = style
        self._quiet = quiet
        self._rows: list[TableRow] = []

    def begin(self) -> str:
        """Nothing."""
        return ""

    def environment(self, one: One) -> str:
        """Nothing yet."""
        self._rows.append(table_row(one))
        return ""

    def end(self, causes: Causes, totals: Totals) -> str:
        """The causes, the table, one line that sums up."""
        found = causes.worst_first()
        parts = [line for cause in found[:_CAUSES_SHOWN] for line in (*self._cause(cause, causes), "")]
        if len(found) > _CAUSES_SHOWN:
            parts += [f"and {counted(len(found) - _CAUSES_SHOWN, 'more cause')} (--format json has them all)", ""]
        parts += self._table()
        if not self._quiet:
            parts.append(self._summary(found, totals))
        return "".join(f"{line}\n" for line in parts)

    def _cause(self, cause: Cause, causes: Causes) -> Iterator[str]:
        one, style = cause.finding, self._style
        level = style.of_level(Level[one.level.upper()], one.level)
        yield f"{level}[{one.rule}] {style.strong(who(cause, causes))}"
        yield from paragraph(one.message, style)
        yield style.faint(f"  such as {printable(self._place(cause, causes))}, in {printable(str(one.object))}")
        if one.fix:
            yield from paragraph(f"fix: {one.fix.partition(_BLANK_LINE)[0]}", style)

    def _place(self, cause: Cause, causes: Causes) -> str:
        """Where it stands in the repository, or else in what was read. The line of a stream says which."""
        shown = cause.shown
        if shown.file == STDIN:
            return f"line {shown.line} of what {causes.environments(cause)[0]} renders"
        return f"{shown.file}:{shown.line}:{shown.column}"

    def _table(self) -> Iterator[str]:
        """Of environments in which nothing was found, nothing is said."""
        rows = [row for row in worst_first(self._rows) if row.errors or any(row.numbers)]
        if not rows:
            return
        shown = rows[:_ROWS_SHOWN]
        width = max(len(printable(row.name)) for row in shown)
        heads = [f"{level}s" for level in LEVELS]
        yield self._style.faint("  ".join([f"{'environment':{width}}", *(f"{head:>8}" for head in heads)]))
        for row in shown:
            numbers = "  ".join(f"{number or '-':>8}" for number in row.numbers)
            broken = f"  {row.error}" if row.errors else ""
            yield f"{printable(row.name):{max(width, 11)}}  {numbers}{broken}"
        if len(rows) > len(shown):
            yield f"and {len(rows) - len(shown):,} more (--format json has them all)"
        yield ""

    def _summary(self, found: list[Cause], totals: Totals) -> str:
        clean = sum(not row.errors and not any(row.numbers) for row in self._rows)
        broken = sum(row.errors > 0 for row in self._rows)
        sums = [sum(row.numbers[index] for row in self._rows) for index in range(len(LEVELS))]
        levels = ", ".join(counted(number, level) for number, level in zip(sums, LEVELS, strict=True) if number)
        known = f" ({totals.cached:,} unchanged)" if totals.cached else ""
        parts = [
            f"{counted_environments(totals.environments)}{known}, {clean:,} clean",
            self._outcome(len(found), levels, broken),
            f"{counted_environments(broken)} with problems in the input" if broken else "",
        ]
        return "; ".join(part for part in parts if part)

    def _outcome(self, causes: int, levels: str, broken: int) -> str:
        if causes:
            return f"{counted(causes, 'cause')}: {levels}"
        return "" if broken else self._style.good("nothing found")
