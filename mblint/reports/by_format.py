"""Which module renders which of lint's formats; a format's module is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from mblint.findings.finding import Report
from mblint.judge.rule import Level
from mblint.reports.style import Style


class Wanted(Struct, frozen=True):
    """What some formats need to know. `root`: of the repository. `failing`: the lowest level that fails a run."""

    root: Path
    style: Style = Style()
    group_by: str | None = None
    category: str | None = None
    failing: Level | None = Level.ERROR


def render(report: Report, form: str, wanted: Wanted) -> str:
    """The report in a format."""
    if form == "json":
        from mblint.reports import json  # noqa: PLC0415

        return json.render(report)
    if form == "sarif":
        from mblint.reports import sarif  # noqa: PLC0415

        return sarif.render(report, wanted.category, wanted.root)
    if form == "github":
        from mblint.reports import github  # noqa: PLC0415

        return github.render(report, wanted.root)
    if form == "junit":
        from mblint.reports import junit  # noqa: PLC0415

        return junit.render(report, wanted.failing)
    if form == "concise":
        from mblint.reports import concise  # noqa: PLC0415

        return concise.render(report, wanted.group_by)
    if form == "markdown":
        from mblint.reports import markdown  # noqa: PLC0415

        return markdown.render(report, wanted.group_by)
    from mblint.reports import text  # noqa: PLC0415

    return text.render(report, wanted.style, wanted.group_by)
