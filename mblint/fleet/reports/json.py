"""The fleet as JSON (schema: `schemas/fleet.schema.json`), one environment a line; and as JSON Lines."""

from __future__ import annotations

from mblint.fleet.causes import Causes
from mblint.fleet.reports.report import One, Totals
from mblint.reports.values import compact


class JsonReport:
    """One JSON object. Its environments are written as they come in, the causes behind them."""

    def __init__(self) -> None:
        self._before = "\n"

    def begin(self) -> str:
        """Up to the first environment."""
        return '{"version":1,"environments":['

    def environment(self, one: One) -> str:
        """One line."""
        before, self._before = self._before, ",\n"
        return before + environment_line(one)

    def end(self, causes: Causes, totals: Totals) -> str:
        """Every cause, worst first, also those of one environment."""
        lines = [
            compact(
                {
                    "rule": cause.finding.rule,
                    "level": cause.finding.level,
                    "message": cause.finding.message,
                    "environments": causes.environments(cause),
                }
            )
            for cause in causes.worst_first()
        ]
        stats = {
            "environments": totals.environments,
            "linted": totals.environments - totals.cached,
            "cached": totals.cached,
        }
        said = ",\n".join(lines)
        return f'\n],"causes":[\n{said}\n],"stats":{compact(stats)}}}\n'


class JsonLines:
    """An environment a line, and nothing else."""

    def begin(self) -> str:
        """Nothing."""
        return ""

    def environment(self, one: One) -> str:
        """One line."""
        return f"{environment_line(one)}\n"

    def end(self, causes: Causes, totals: Totals) -> str:
        """Nothing: who reads a stream line by line sums up himself."""
        return ""


def environment_line(one: One) -> str:
    """An environment as JSON: what lint's own report says of it, with its name and numbers before."""
    head = compact({"name": one.linted.name, "levels": one.levels})[:-1]
    report = one.linted.result.report.decode()[1:-1]
    return f'{head},{report},"cached":{compact(one.linted.cached)}}}'
