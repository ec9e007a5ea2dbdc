"""How a report is rendered for the options of a command line, and for the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mblint.cli.options import JudgementOptions
from mblint.cli.placing import repository_root
from mblint.findings.finding import Report
from mblint.judge.rule import Level
from mblint.reports import by_format
from mblint.reports.by_format import Wanted
from mblint.reports.style import Style

_WIDEST = 120


def render(report: Report, form: str, options: JudgementOptions, threshold: Level | None, *, for_file: bool) -> str:
    """The report in a format. `for_file`: without colours and line wrapping."""
    root = repository_root(options) or Path.cwd()
    style = Style() if for_file else text_style(options["color"])
    return by_format.render(report, form, Wanted(root, style, options["group_by"], options["category"], threshold))


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
