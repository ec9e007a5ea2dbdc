"""Layered placement, left to right, of boxes that may not overlap: Sugiyama's method, by grandalf.

Grandalf layers from top to bottom; boxes are turned before and points after. Lanes are where long arrows pass between
the boxes of the layers that they cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grandalf.graphs import Edge as GrandalfEdge
from grandalf.graphs import Graph, Vertex
from grandalf.layouts import SugiyamaLayout, VertexViewer
from msgspec import Struct

Size = tuple[float, float]  # width, height
Point = tuple[float, float]
Lane = tuple[Point, Point]  # where an arrow enters and leaves a layer that it only passes, at one height

_LANE = 14.0  # height that a passing arrow is given


class Placement(Struct, frozen=True):
    """Centres by key, lanes by pair in their order, and the size of it all; its upper left corner is 0, 0."""

    centres: Mapping[str, Point]
    lanes: Mapping[tuple[str, str], tuple[Lane, ...]]
    size: Size


class _Vertex(Vertex):  # type: ignore[misc]
    """One that hashes as its number: grandalf walks sets of them, and addresses differ from run to run."""

    def __init__(self, key: str, number: int) -> None:
        super().__init__(key)
        self.number = number

    def __hash__(self) -> int:
        return self.number


class _Edge(GrandalfEdge):  # type: ignore[misc]
    """The same of an edge."""

    def __init__(self, source: Vertex, target: Vertex, data: tuple[str, str], number: int) -> None:
        super().__init__(source, target, data=data)
        self.number = number

    def __hash__(self) -> int:
        return self.number


def layered(sizes: Mapping[str, Size], pairs: Iterable[tuple[str, str]], gaps: Size) -> Placement:
    """Places boxes that hang together, each layer one gap to the right of those that point to it.

    `gaps`: between layers, and between boxes of a layer. Pairs of a box with itself are left out.
    """
    vertices = {key: _Vertex(key, number) for number, key in enumerate(sizes)}
    for key, (width, height) in sizes.items():
        vertices[key].view = VertexViewer(w=height, h=width)
    kept = [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
    edges = [
        _Edge(vertices[source], vertices[target], (source, target), number)
        for number, (source, target) in enumerate(kept)
    ]
    core = Graph(list(vertices.values()), edges).C[0]
    drawn = _drawn(core, gaps)
    centres = {key: centre for layer in drawn.layers for key, centre in _flush_left(layer)}
    lanes = {edge.data: tuple(_lanes(drawn, edge)) for edge in core.sE}
    return _moved(centres, lanes, sizes)


def _drawn(core: Any, gaps: Size) -> Any:
    drawn = SugiyamaLayout(core)
    drawn.yspace, drawn.xspace = gaps
    drawn.dw, drawn.dh = _LANE, _LANE
    drawn.init_all(roots=_roots(core))
    drawn.draw(3)
    return drawn


def _roots(core: Any) -> list[Any]:
    """Vertices from which all others are reached: those that none points to, and one for each circle that is left."""
    roots = [vertex for vertex in core.sV if not vertex.e_in()]
    reached = _reached(roots)
    while left := [vertex for vertex in core.sV if vertex not in reached]:
        roots.append(max(left, key=lambda vertex: len(_reached([vertex]))))
        reached |= _reached(roots[-1:])
    return roots


def _reached(roots: Iterable[Any]) -> set[Any]:
    found, waiting = set(roots), list(roots)
    while waiting:
        new = {edge.v[1] for edge in waiting.pop().e_out()} - found
        found |= new
        waiting += new
    return found


def _flush_left(layer: Any) -> Iterable[tuple[str, Point]]:
    """Boxes of a layer begin at one line."""
    widest = max(vertex.view.h for vertex in layer)
    for vertex in layer:
        if isinstance(vertex, Vertex):
            yield vertex.data, (vertex.view.xy[1] - (widest - vertex.view.h) / 2, vertex.view.xy[0])


def _lanes(drawn: Any, edge: Any) -> Iterable[Lane]:
    """The dummy vertices of a long edge, each as wide as its layer, from its source to its target."""
    by_rank = drawn.ctrls.get(edge, {})
    ranks = sorted(by_rank)
    forward = not ranks or by_rank[ranks[0]] is edge.v[0]
    for rank in (ranks if forward else ranks[::-1])[1:-1]:
        half = max(vertex.view.h for vertex in drawn.layers[rank]) / 2
        y, x = by_rank[rank].view.xy
        yield ((x - half, y), (x + half, y)) if forward else ((x + half, y), (x - half, y))


def _moved(
    centres: Mapping[str, Point], lanes: Mapping[tuple[str, str], Sequence[Lane]], sizes: Mapping[str, Size]
) -> Placement:
    """The same with its corner at 0, 0."""
    ends = [y for lane in lanes.values() for (_, y), _ in lane]
    left = min(x - sizes[key][0] / 2 for key, (x, _) in centres.items())
    top = min([*(y - sizes[key][1] / 2 for key, (_, y) in centres.items()), *ends])
    right = max(x + sizes[key][0] / 2 for key, (x, _) in centres.items())
    bottom = max([*(y + sizes[key][1] / 2 for key, (_, y) in centres.items()), *ends])

    def at(point: Point) -> Point:
        return (point[0] - left, point[1] - top)

    return Placement(
        {key: at(centre) for key, centre in centres.items()},
        {pair: tuple((at(first), at(last)) for first, last in lane) for pair, lane in lanes.items()},
        (right - left, bottom - top),
    )
