"""`mblint lint PATH…`."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from mblint.cli.inputs import choose_configuration, read_inputs
from mblint.cli.judgement import choose_rules, conclude
from mblint.cli.options import JudgementOptions, judgement_options
from mblint.cli.progress import progress
from mblint.pipeline import analyse, report


@click.command("lint", no_args_is_help=True)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path())
@judgement_options
def command(paths: tuple[str, ...], **options: Unpack[JudgementOptions]) -> int:
    """Lint rendered manifests.

    PATH is a file, a directory (recursively, *.yaml *.yml *.json), or - for standard input. All of them together
    are one cluster.
    """
    config = choose_configuration(options)
    rules = choose_rules(options, config).of_renders()
    with progress("reading" if "-" in paths else "linting"):
        manifests = read_inputs(paths, options)
        found = report(
            analyse(manifests, config, options["namespace"]),
            rules,
            today=date.today(),
            ignores=not options["no_ignores"],
        )
    return conclude(found, manifests, rules, options, config)
