"""The graph in Graphviz' language: `mblint graph --format dot … | dot -Tsvg`."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.callers.graph import CallGraph, Node
from mblint.reports.graph.picture import Cluster, Line, picture
from mblint.reports.printable import printable


def render(graph: CallGraph) -> str:
    """A digraph with one cluster for each release."""
    drawn = picture(graph)
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = [
        "digraph mblint {",
        "  rankdir=LR; compound=true; fontname=Helvetica;",
        '  node [shape=box, style="rounded", fontname=Helvetica, fontsize=11];',
        "  edge [fontname=Helvetica, fontsize=9];",
    ]
    for number, cluster in enumerate(drawn.clusters):
        lines.extend(_cluster(number, cluster, names))
    lines.extend(_edge(line, names) for line in drawn.lines)
    return "\n".join([*lines, "}", ""])


def _cluster(number: int, cluster: Cluster, names: dict[str, str]) -> Iterator[str]:
    yield f"  subgraph cluster_{number} {{"
    yield f"    label={_quoted(cluster.title)}; style=rounded; color=gray;"
    for node in cluster.nodes:
        yield f"    {names[node.id]} [{_node(node)}];"
    yield "  }"


def _node(node: Node) -> str:
    shape = ", shape=cds" if node.caller else ""
    style = shape if node.place is not None else f', style="rounded,dashed"{shape}'
    return f"label={_quoted(node.name, node.kind)}, tooltip={_quoted(node.id)}{style}"


def _edge(line: Line, names: dict[str, str]) -> str:
    outcome = line.outcome
    style = ", style=dashed" if outcome.dashes else ""
    words = f"label={_quoted(line.ports)}, tooltip={_quoted(line.sentence)}"
    return (
        f"  {names[line.source]} -> {names[line.target]} [{words}, "
        f'color="{outcome.light}", fontcolor="{outcome.light}", penwidth={outcome.width}{style}];'
    )


def _quoted(*lines: str) -> str:
    """A quoted string. A backslash would begin an escape (`\\N`, `\\l`), so it is doubled."""
    escaped = [printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return '"' + "\\n".join(escaped) + '"'
