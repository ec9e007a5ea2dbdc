"""Accepts known findings: --baseline and --write-baseline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from mblint.cli.options import JudgementOptions
from mblint.cli.output import Refused, complain
from mblint.findings.baseline import BaselineError, apply_baseline, apply_known, read_baseline, write_baseline
from mblint.findings.finding import Report
from mblint.judge.rule import Rule
from mblint.reports.text import counted


def without_known(report: Report, rules: Sequence[Rule], options: JudgementOptions, present: Collection[str]) -> Report:
    """The report without the baseline's findings, and without those that a new baseline accepts now. Raises Refused.

    Says on standard error what is out of date. `rules`: every rule there is; `present`: the objects of the input. A
    new baseline takes in all findings.
    """
    known = [rule.id for rule in rules]
    say = (lambda _: None) if options["quiet"] else complain
    try:
        left = report
        if options["baseline"] is not None:
            left = _without_old(report, options["baseline"], known, present, say)
        if options["write_baseline"] is not None:
            left = _accepted(report, left, options["write_baseline"], say)
    except BaselineError as error:
        raise Refused(str(error)) from error
    return left


def _without_old(
    report: Report, file: Path, known: Sequence[str], present: Collection[str], say: Callable[[str], None]
) -> Report:
    judged = apply_baseline(report, read_baseline(file), str(file), known, present)
    for entry in judged.fixed:
        say(f"{file}: fixed since: {entry.rule} of {entry.object}")
    if judged.absent:
        say(f"{file}: {counted(len(judged.absent), 'entry')} of objects that are not in this input")
    for entry in judged.stale:
        say(f"{file}: there is no rule {entry.rule} any more: {entry.object}")
    if judged.fixed or judged.stale:
        say(f"{file}: once nothing new is found, --write-baseline {file} writes it without these")
    return judged.report


def _accepted(report: Report, left: Report, file: Path, say: Callable[[str], None]) -> Report:
    if report.errors:
        say(f"{file} is not written: what could not be read may hold more findings")
        return left
    write_baseline(file, report.findings)
    say(f"{counted(len(report.findings), 'finding')} written to {file}")
    return apply_known(left, read_baseline(file), str(file))
