"""`mblint rules`."""

from __future__ import annotations

from pathlib import Path

import click

from mblint.cli.exit_codes import CLEAN, FINDINGS
from mblint.cli.options import COLOR_OPTION, RULES_OPTION, option
from mblint.cli.output import Refused, emit
from mblint.cli.render import text_style
from mblint.cli.rule_files import all_rules
from mblint.judge.errors import RuleError
from mblint.judge.rule import Rule
from mblint.reports.printable import printable
from mblint.reports.rules import render_json, render_text
from mblint.reports.text import counted


@click.command("rules")
@option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@option("--check", is_flag=True, help="Run the examples of every rule, and say which does not come out as it says.")
@RULES_OPTION
@COLOR_OPTION
def command(format: str, check: bool, rules: tuple[Path, ...], color: str) -> int:  # noqa: A002
    """List the rules, those of --rules too.

    With --check, run their examples instead: whoever writes a rule writes its test. Exit code 1 where one fails.
    """
    known = all_rules(rules)
    if check:
        return _check(known)
    emit(render_json(known) if format == "json" else render_text(known, text_style(color)))
    return CLEAN


def _check(known: tuple[Rule, ...]) -> int:
    from mblint.cli.configuration import ConfigurationError  # noqa: PLC0415  a list of rules needs none of this
    from mblint.cli.example_runs import mistakes  # noqa: PLC0415
    from mblint.judge.examples import with_examples  # noqa: PLC0415

    failed = 0
    try:
        for rule in known:
            for mistake in mistakes(with_examples(rule), known):
                failed += 1
                emit(f"{printable(f'{rule.file}: {mistake}')}\n")
    except (RuleError, ConfigurationError) as error:
        raise Refused(str(error)) from error
    emit(f"{len(known)} rules, {counted(failed, 'mistake') if failed else 'every example comes out as it says'}\n")
    return FINDINGS if failed else CLEAN
