"""`mblint graph PATH…`."""

from __future__ import annotations

from typing import Unpack

import click

from mblint.cli.exit_codes import CLEAN, UNTRUSTED_INPUT
from mblint.cli.inputs import analyse_inputs
from mblint.cli.options import InputOptions, input_options, option
from mblint.cli.output import complain, emit
from mblint.facts.rows import Dependency
from mblint.reports.graph_json import graph_json
from mblint.reports.printable import printable_json
from mblint.reports.text import error_line


@click.command("graph", no_args_is_help=True)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path())
@option("--format", type=click.Choice(("json",)), default="json", show_default=True)
@input_options
def command(paths: tuple[str, ...], format: str, **options: Unpack[InputOptions]) -> int:  # noqa: A002
    """Print who may talk to whom.

    Workloads, Services, the connections that policies allow between them by pod port, and the dependencies that
    settings name.
    """
    analysis = analyse_inputs(paths, options)
    dependencies = [fact for fact in analysis.facts if isinstance(fact, Dependency)]
    emit(printable_json(graph_json(analysis.world.cluster, analysis.world.engine, dependencies)))
    for error in analysis.errors:
        complain(error_line(error))
    return UNTRUSTED_INPUT if analysis.errors else CLEAN
