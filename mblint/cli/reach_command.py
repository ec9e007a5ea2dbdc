"""`mblint reach CLIENT HOST:PORT PATH…`."""

from __future__ import annotations

from typing import Unpack

import click

from mblint.cli.callers import caller_asked, is_request, ways_of
from mblint.cli.clients import the_workload
from mblint.cli.exit_codes import CLEAN, FINDINGS, UNTRUSTED_INPUT
from mblint.cli.inputs import view_of
from mblint.cli.options import COLOR_OPTION, TIMEOUT_OPTION, RenderedOptions, input_options, option
from mblint.cli.output import Refused, complain, emit
from mblint.cli.render import text_style
from mblint.cli.rendering import RenderingCommand, read_given
from mblint.facts.way.ask import Unanswerable, answer, asked
from mblint.facts.way.steps.whole import Way
from mblint.facts.world import World
from mblint.reports import reach_json, reach_text
from mblint.reports.text import error_line


class ReachCommand(RenderingCommand):
    """After `ingress/HOST/PATH`, which says already where a request goes, no HOST:PORT is expected."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts an empty HOST:PORT there."""
        given = args[: args.index("--")] if "--" in args else args
        values, _, _ = self.make_parser(ctx).parse_args(list(given))
        client, destination = values.get("client"), values.get("destination")
        if isinstance(client, str) and is_request(client, destination if isinstance(destination, str) else None):
            at = args.index(client) + 1
            args = [*args[:at], "", *args[at:]]
        return super().parse_args(ctx, args)


@click.command("reach", cls=ReachCommand)
@click.argument("client")
@click.argument("destination", metavar="HOST:PORT")
@click.argument("paths", nargs=-1, metavar="PATH…", type=click.Path())
@option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@option(
    "--protocol",
    type=click.Choice(("TCP", "UDP", "SCTP"), case_sensitive=False),
    help="Default: the one that the Service has the port for, else TCP.",
)
@COLOR_OPTION
@TIMEOUT_OPTION
@input_options
def command(
    client: str,
    destination: str,
    paths: tuple[str, ...],
    format: str,  # noqa: A002
    protocol: str | None,
    color: str,
    **options: Unpack[RenderedOptions],
) -> int:
    """Say whether a workload reaches something, and why (not).

    The whole way in words, each step with its place: what the name leads to, the Service's port and the pods' port,
    the client's egress policies, the server's ingress policies; which rule allows it, or which came nearest, and what
    that one lacks.

    CLIENT is [NAMESPACE/][KIND/]NAME of a workload. HOST:PORT is what that would be told to call: a Service as its
    pods name it, a host outside, an address, localhost; a URL has its scheme's port, and a Service with one port needs
    none.

    Others call without being told by any setting: `ingress/HOST/PATH` is who carries a request by the routes,
    `api-server` calls webhook/NAME, apiservice/NAME or crd/NAME, and `prometheus` what the monitor NAME selects.

    \b
      mblint reach docs-backend keycloak-keycloak:80 rendered/
      mblint reach docs/deploy/backend https://id.example.com/realms/docs -- helmfile -e demo template
      mblint reach ingress/docs.example.com/media rendered/
      mblint reach api-server webhook/pods.policy.example.com rendered/
      mblint reach prometheus docs-backend rendered/

    Exit code 0: allowed; 1: denied or unknown (it says which); 2: no such CLIENT.
    """
    caller = caller_asked(client, destination)
    given = read_given(paths, options)
    view = view_of(given.manifests, options)
    errors = given.errors(view.errors)
    for error in errors:
        complain(error_line(error))
    try:
        ways = ways_of(view.world, caller) if caller is not None else ()
        ways = ways or (_answer(view.world, client, destination, protocol),)
    except Refused as refused:
        if not errors:
            raise
        complain(refused.format_message())
        return UNTRUSTED_INPUT
    emit(reach_json.render(ways) if format == "json" else reach_text.render(ways, text_style(color)))
    if errors:
        return UNTRUSTED_INPUT
    return CLEAN if all(way.answer == "allowed" for way in ways) else FINDINGS


def _answer(world: World, client: str, destination: str, protocol: str | None) -> Way:
    try:
        return answer(world, the_workload(world.cluster, client), asked(destination, protocol))
    except Unanswerable as error:
        raise Refused(f"{destination}: {error}") from error
