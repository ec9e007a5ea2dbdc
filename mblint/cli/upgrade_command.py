"""`mblint upgrade OLD NEW`."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from mblint.cli.inputs import choose_configuration, read_inputs
from mblint.cli.judgement import choose_rules, conclude
from mblint.cli.options import JudgementOptions, judgement_options
from mblint.cli.output import Refused, emit
from mblint.cli.progress import progress
from mblint.cli.render import text_style
from mblint.cli.rule_files import all_programs
from mblint.facts.upgrade.rows import Change
from mblint.manifests.read import STDIN
from mblint.pipeline import report
from mblint.reports.changes import render
from mblint.upgrades import analyse_upgrade


@click.command("upgrade", no_args_is_help=True)
@click.argument("old", metavar="OLD", type=click.Path())
@click.argument("new", metavar="NEW", type=click.Path())
@judgement_options
def command(old: str, new: str, **options: Unpack[JudgementOptions]) -> int:
    """Judge the step from what is running to what is about to be applied.

    Finds changes that the API server refuses, and passwords that change while the volume that holds the old one
    stays. OLD is the last render, or `kubectl get -o yaml` output; NEW the render about to be applied. Each is a file
    or a directory, and one of them may be - for standard input. NEW alone is judged by `mblint lint`.

    \b
      helmfile -e demo template | mblint upgrade last.yaml -
      kubectl get all,secret,configmap,pvc -n docs -o yaml | mblint upgrade - new.yaml --namespace docs

    With --stats it ends with what differs: between two renders of one commit, that is what every sync changes.
    """
    if old == STDIN and new == STDIN:
        raise Refused("only one of OLD and NEW can be standard input")
    config = choose_configuration(options)
    rules = choose_rules(options, config).of_upgrades()
    programs = all_programs(options["rules"])
    with progress("reading" if STDIN in (old, new) else "comparing"):
        before, after = read_inputs([old], options), read_inputs([new], options)
        analysis = analyse_upgrade(before, after, config, options["namespace"], programs)
        found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"])
    code = conclude(found, after, rules, options, config)
    if options["stats"] and options["format"] == "text":
        emit(render([fact for fact in analysis.facts if isinstance(fact, Change)], text_style(options["color"])))
    return code
