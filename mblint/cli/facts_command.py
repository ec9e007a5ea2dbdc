"""`mblint facts PATH…`."""

from __future__ import annotations

from typing import Unpack

import click

from mblint.cli.exit_codes import CLEAN, UNTRUSTED_INPUT
from mblint.cli.inputs import choose_configuration, view_of
from mblint.cli.options import COLOR_OPTION, TIMEOUT_OPTION, RenderedOptions, input_options, option
from mblint.cli.output import Refused, complain, emit
from mblint.cli.render import text_style
from mblint.cli.rendering import RenderingCommand, read_given
from mblint.cli.rule_files import all_programs
from mblint.facts.kinds import names
from mblint.facts.unread import unread as unread_hosts
from mblint.judge.errors import suggestion
from mblint.pipeline import analyse
from mblint.reports.facts import render_json, render_text
from mblint.reports.text import error_line


def _complete_kind(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """For shells: the kinds of facts."""
    return sorted(kind for kind in names() if kind.startswith(incomplete))


@click.command("facts", cls=RenderingCommand)
@click.argument("paths", nargs=-1, metavar="PATH…", type=click.Path())
@option(
    "--about",
    multiple=True,
    metavar="KIND",
    shell_complete=_complete_kind,
    help="Only facts of this kind, such as dependency. Repeatable.",
)
@option("--unread", is_flag=True, help="Only what looks like a host and was not understood, with the reason.")
@option("--unknown-software", is_flag=True, help="Only the images of which nothing is known, most used first.")
@option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@COLOR_OPTION
@TIMEOUT_OPTION
@input_options
def command(
    paths: tuple[str, ...],
    about: tuple[str, ...],
    unread: bool,
    unknown_software: bool,
    format: str,  # noqa: A002
    color: str,
    **options: Unpack[RenderedOptions],
) -> int:
    """Print every fact that the rules judge.

    For those who ask why something was or was not found: what each setting leads to, with the verdict, and what
    could not be known.
    """
    for kind in about:
        if kind not in names():
            raise Refused(f"there are no facts about {kind}: {suggestion(kind, names())}")
    if unknown_software:
        return _unknown_software(paths, format, color, options)
    given = read_given(paths, options)
    analysis = analyse(
        given.manifests, choose_configuration(options), options["namespace"], all_programs(options["rules"])
    )
    errors = given.errors(analysis.errors)
    asked = unread_hosts(analysis.world) if unread else analysis.facts
    facts = [fact for fact in asked if fact.linted and (unread or not about or fact.about in about)]
    emit(render_json(facts) if format == "json" else render_text(facts, text_style(color)))
    for error in errors:
        complain(error_line(error))
    return UNTRUSTED_INPUT if errors else CLEAN


def _unknown_software(paths: tuple[str, ...], form: str, color: str, options: RenderedOptions) -> int:
    from mblint.facts.software import coverage  # noqa: PLC0415  facts need none of this
    from mblint.reports import unknown_software  # noqa: PLC0415

    given = read_given(paths, options)
    seen = view_of(given.manifests, options)
    errors = given.errors(seen.errors)
    found = coverage(seen.world)
    as_text = unknown_software.render_text(found, text_style(color))
    emit(unknown_software.render_json(found) if form == "json" else as_text)
    for error in errors:
        complain(error_line(error))
    return UNTRUSTED_INPUT if errors else CLEAN
