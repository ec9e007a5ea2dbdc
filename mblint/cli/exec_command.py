"""`mblint exec -- CMD…`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Unpack

import click
from msgspec.structs import replace

from mblint.cli.child import run_command
from mblint.cli.helm_template import values_files
from mblint.cli.inputs import choose_configuration
from mblint.cli.judgement import choose_rules, conclude
from mblint.cli.options import TIMEOUT_OPTION, JudgementOptions, judgement_options, option
from mblint.cli.output import written_beside
from mblint.cli.placing import line_ignores
from mblint.cli.progress import progress
from mblint.cli.rendering import read_outcome
from mblint.cli.rule_files import all_programs
from mblint.manifests.read import STDIN
from mblint.pipeline import analyse, report


@click.command("exec", no_args_is_help=True)
@TIMEOUT_OPTION
@option(
    "--save",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Keep what was rendered in a file, which places then name.",
)
@judgement_options
@click.argument("cmd", nargs=-1, required=True, metavar="-- CMD…", type=click.UNPROCESSED)
def command(cmd: tuple[str, ...], timeout: float | None, save: Path | None, **options: Unpack[JudgementOptions]) -> int:
    """Run a render command and lint what it prints.

    Its standard error is shown. If it fails, is not found, or takes longer than --timeout, the exit code is 3, and
    what it printed until then is linted all the same.

    \b
      mblint exec -- helmfile -e demo template
      mblint exec -- helm template web ./chart -f values.yaml
      mblint exec -- kustomize build overlays/production
    """
    config = choose_configuration(options)
    rules = choose_rules(options, config).of_renders()
    programs = all_programs(options["rules"])
    outcome = run_command(cmd, timeout)
    if save is not None:
        with written_beside(save) as stream:
            stream.write(outcome.output)
    with progress("linting"):
        file = STDIN if save is None else str(save)
        given = read_outcome(outcome, options, file)
        analysis = analyse(given.manifests, config, options["namespace"], programs)
        analysis = replace(analysis, errors=given.errors(analysis.errors))
        lines = line_ignores(options["source_root"], given.manifests.documents, values_files(cmd))
        found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"], lines=lines)
    return conclude(found, given.manifests, rules, options, config, values_files(cmd))
