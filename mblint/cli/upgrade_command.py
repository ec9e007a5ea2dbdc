"""`mblint upgrade OLD NEW`."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click
from msgspec.structs import replace

from mblint.cli.helm_template import values_files
from mblint.cli.inputs import choose_configuration, read_inputs
from mblint.cli.judgement import choose_rules, conclude
from mblint.cli.options import TIMEOUT_OPTION, JudgementOptions, RenderedOptions, judgement_options
from mblint.cli.output import Refused, emit
from mblint.cli.placing import line_ignores
from mblint.cli.progress import progress
from mblint.cli.render import text_style
from mblint.cli.rendering import RenderingCommand, read_given
from mblint.cli.rule_files import all_programs
from mblint.facts.upgrade.rows import Change
from mblint.manifests.read import STDIN
from mblint.pipeline import report
from mblint.reports.changes import render
from mblint.upgrades import analyse_upgrade


class UpgradeOptions(JudgementOptions, RenderedOptions):
    """What `upgrade` takes."""


@click.command("upgrade", cls=RenderingCommand)
@click.argument("old", metavar="OLD", type=click.Path())
@click.argument("new", metavar="NEW", required=False, type=click.Path())
@TIMEOUT_OPTION
@judgement_options
def command(old: str, new: str | None, **options: Unpack[UpgradeOptions]) -> int:
    """Judge the step from what is running to what is about to be applied.

    Finds changes that the API server refuses, and passwords that change while the volume that holds the old one
    stays. OLD is the last render, or `kubectl get -o yaml` output; NEW the render about to be applied. Each is a file
    or a directory, and one of them may be - for standard input; NEW may be a command that renders it. NEW alone is
    judged by `mblint lint`.

    \b
      mblint upgrade last.yaml -- helmfile -e demo template
      kubectl get all,secret,configmap,pvc -n docs -o yaml | mblint upgrade - new.yaml --namespace docs

    With --stats it ends with what differs: between two renders of one commit, that is what every sync changes.
    """
    if old == STDIN and new == STDIN:
        raise Refused("only one of OLD and NEW can be standard input")
    config = choose_configuration(options)
    rules = choose_rules(options, config).of_upgrades()
    programs = all_programs(options["rules"])
    with progress("reading" if STDIN in (old, new) else "comparing"):
        before = read_inputs([old], options)
        given = read_given([] if new is None else [new], options)
        analysis = analyse_upgrade(before, given.manifests, config, options["namespace"], programs)
        analysis = replace(analysis, errors=given.errors(analysis.errors))
        values = values_files(options["cmd"])
        lines = line_ignores(options["source_root"], given.manifests.documents, values)
        found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"], lines=lines)
    code = conclude(found, given.manifests, rules, options, config, values)
    if options["stats"] and options["format"] == "text":
        emit(render([fact for fact in analysis.facts if isinstance(fact, Change)], text_style(options["color"])))
    return code
