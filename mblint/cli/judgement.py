"""What `lint`, `exec` and `upgrade` share: from options to configuration and rules, from report to exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mblint.cli.configuration import ConfigurationError, check_names
from mblint.cli.exit_codes import CLEAN, FINDINGS, UNTRUSTED_INPUT
from mblint.cli.options import JudgementOptions, split_names
from mblint.cli.output import Refused, complain, emit, write_file
from mblint.cli.placing import in_repository
from mblint.cli.render import render, text_style
from mblint.cli.rule_files import all_rules
from mblint.config import Config
from mblint.findings.finding import Report
from mblint.judge.configured import UnknownRule, configured
from mblint.judge.rule import Level
from mblint.manifests.locate import locate
from mblint.manifests.read import Manifests
from mblint.pipeline import Ruleset
from mblint.reports.text import by_rule, error_line, place, silenced, statistics, summary
from mblint.reports.unlooked import lines
from mblint.reports.unlooked import quiet as without_asides

_NOTES_SHOWN = 5
_FAIL_ON = {str(level): level for level in Level}


def choose_rules(options: JudgementOptions, config: Config) -> Ruleset:
    """The rules to judge by. Raises Refused."""
    return rules_of(options["rules"], config, split_names(options["select"]), split_names(options["ignore"]))


def rules_of(directories: Sequence[Path], config: Config, select: Sequence[str], ignore: Sequence[str]) -> Ruleset:
    """All rules there are, and those that these names leave. Raises Refused."""
    known = all_rules(directories)
    try:
        check_names(config, known)
        applied = configured(known, config.rules, select, ignore)
    except (UnknownRule, ConfigurationError) as error:
        raise Refused(str(error)) from error
    return Ruleset(known, applied)


def threshold_of(fail_on: str | None, config: Config) -> Level | None:
    """The lowest level that fails a run: of the option, else of the configuration; None: none does."""
    return _FAIL_ON.get(fail_on or config.fail_on)


def conclude(
    report: Report,
    manifests: Manifests,
    rules: Ruleset,
    options: JudgementOptions,
    config: Config,
    values: Sequence[str] | None = None,
) -> int:
    """Applies the baseline, places and reports what is left as the options ask, gives the exit code. Raises Refused.

    `values`: the only values files that the render was told to take; None where that is not known.
    """
    if options["baseline"] is not None or options["write_baseline"] is not None:
        # Few runs need these, and all pay for imports.
        from mblint.cli.acceptance import without_known  # noqa: PLC0415
        from mblint.findings.baseline import objects_in  # noqa: PLC0415

        report = without_known(report, rules.known, options, objects_in(manifests.documents))
    report = in_repository(report, options, manifests.documents, values)
    threshold = threshold_of(options["fail_on"], config)
    _print(report, manifests, options, threshold)
    for form, file in options["output"]:
        write_file(file, render(report, form, options, threshold, for_file=True))
    if report.errors:
        return UNTRUSTED_INPUT
    failing = threshold is not None and any(finding.level >= threshold for finding in report.findings)
    return FINDINGS if failing else CLEAN


def _print(report: Report, manifests: Manifests, options: JudgementOptions, threshold: Level | None) -> None:
    if not options["quiet"]:
        _print_notes(manifests)
    shown = without_asides(report) if options["quiet"] and options["format"] == "text" else report
    emit(render(shown, options["format"], options, threshold, for_file=False))
    if options["format"] == "concise":
        for line in lines(without_asides(report) if options["quiet"] else report):
            complain(line)
    if options["format"] == "text":
        if options["stats"]:
            emit(statistics(report.stats))
            emit(silenced(report))
        if not options["quiet"]:
            emit(by_rule(report) + summary(report, text_style(options["color"])))
    for error in report.errors:
        complain(error_line(error))


def _print_notes(manifests: Manifests) -> None:
    notes = [note for note in manifests.notes if note.place.document.linted]
    for note in notes[:_NOTES_SHOWN]:
        complain(f"{place(locate(note.place))}: note: {note.message}")
    if len(notes) > _NOTES_SHOWN:
        complain(f"and {len(notes) - _NOTES_SHOWN} more such notes")
