"""The options that `fleet` and `check` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from mblint.cli.configuration import FAIL_ON
from mblint.cli.options import COLOR_OPTION, INPUT, Command, FindingsOptions, InputOptions, complete_rule, option

FLEET_FORMATS = ("text", "json", "jsonl", "sarif", "markdown")


class FleetOptions(InputOptions, FindingsOptions):
    """What `fleet` and `check` take besides their own."""

    baseline: Path | None
    category: str | None
    jobs: int | None
    no_cache: bool


def _format_and_file(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    return tuple(_parted(value) for value in values)


def _parted(value: str) -> tuple[str, Path]:
    form, _, file = value.partition("=")
    if not file or not form:
        raise click.BadParameter(f"{value} is not FORMAT=FILE")
    return form, Path(file)


_FLEET = (
    option("--format", type=click.Choice(FLEET_FORMATS), default="text", show_default=True, help="Of standard output."),
    option(
        "--output",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=_format_and_file,
        help="Write a further report to a file. Repeatable.",
    ),
    option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. Default: one for each core."),
    option("--no-cache", is_flag=True, help="Lint everything anew, and keep nothing for the next time."),
    option("--fail-on", type=click.Choice(FAIL_ON), help="Lowest level that makes the exit code 1. Default: error."),
    option(
        "--select",
        multiple=True,
        metavar="RULE",
        shell_complete=complete_rule,
        help="Only these rules. Globs; repeatable, or separated by commas.",
    ),
    option(
        "--ignore",
        multiple=True,
        metavar="RULE",
        shell_complete=complete_rule,
        help="Not these rules. Globs; repeatable, or separated by commas.",
    ),
    option("--no-ignores", is_flag=True, help="Report also what the configuration and annotations ignore."),
    option(
        "--baseline",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Report only what is not in this file of known findings.",
    ),
    option("--category", metavar="NAME", help="Keeps SARIF results of several runs apart. Default: fleet."),
    option("--quiet", is_flag=True, help="Print findings and errors, and nothing else."),
    COLOR_OPTION,
)


def fleet_options(command: Command) -> Command:
    """Adds the options of FleetOptions."""
    add: Callable[[Command], Command]
    for add in reversed((*_FLEET, *INPUT)):
        command = add(command)
    return command
