"""The options that `fleet` and `check` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from mblint.cli.options import (
    COLOR_OPTION,
    FAIL_ON_OPTION,
    FORMATS,
    INPUT,
    NO_IGNORES_OPTION,
    SELECTION,
    Command,
    FindingsOptions,
    InputOptions,
    option,
    output_option,
)

FLEET_FORMATS = ("text", "json", "jsonl", "sarif", "markdown")


class FleetOptions(InputOptions, FindingsOptions):
    """What `fleet` and `check` take besides their own."""

    baseline: Path | None
    category: str | None
    jobs: int | None
    no_cache: bool


_FLEET = (
    option("--format", type=click.Choice(FLEET_FORMATS), default="text", show_default=True, help="Of standard output."),
    output_option(tuple(dict.fromkeys((*FLEET_FORMATS, *FORMATS)))),  # of one environment, too: see `check`
    option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. Default: one for each core."),
    option("--no-cache", is_flag=True, help="Lint everything anew, and keep nothing for the next time."),
    FAIL_ON_OPTION,
    *SELECTION,
    NO_IGNORES_OPTION,
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
