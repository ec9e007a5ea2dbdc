"""`mblint explain RULE`, `mblint explain software/NAME`."""

from __future__ import annotations

from pathlib import Path

import click

from mblint.cli.configuration import ConfigurationError
from mblint.cli.example_runs import findings_of
from mblint.cli.options import COLOR_OPTION, RULES_OPTION, complete_rule
from mblint.cli.output import Refused, emit
from mblint.cli.render import text_style
from mblint.cli.rule_files import all_programs, all_rules
from mblint.judge.configured import UnknownRule
from mblint.judge.errors import RuleError, suggestion
from mblint.judge.examples import with_examples
from mblint.reports.explanation import render

_SOFTWARE = "software/"


@click.command("explain", no_args_is_help=True)
@click.argument("rule", shell_complete=complete_rule)
@RULES_OPTION
@COLOR_OPTION
def command(rule: str, rules: tuple[Path, ...], color: str) -> int:
    """Explain a rule, or what is known of a program.

    RULE: what it proves, why it matters, a failing and a passing manifest, how to fix it, and where to read on.
    software/NAME: the program's images, ports, health, settings, data and versions, each with its source.

    \b
      mblint explain egress-blocked
      mblint explain software/nextcloud
    """
    if rule.startswith(_SOFTWARE):
        return _explain_program(rule.removeprefix(_SOFTWARE), rules, color)
    known = all_rules(rules)
    found = next((one for one in known if one.id == rule), None)
    try:
        if found is None:
            raise UnknownRule(rule, known)
        explained = with_examples(found)
        in_example = [one for example in explained.fail[:1] for one in findings_of(explained, example, known)]
        emit(render(explained, in_example, text_style(color)))
    except (RuleError, UnknownRule, ConfigurationError) as error:
        raise Refused(str(error)) from error
    return 0


def _explain_program(name: str, rules: tuple[Path, ...], color: str) -> int:
    from mblint.reports.software import explained  # noqa: PLC0415  rules need none of this
    from mblint.software.written import SoftwareError  # noqa: PLC0415

    programs = all_programs(rules)
    program = programs.by_id.get(name)
    if program is None:
        raise Refused(f"nothing is known of {name}: {suggestion(name, programs.by_id)}")
    try:
        emit(explained(program, text_style(color)))
    except SoftwareError as error:
        raise Refused(str(error)) from error
    return 0
