"""`-- CMD…` in place of a PATH: a command that renders what is to be looked at.

What stands behind `--` is CMD, but where words that a command cannot do without are still missing: then it is them, as
everywhere (`mblint reach -- web -1:80 shop.yaml`).
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.exceptions import NoArgsIsHelpError
from msgspec import Struct

from mblint.cli.child import Outcome, run_command
from mblint.cli.inputs import read_context, read_inputs
from mblint.cli.options import InputOptions, RenderedOptions
from mblint.manifests.documents import InputError
from mblint.manifests.read import STDIN, Manifests, read_text
from mblint.pipeline import together

_END = "--"


class RenderingCommand(click.Command):
    """A command with a parameter `cmd`: the words behind `--`, empty where there are none.

    The last argument is what CMD stands for, and so optional for click; one of both is required all the same.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes CMD away before anything else is read."""
        if not args and not ctx.resilient_parsing:
            raise NoArgsIsHelpError(ctx)
        given, cmd = self._parted(ctx, args)
        left = super().parse_args(ctx, given)
        ctx.params["cmd"] = cmd
        if not ctx.resilient_parsing:
            self._require(ctx, cmd)
        return left

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The arguments, and what may stand for the last one."""
        return [*super().collect_usage_pieces(ctx), "| -- CMD…"]

    def _arguments(self) -> list[click.Argument]:
        return [one for one in self.params if isinstance(one, click.Argument)]

    def _parted(self, ctx: click.Context, args: list[str]) -> tuple[list[str], tuple[str, ...]]:
        if _END not in args:
            return args, ()
        at = args.index(_END)
        values, _, _ = self.make_parser(ctx).parse_args(list(args[:at]))
        if any(one.required and not isinstance(values.get(str(one.name)), str) for one in self._arguments()):
            return args, ()
        return args[:at], tuple(args[at + 1 :])

    def _require(self, ctx: click.Context, cmd: Sequence[str]) -> None:
        last = self._arguments()[-1]
        given = ctx.params.get(str(last.name))
        if cmd and given:
            raise click.UsageError(f"Give {last.make_metavar(ctx).rstrip('…')} or -- CMD, not both.", ctx)
        if not cmd and not given:
            raise click.UsageError(f"Missing argument '{last.make_metavar(ctx)}', or -- CMD… that renders it.", ctx)


class Given(Struct, frozen=True):
    """What was read. `failure`: why what a command printed cannot be trusted; `silent`: it printed nothing at all."""

    manifests: Manifests
    failure: tuple[InputError, ...] = ()
    silent: bool = False

    def errors(self, found: Sequence[InputError]) -> tuple[InputError, ...]:
        """Everything that is wrong with the input. The failure of a command that printed nothing stands alone."""
        return (*self.failure, *(() if self.silent and self.failure else found))


def read_given(paths: Sequence[str], options: RenderedOptions) -> Given:
    """The documents that the paths, or the command, give, with those of the context."""
    if not options["cmd"]:
        return Given(read_inputs(paths, options))
    return read_outcome(run_command(options["cmd"], options["timeout"]), options)


def read_outcome(outcome: Outcome, options: InputOptions, file: str = STDIN) -> Given:
    """What a command printed. `file`: what places call it."""
    failure = () if outcome.failure is None else (InputError(STDIN, None, None, outcome.failure),)
    manifests = together([read_context(options), read_text(outcome.output, file)])
    return Given(manifests, failure, silent=not outcome.output.strip())
