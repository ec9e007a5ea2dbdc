"""The options that commands share. Each can be set in the environment: --fail-on is MBLINT_FAIL_ON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict, TypeVar

import click

from mblint.cli.configuration import FAIL_ON

FORMATS = ("text", "concise", "json", "sarif", "github", "junit", "markdown")
GROUPS = ("rule", "object")

Command = TypeVar("Command", bound=Callable[..., object])


class InputOptions(TypedDict):
    """What says how an input is to be understood."""

    context: tuple[str, ...]
    namespace: str | None
    config: Path | None
    rules: tuple[Path, ...]


class RenderedOptions(InputOptions):
    """What commands take that look at paths, or at what CMD renders."""

    cmd: tuple[str, ...]
    timeout: float | None


class FindingsOptions(TypedDict):
    """Which findings a command reports, how, and which fail it."""

    format: str
    output: tuple[tuple[str, Path], ...]
    fail_on: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    no_ignores: bool
    quiet: bool
    color: str


class JudgementOptions(InputOptions, FindingsOptions):
    """What `lint`, `exec` and `upgrade` take."""

    baseline: Path | None
    write_baseline: Path | None
    source_root: Path | None
    category: str | None
    group_by: str | None
    stats: bool


class PlacingOptions(TypedDict):
    """What says where findings are placed, and for whom."""

    format: str
    output: tuple[tuple[str, Path], ...]
    source_root: Path | None
    quiet: bool


def output_option(forms: Sequence[str]) -> Callable[[Command], Command]:
    """--output FORMAT=FILE, for the formats of a command."""

    def parted(value: str) -> tuple[str, Path]:
        form, _, file = value.partition("=")
        if not file or form not in forms:
            raise click.BadParameter(f"{value} is not FORMAT=FILE with a FORMAT of {', '.join(forms)}")
        return form, Path(file)

    def format_and_file(
        ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
    ) -> tuple[tuple[str, Path], ...]:
        return tuple(map(parted, values))

    return option(
        "--output",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=format_and_file,
        help="Write a further report to a file. Repeatable.",
    )


def complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """For shells: the rules that come with mblint."""
    from mblint.shipped import rules_directory  # noqa: PLC0415  not on the way to linting

    return sorted(file.stem for file in rules_directory().glob(f"{incomplete}*.yaml"))


def option(name: str, *parameter: str, **attributes: object) -> Callable[[Command], Command]:
    """A click option that the environment can set. `parameter`: its name in Python, where that is another."""
    variable = f"MBLINT_{name.removeprefix('--').replace('-', '_').upper()}"
    return click.option(name, *parameter, envvar=variable, **attributes)  # type: ignore[arg-type]


def split_names(values: Sequence[str]) -> tuple[str, ...]:
    """`a,b` and `a` `b` alike, in order."""
    return tuple(name for value in values for name in value.replace(",", " ").split())


RULES_OPTION = option(
    "--rules",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A directory of rule files of your own; its software/ holds software files. Repeatable.",
)

INPUT = (
    option(
        "--context",
        multiple=True,
        metavar="PATH",
        type=click.Path(),
        help="Objects that exist in the cluster and are not linted: another release's render, `kubectl get -o yaml`. "
        "Repeatable.",
    ),
    option(
        "--namespace",
        metavar="NS",
        help="Namespace of objects that name none. Default: that of their Helm release's other objects, or `default`.",
    ),
    option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Default: .mblint.yaml in the working directory or its nearest parent that has one.",
    ),
    RULES_OPTION,
)

TIMEOUT_OPTION = option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop CMD after this time. Default: none.",
)

COLOR_OPTION = option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colours; auto: on a terminal. NO_COLOR is honoured.",
)

FAIL_ON_OPTION = option(
    "--fail-on", type=click.Choice(FAIL_ON), help="Lowest level that makes the exit code 1. Default: error."
)

SELECTION = (
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
)

NO_IGNORES_OPTION = option(
    "--no-ignores", is_flag=True, help="Report also what the configuration and annotations ignore."
)

SOURCE_ROOT_OPTION = option(
    "--source-root",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The repository in which findings are placed. Default: the git root of the working directory.",
)

QUIET_OPTION = option("--quiet", is_flag=True, help="Print findings and errors, and nothing else.")

_JUDGEMENT = (
    option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="Of standard output."),
    output_option(FORMATS),
    FAIL_ON_OPTION,
    *SELECTION,
    NO_IGNORES_OPTION,
    option(
        "--baseline",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Report only what is not in this file of known findings.",
    ),
    option(
        "--write-baseline",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Write what is found to a file of known findings, and accept it.",
    ),
    SOURCE_ROOT_OPTION,
    option("--category", metavar="NAME", help="Keeps SARIF results of several renders apart (dev, production)."),
    option(
        "--group-by",
        type=click.Choice(GROUPS),
        help="Of text, concise and markdown: findings of one rule, or of one object, together; the worst first.",
    ),
    option("--stats", is_flag=True, help="Count the facts by kind and verdict, and list what is ignored."),
    QUIET_OPTION,
    COLOR_OPTION,
)


def input_options(command: Command) -> Command:
    """Adds the options of InputOptions."""
    return _with(command, INPUT)


def judgement_options(command: Command) -> Command:
    """Adds the options of JudgementOptions."""
    return _with(command, (*_JUDGEMENT, *INPUT))


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Adds several options, in their order."""
    return lambda command: _with(command, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for add in reversed(options):
        command = add(command)
    return command
