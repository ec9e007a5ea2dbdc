"""`mblint rules`."""

from __future__ import annotations

from pathlib import Path

import click

from mblint.cli.exit_codes import CLEAN, FINDINGS
from mblint.cli.options import COLOR_OPTION, RULES_OPTION, option
from mblint.cli.output import Refused, emit
from mblint.cli.render import text_style
from mblint.cli.rule_files import all_programs, all_rules
from mblint.judge.errors import RuleError
from mblint.judge.rule import Rule
from mblint.reports.printable import printable
from mblint.reports.rules import render_json, render_text
from mblint.reports.text import counted


@click.command("rules")
@option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@option("--software", is_flag=True, help="List the programs of which something is known instead.")
@option("--check", is_flag=True, help="Check every file, run its examples, and say which do not come out.")
@RULES_OPTION
@COLOR_OPTION
def command(
    format: str,  # noqa: A002
    software: bool,
    check: bool,
    rules: tuple[Path, ...],
    color: str,
) -> int:
    """List the rules, those of --rules too.

    With --check, run their examples instead, and those of software files: whoever writes a rule writes its test. Exit
    code 1 where one fails.
    """
    if software and not check:
        return _list_software(format, rules, color)
    known = all_rules(rules)
    if check:
        return _check(known, rules)
    emit(render_json(known) if format == "json" else render_text(known, text_style(color)))
    return CLEAN


def _list_software(form: str, rules: tuple[Path, ...], color: str) -> int:
    from mblint.reports.software import listed_json, listed_text  # noqa: PLC0415  a list of rules needs none of this
    from mblint.software.written import SoftwareError  # noqa: PLC0415

    try:
        known = sorted(all_programs(rules).by_id.values(), key=lambda program: program.id)
        emit(listed_json(known) if form == "json" else listed_text(known, text_style(color)))
    except SoftwareError as error:
        raise Refused(str(error)) from error
    return CLEAN


def _check(known: tuple[Rule, ...], directories: tuple[Path, ...]) -> int:
    from mblint.cli.configuration import ConfigurationError  # noqa: PLC0415  a list of rules needs none of this
    from mblint.cli.example_runs import mistakes  # noqa: PLC0415
    from mblint.cli.software_runs import mistakes_in  # noqa: PLC0415
    from mblint.judge.examples import with_examples  # noqa: PLC0415
    from mblint.software.written import SoftwareError  # noqa: PLC0415

    programs = all_programs(directories)
    failed = 0
    try:
        for rule in known:
            for mistake in mistakes(with_examples(rule), known):
                failed += 1
                emit(f"{printable(f'{rule.file}: {mistake}')}\n")
        for program in programs.by_id.values():
            for mistake in mistakes_in(program, known, programs):
                failed += 1
                emit(f"{printable(f'{program.file}: {mistake}')}\n")
    except (RuleError, SoftwareError, ConfigurationError) as error:
        raise Refused(str(error)) from error
    outcome = counted(failed, "mistake") if failed else "every example comes out as it says"
    emit(f"{len(known)} rules and {len(programs.by_id)} programs, {outcome}\n")
    return FINDINGS if failed else CLEAN
