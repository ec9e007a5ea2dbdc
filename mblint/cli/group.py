"""The command line's shape: commands that are imported when they run, and `lint` where none is named."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from mblint.regex import compiled_late

COMMANDS: Mapping[str, str] = {
    "lint": "lint_command",
    "exec": "exec_command",
    "upgrade": "upgrade_command",
    "diff": "diff_command",
    "check": "check_command",
    "fleet": "fleet_command",
    "reach": "reach_command",
    "facts": "facts_command",
    "graph": "graph_command",
    "rules": "rules_command",
    "explain": "explain_command",
    "observe": "observe_command",
    "init": "init_command",
    "fix": "fix_command",
}
_DEFAULT = "lint"


class CommandGroup(click.Group):
    """A click group whose default command is `lint`: `mblint PATH…` is `mblint lint PATH…`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of use, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the module of a command."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        with compiled_late():
            import yaml  # noqa: F401, PLC0415  every command reads YAML
        command = import_module(f"mblint.cli.{module}").command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts `lint` before anything that is neither a command nor an option of `mblint` itself."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0] not in COMMANDS and args[0] not in own:
            _reject_misspelt_command(args, ctx)
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and what may stand in their place: options of `lint`, and files."""
        found = super().shell_complete(ctx, incomplete)
        default = self.get_command(ctx, _DEFAULT)
        if incomplete.startswith("-") and default is not None:
            known = {item.value for item in found}
            more = default.shell_complete(click.Context(default, parent=ctx), incomplete)
            found += [item for item in more if item.value not in known]
        return [*found, CompletionItem(incomplete, type="file")]


def _reject_misspelt_command(args: Sequence[str], ctx: click.Context) -> None:
    word = args[0]
    if word.startswith("-") or os.path.exists(word):
        return
    from difflib import get_close_matches  # noqa: PLC0415  only for what is likely a mistake

    near = get_close_matches(word, COMMANDS, n=1, cutoff=0.7)
    if near:
        raise click.UsageError(f"There is no command and no file {word}. Did you mean {near[0]}?", ctx)
