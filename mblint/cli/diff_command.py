"""`mblint diff OLD NEW`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Unpack

import click
from msgspec import Struct
from msgspec.structs import replace

from mblint.cli.child import run_command
from mblint.cli.exit_codes import CLEAN, FINDINGS, UNTRUSTED_INPUT
from mblint.cli.helm_template import values_files
from mblint.cli.inputs import choose_configuration
from mblint.cli.judgement import rules_of, threshold_of
from mblint.cli.options import (
    COLOR_OPTION,
    FAIL_ON_OPTION,
    NO_IGNORES_OPTION,
    QUIET_OPTION,
    SELECTION,
    SOURCE_ROOT_OPTION,
    TIMEOUT_OPTION,
    FindingsOptions,
    RenderedOptions,
    input_options,
    option,
    output_option,
    split_names,
    with_options,
)
from mblint.cli.output import Refused, complain, emit, write_file
from mblint.cli.placing import in_repository, line_ignores
from mblint.cli.progress import progress
from mblint.cli.render import text_style
from mblint.cli.rendering import Given, RenderingCommand, read_given, read_outcome
from mblint.cli.rule_files import all_programs
from mblint.cli.worktree import at_revision
from mblint.config import Config
from mblint.findings.finding import Report
from mblint.findings.review.review import reviewed
from mblint.findings.review.rows import Review
from mblint.manifests.documents import InputError
from mblint.manifests.read import STDIN
from mblint.pipeline import Analysis, Ruleset, analyse, report
from mblint.reports.style import Style
from mblint.reports.text import error_line

FORMATS = ("text", "json", "markdown")


class ReviewOptions(FindingsOptions):
    """What `diff` takes beside an input's options."""

    rev: str | None
    source_root: Path | None


class DiffOptions(ReviewOptions, RenderedOptions):
    """All of them."""


class _Side(Struct, frozen=True, eq=False):
    """One render, linted."""

    given: Given
    analysis: Analysis
    found: Report
    errors: tuple[InputError, ...]


@click.command("diff", cls=RenderingCommand)
@click.argument("old", required=False, metavar="[OLD]", type=click.Path())
@click.argument("new", required=False, metavar="NEW", type=click.Path())
@option("--rev", metavar="REF", help="OLD is what CMD renders at this git revision, in a temporary worktree.")
@option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="Of standard output.")
@output_option(FORMATS)
@with_options(
    FAIL_ON_OPTION,
    *SELECTION,
    NO_IGNORES_OPTION,
    SOURCE_ROOT_OPTION,
    TIMEOUT_OPTION,
    QUIET_OPTION,
    COLOR_OPTION,
)
@input_options
def command(old: str | None, new: str | None, **options: Unpack[DiffOptions]) -> int:
    """Say what changes between two renders, as a reviewer wants to know it.

    Findings that are new and that are fixed; calls that settings add, drop, or that get another answer; connections
    that policies open and close. What charts change with every render (the time in a Job's name, the order, lines) is
    no change.

    \b
      mblint diff old.yaml new.yaml
      mblint diff --rev origin/main -- helmfile -e demo template
      mblint diff last.yaml --format markdown -- helm template web ./chart

    Exit code 1: a new finding is at or above --fail-on.
    """
    config = choose_configuration(options)
    rules = rules_of(options["rules"], config, split_names(options["select"]), split_names(options["ignore"]))
    _check(old, new, options)
    with progress("comparing"):
        before, after = (_linted(given, config, rules.of_renders(), options) for given in _read(old, new, options))
        review = reviewed(before.analysis.world, before.found, after.analysis.world, after.found)
    review = _placed(review, after, options)
    emit(_rendered(review, options["format"], text_style(options["color"])))
    for form, file in options["output"]:
        write_file(file, _rendered(review, form, Style()))
    errors = [
        *(f"OLD: {error_line(error)}" for error in before.errors),
        *(f"NEW: {error_line(error)}" for error in after.errors),
    ]
    for line in errors:
        complain(line)
    if errors:
        return UNTRUSTED_INPUT
    threshold = threshold_of(options["fail_on"], config)
    return FINDINGS if threshold is not None and any(one.level >= threshold for one in review.new) else CLEAN


def _check(old: str | None, new: str | None, options: DiffOptions) -> None:
    """Raises Refused where it is not clear what OLD is."""
    if options["rev"] is not None and (old is not None or not options["cmd"]):
        raise Refused("--rev REF takes the place of OLD, and renders both sides: mblint diff --rev REF -- CMD…")
    if options["rev"] is None and old is None:
        raise Refused("OLD is missing: a render, or --rev REF for what CMD renders at a git revision")
    if old == STDIN and new == STDIN:
        raise Refused("only one of OLD and NEW can be standard input")


def _read(old: str | None, new: str | None, options: DiffOptions) -> tuple[Given, Given]:
    if options["rev"] is None:
        alone = DiffOptions(**{**options, "cmd": ()})
        return read_given([str(old)], alone), read_given([] if new is None else [new], options)
    with at_revision(options["rev"]) as folder:
        outcome = run_command(options["cmd"], options["timeout"], folder)
    return read_outcome(outcome, options), read_given([], options)


def _linted(given: Given, config: Config, rules: Ruleset, options: DiffOptions) -> _Side:
    programs = all_programs(options["rules"])
    analysis = analyse(given.manifests, config, options["namespace"], programs)
    lines = line_ignores(options["source_root"], given.manifests.documents, values_files(options["cmd"]))
    found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"], lines=lines)
    return _Side(given, analysis, found, given.errors(analysis.errors))


def _placed(review: Review, after: _Side, options: DiffOptions) -> Review:
    """With new findings at the lines of the repository. (What is fixed was at lines that may be gone.)"""
    told = values_files(options["cmd"])
    placed = in_repository(replace(after.found, findings=review.new), options, after.given.manifests.documents, told)
    return replace(review, new=placed.findings)


def _rendered(review: Review, form: str, style: Style) -> str:
    if form == "json":
        from mblint.reports import review_json  # noqa: PLC0415

        return review_json.render(review)
    if form == "markdown":
        from mblint.reports import review_markdown  # noqa: PLC0415

        return review_markdown.render(review)
    from mblint.reports import review_text  # noqa: PLC0415

    return review_text.render(review, style)
