"""`mblint reach CLIENT HOST:PORT PATH…`."""

from __future__ import annotations

from typing import Unpack

import click

from mblint.cli.clients import the_workload
from mblint.cli.exit_codes import CLEAN, FINDINGS, UNTRUSTED_INPUT
from mblint.cli.inputs import view_inputs
from mblint.cli.options import COLOR_OPTION, InputOptions, input_options, option
from mblint.cli.output import Refused, complain, emit
from mblint.cli.render import text_style
from mblint.facts.way.ask import Unanswerable, answer, asked
from mblint.facts.way.steps.whole import Way
from mblint.facts.world import World
from mblint.reports import reach_json, reach_text
from mblint.reports.text import error_line


@click.command("reach", no_args_is_help=True)
@click.argument("client")
@click.argument("destination", metavar="HOST:PORT")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path())
@option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
@option(
    "--protocol",
    type=click.Choice(("TCP", "UDP", "SCTP"), case_sensitive=False),
    help="Default: the one that the Service has the port for, else TCP.",
)
@COLOR_OPTION
@input_options
def command(
    client: str,
    destination: str,
    paths: tuple[str, ...],
    format: str,  # noqa: A002
    protocol: str | None,
    color: str,
    **options: Unpack[InputOptions],
) -> int:
    """Say whether a workload reaches something, and why (not).

    The whole way in words, each step with its place: what the name leads to, the Service's port and the pods' port,
    the client's egress policies, the server's ingress policies; which rule allows it, or which came nearest, and what
    that one lacks.

    CLIENT is [NAMESPACE/][KIND/]NAME of a workload. HOST:PORT is what that would be told to call: a Service as its
    pods name it, a host outside, an address, localhost; a URL has its scheme's port, and a Service with one port needs
    none.

    \b
      mblint reach docs-backend keycloak-keycloak:80 rendered/
      mblint reach docs/deploy/backend https://id.example.com/realms/docs rendered/

    Exit code 0: allowed; 1: denied or unknown (it says which); 2: no such CLIENT.
    """
    view = view_inputs(paths, options)
    for error in view.errors:
        complain(error_line(error))
    try:
        found = _answer(view.world, client, destination, protocol)
    except Refused as refused:
        if not view.errors:
            raise
        complain(refused.format_message())
        return UNTRUSTED_INPUT
    emit(reach_json.render(found) if format == "json" else reach_text.render(found, text_style(color)))
    if view.errors:
        return UNTRUSTED_INPUT
    return CLEAN if found.answer == "allowed" else FINDINGS


def _answer(world: World, client: str, destination: str, protocol: str | None) -> Way:
    try:
        return answer(world, the_workload(world.cluster, client), asked(destination, protocol))
    except Unanswerable as error:
        raise Refused(f"{destination}: {error}") from error
