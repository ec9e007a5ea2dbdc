"""`mblint lint PATH…`."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click
from msgspec.structs import replace

from mblint.cli.inputs import choose_configuration, read_inputs
from mblint.cli.judgement import choose_rules, conclude
from mblint.cli.options import JudgementOptions, judgement_options, option
from mblint.cli.placing import line_ignores
from mblint.cli.progress import progress
from mblint.cli.rule_files import all_programs
from mblint.cli.sources import refuse_sources
from mblint.findings.finding import Report
from mblint.findings.stats import with_unread
from mblint.pipeline import Analysis, analyse, report


def _with_unread(found: Report, analysis: Analysis) -> Report:
    from mblint.facts.unread import unread  # noqa: PLC0415  only for those who ask for numbers

    return replace(found, stats=with_unread(found.stats, unread(analysis.world)))


@click.command("lint", no_args_is_help=True)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path())
@option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Not these files and folders of a directory: as named from here, or from the directory. Repeatable.",
)
@judgement_options
def command(paths: tuple[str, ...], exclude: tuple[str, ...], **options: Unpack[JudgementOptions]) -> int:
    """Lint rendered manifests.

    PATH is a file, a directory (recursively, *.yaml *.yml *.json), or - for standard input. All of them together
    are one cluster.
    """
    config = choose_configuration(options)
    rules = choose_rules(options, config).of_renders()
    programs = all_programs(options["rules"])
    with progress("reading" if "-" in paths else "linting"):
        manifests = read_inputs(paths, options, exclude)
        refuse_sources(paths, manifests)
        analysis = analyse(manifests, config, options["namespace"], programs)
        lines = line_ignores(options["source_root"], manifests.documents)
        found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"], lines=lines)
        if options["stats"]:
            found = _with_unread(found, analysis)
    return conclude(found, manifests, rules, options, config)
