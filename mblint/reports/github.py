"""Annotations for GitHub Actions (docs.github.com: workflow commands, "Setting an error message")."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mblint.findings.finding import Finding, Report
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError
from mblint.manifests.read import STDIN
from mblint.reports.files import relative_file
from mblint.reports.printable import printable, printable_lines
from mblint.reports.text import place
from mblint.reports.unlooked import lines
from mblint.reports.volume import MOST, texts_within

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(report: Report, root: Path) -> str:
    """One workflow command for each finding and each input error; files as seen from `root`, the repository's."""
    errors = "".join(_error(error, root) for error in report.errors)
    shown = (_finding(finding, root) for finding in report.findings)
    left_out = "::warning title=mblint::{} more findings are left out: this report would be too large\n"
    unjudged = (_command("notice", {"title": "mblint"}, line) for line in lines(report))
    return errors + "".join((*texts_within(shown, MOST, left_out), *unjudged))


def _finding(finding: Finding, root: Path) -> str:
    location = finding.shown_at
    at: dict[str, str | int] = {}
    if location.file != STDIN:
        at = {"file": relative_file(location.file, root), "line": location.line, "endLine": location.end_line}
        if location.line == location.end_line:  # GitHub takes columns for a single line only
            at |= {"col": location.column, "endColumn": location.end_column}
    where = f"{finding.object.kind} {finding.object.name} ({place(finding.location)})"
    text = "\n".join(part for part in (finding.message, f"In {where}.", *finding.notes, _fix(finding)) if part)
    return _command(_COMMANDS[finding.level], {**at, "title": f"mblint {finding.rule.id}"}, text)


def _fix(finding: Finding) -> str:
    return f"Fix: {finding.fix}" if finding.fix else ""


def _error(error: InputError, root: Path) -> str:
    at: dict[str, str | int] = {} if error.file == STDIN else {"file": relative_file(error.file, root)}
    if at and error.line is not None:
        at["line"] = error.line
    return _command(
        "error",
        {**at, "title": "mblint: input"},
        error.message if error.file == STDIN else f"{error.file}: {error.message}",
    )


def _command(name: str, properties: Mapping[str, str | int], text: str) -> str:
    parts = ",".join(f"{key}={_property(printable(str(value)))}" for key, value in properties.items())
    return f"::{name} {parts}::{_data(printable_lines(text))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
