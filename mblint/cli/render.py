"""Which module renders which format; a format's module is imported when it is asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mblint.cli.options import JudgementOptions
from mblint.cli.placing import repository_root
from mblint.findings.finding import Report
from mblint.judge.rule import Level
from mblint.reports.style import Style

_WIDEST = 120


def render(report: Report, form: str, options: JudgementOptions, threshold: Level | None, *, for_file: bool) -> str:
    """The report in a format. `for_file`: without colours and line wrapping."""
    if form == "json":
        from mblint.reports import json  # noqa: PLC0415

        return json.render(report)
    if form == "sarif":
        from mblint.reports import sarif  # noqa: PLC0415

        return sarif.render(report, options["category"], repository_root(options) or Path.cwd())
    if form == "github":
        from mblint.reports import github  # noqa: PLC0415

        return github.render(report, repository_root(options) or Path.cwd())
    if form == "junit":
        from mblint.reports import junit  # noqa: PLC0415

        return junit.render(report, threshold)
    from mblint.reports import text  # noqa: PLC0415

    return text.render(report, Style() if for_file else text_style(options["color"]))


def text_style(color: str) -> Style:
    """The style of standard output: colours where wanted (no-color.org), wrapped on terminals."""
    terminal = sys.stdout.isatty()
    wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(
        colour=color == "always" or (color == "auto" and wanted),
        width=min(_columns(), _WIDEST) if terminal else None,
    )


def _columns() -> int:
    from shutil import get_terminal_size  # noqa: PLC0415  pipes and CI need none of what it imports

    return get_terminal_size().columns
