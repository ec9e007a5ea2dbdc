"""`mblint rules`."""

from __future__ import annotations

from pathlib import Path

import click

from mblint.cli.options import COLOR_OPTION, RULES_OPTION, option
from mblint.cli.output import emit
from mblint.cli.render import text_style
from mblint.cli.rule_files import all_rules
from mblint.reports.rules import render_json, render_text


@click.command("rules")
@option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@RULES_OPTION
@COLOR_OPTION
def command(format: str, rules: tuple[Path, ...], color: str) -> int:  # noqa: A002
    """List the rules."""
    known = all_rules(rules)
    emit(render_json(known) if format == "json" else render_text(known, text_style(color)))
    return 0
