"""`mblint exec -- CMD…`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Unpack

import click
from msgspec.structs import replace

from mblint.cli.child import run_command
from mblint.cli.helm_template import values_files
from mblint.cli.inputs import choose_configuration, read_context
from mblint.cli.judgement import choose_rules, conclude
from mblint.cli.options import JudgementOptions, judgement_options, option
from mblint.cli.output import written_beside
from mblint.cli.progress import progress
from mblint.cli.rule_files import all_programs
from mblint.manifests.documents import InputError
from mblint.manifests.read import STDIN, read_text
from mblint.pipeline import Analysis, analyse, report, together


@click.command("exec", no_args_is_help=True)
@option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop CMD after this time. Default: none.",
)
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
        manifests = together([read_context(options), read_text(outcome.output, file)])
        analysis = analyse(manifests, config, options["namespace"], programs)
        if outcome.failure is not None:
            analysis = _failed(analysis, outcome.failure, outcome.output)
        found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"])
    return conclude(found, manifests, rules, options, config, values_files(cmd))


def _failed(analysis: Analysis, failure: str, output: bytes) -> Analysis:
    """The failure comes first, and stands alone where nothing was printed."""
    errors = (InputError(STDIN, None, None, failure), *(analysis.errors if output.strip() else ()))
    return replace(analysis, errors=errors)
