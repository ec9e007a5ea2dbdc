"""What the page shows first where all of it would be too small to read: what is denied, and its neighbours.

They have a layout of their own, so that what lies between them in the whole takes no room.
"""

from __future__ import annotations

from collections.abc import Sequence

from mblint.facts.callers.graph import CallGraph, Edge
from mblint.facts.callers.narrow import DENIED
from mblint.reports.graph.curves import curves, sampled
from mblint.reports.graph.layout import LONGEST_TITLE, lay_out, shown
from mblint.reports.graph.picture import picture
from mblint.reports.printable import printable
from mblint.reports.values import Json

_MOST = 24  # nodes; of more only those at the ends of what is denied


def first_view(graph: CallGraph, lines: Sequence[tuple[str, str, str]]) -> Json:
    """Where nodes, groups (by a node in each) and lines stand, by the ids of the page; None where nothing is denied.

    `lines`: source, target and outcome of the page's lines, in their order.
    """
    part = _part(graph)
    if not part.edges:
        return None
    drawn = picture(part)
    layout = lay_out(drawn)
    numbers = {line: number for number, line in enumerate(lines)}
    return {
        "nodes": {node.id: layout.nodes[node.id].centred() for node in part.nodes},
        "groups": [
            {"of": cluster.nodes[0].id, "title": printable(shown(cluster.title, LONGEST_TITLE)), **box.centred()}
            for cluster, box in zip(drawn.clusters, layout.groups, strict=True)
        ],
        "lines": {
            f"line {numbers[(line.source, line.target, line.outcome.id)]}": [
                [round(x, 1), round(y, 1)] for x, y in sampled(list(curves(points)))
            ]
            for line, points in zip(drawn.lines, layout.lines, strict=True)
        },
    }


def _part(graph: CallGraph) -> CallGraph:
    """The calls that are denied, with all others of their callers and of those whom they call, if these are few."""
    denied = [edge for edge in graph.edges if edge.verdict in DENIED]
    ends = {end for edge in denied for end in (edge.source, edge.target)}
    near = [edge for edge in graph.edges if edge.source in ends or edge.target in ends]
    return graph.part((), near if len(_ends(near)) <= _MOST else denied)


def _ends(edges: Sequence[Edge]) -> set[str]:
    return {end for edge in edges for end in (edge.source, edge.target)}
