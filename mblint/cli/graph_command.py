"""`mblint graph PATH…`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Unpack

import click

from mblint.cli.clients import the_workload
from mblint.cli.exit_codes import CLEAN, UNTRUSTED_INPUT
from mblint.cli.inputs import view_of
from mblint.cli.options import TIMEOUT_OPTION, RenderedOptions, input_options, option
from mblint.cli.output import complain, emit_pieces
from mblint.cli.rendering import RenderingCommand, read_given
from mblint.facts.callers.call_graph import call_graph
from mblint.facts.callers.graph import CALLERS, CallGraph
from mblint.facts.world import World
from mblint.reports.graph_json import graph_json
from mblint.reports.printable import printable_json
from mblint.reports.text import error_line

_NAMED = 3  # objects that one line names

FORMATS = ("json", "dot", "mermaid", "svg", "html")


@click.command("graph", cls=RenderingCommand)
@click.argument("paths", nargs=-1, metavar="PATH…", type=click.Path())
@option(
    "--format",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="json: for tools; dot: for Graphviz; mermaid: for Markdown on GitHub; svg: a picture; "
    "html: one page to explore, without network.",
)
@option(
    "--from",
    "start",
    metavar="X",
    help="Only what lies on ways from X: [NAMESPACE/][KIND/]NAME of a workload, or a Service.",
)
@option(
    "--to", "end", metavar="Y", help="Only what lies on ways to Y, a workload, a Service or a host: who depends on it."
)
@option(
    "--only",
    type=click.Choice(("denied", *CALLERS)),
    multiple=True,
    help="Only calls that policies deny; only those of settings, routes, webhooks, monitors. Repeatable.",
)
@TIMEOUT_OPTION
@input_options
def command(
    paths: tuple[str, ...],
    format: str,  # noqa: A002
    start: str | None,
    end: str | None,
    only: tuple[str, ...],
    **options: Unpack[RenderedOptions],
) -> int:
    """Print or draw who talks to whom.

    Workloads by Helm release, what their settings call, what routes, webhooks and monitors lead to, and whether network
    policies let it through. In JSON also the Services, and every connection that the policies allow between workloads,
    by pod port.

    \b
      mblint graph --format html rendered/ > graph.html
      mblint graph --format svg --only denied rendered/ > denied.svg
      mblint graph --format mermaid --to docs-database -- helmfile -e demo template
      mblint graph --format dot --only routes rendered/
    """
    given = read_given(paths, options)
    view = view_of(given.manifests, options)
    errors = given.errors(view.errors)
    for error in errors:
        complain(error_line(error))
    _tell_what_is_missing(view.world)
    if start is None and end is None and not only:
        emit_pieces(_whole(view.world, format))
    else:
        abouts = frozenset(CALLERS[word] for word in only if word in CALLERS)
        emit_pieces(_part(view.world, format, Wanted(start, end, "denied" in only, abouts or None)))
    return UNTRUSTED_INPUT if errors else CLEAN


def _tell_what_is_missing(world: World) -> None:
    """What a policy says that cannot be read is in no graph, which nobody would see in it."""
    missing = {item.id for item in world.cluster.invalid if item.left_out}
    if missing:
        first = ", ".join(str(one) for one in sorted(missing)[:_NAMED])
        more = " and others" if len(missing) > _NAMED else ""
        complain(f"connections are unsure, since these cannot be read: {first}{more} (`mblint lint` says why)")


class Wanted(NamedTuple):
    """What --from, --to and --only say."""

    start: str | None
    end: str | None
    denied: bool
    abouts: frozenset[str] | None


def _whole(world: World, form: str) -> Iterable[str]:
    if form == "json":
        return map(printable_json, graph_json(world, call_graph(world)))
    return (_drawn(world, call_graph(world), form),)


def _part(world: World, form: str, wanted: Wanted) -> Iterable[str]:
    """networkx is imported here: the whole graph needs none of its answers."""
    from mblint.facts.callers.narrow import Scope, narrowed  # noqa: PLC0415

    graph = call_graph(world)
    starts, ends = _named(world, graph, wanted.start), _named(world, graph, wanted.end)
    scope = Scope(starts, ends, wanted.denied, wanted.abouts)
    if form == "json":
        from mblint.reports.graph_part_json import part_json  # noqa: PLC0415

        return map(printable_json, part_json(world, graph, scope))
    return (_drawn(world, narrowed(graph, scope), form),)


def _named(world: World, graph: CallGraph, name: str | None) -> frozenset[str] | None:
    """The nodes that a name means. Raises Refused."""
    from mblint.facts.callers.narrow import nodes_named  # noqa: PLC0415

    if name is None:
        return None
    found = nodes_named(graph, world.cluster, name)
    return found or frozenset((str(the_workload(world.cluster, name).id),))


def _drawn(world: World, graph: CallGraph, form: str) -> str:
    if form == "dot":
        from mblint.reports.graph import dot  # noqa: PLC0415

        return dot.render(graph)
    if form == "svg":
        from mblint.reports.graph import svg  # noqa: PLC0415

        return svg.render(graph)
    if form == "html":
        from mblint.reports.graph import html  # noqa: PLC0415

        return html.render(world, graph)
    from mblint.reports.graph import mermaid  # noqa: PLC0415

    return mermaid.render(graph)
