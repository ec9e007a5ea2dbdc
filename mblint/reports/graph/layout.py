"""Where everything of a picture stands: groups side by side, their nodes in them, lines that end at ports.

Within a group and among groups boxes are layered by who calls whom; what nothing hangs on is put in rows below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from mblint.facts.callers.graph import Node
from mblint.reports.graph.boxes import IN, OUT, Box, Placed, together
from mblint.reports.graph.layered import Lane, Point, Size
from mblint.reports.graph.picture import Cluster, Line, Picture

LETTER = 6.9  # width of a letter of a node's name, at 12 px; generous
LONGEST = 32  # letters of a name that are shown
LONGEST_TITLE = 64
PORT_ROW = 15.0
PORTS_SHOWN = 6
_SMALLEST, _HEIGHT = 96.0, 40.0
_PADDING, _TITLE = 16.0, 24.0
_NODE_GAPS, _GROUP_GAPS = (48.0, 16.0), (64.0, 24.0)
_BESIDE = 3.0  # between lines of one lane


class Layout(Struct, frozen=True):
    """Boxes of the groups in the picture's order, of the nodes by id; the ports at which lines reach a node, from top
    to bottom; the points of each line in the picture's order: its start, pairs of points between which it runs level,
    its end.
    """

    size: Size
    groups: tuple[Box, ...]
    nodes: Mapping[str, Box]
    ports: Mapping[str, tuple[str, ...]]
    lines: tuple[tuple[Point, ...], ...]


def lay_out(picture: Picture) -> Layout:
    """The layout of a picture; the same for the same picture."""
    ports = _ports(picture.lines)
    group_of = {node.id: str(number) for number, cluster in enumerate(picture.clusters) for node in cluster.nodes}
    pairs = [(line.source, line.target) for line in picture.lines]
    inner = [_within(cluster, pairs, ports) for cluster in picture.clusters]
    sizes = {str(number): _framed(cluster, inner[number].size) for number, cluster in enumerate(picture.clusters)}
    outer = together(sizes, [(group_of[source], group_of[target]) for source, target in pairs], _GROUP_GAPS)
    groups = tuple(outer.boxes[str(number)] for number in range(len(picture.clusters)))
    inside = [placed.moved(*_corner(groups[number])) for number, placed in enumerate(inner)]
    nodes = {key: box for placed in inside for key, box in placed.boxes.items()}
    lines = tuple(
        tuple(_route(line, nodes, ports, _lanes(line, inside, outer, group_of), shift))
        for line, shift in zip(picture.lines, _shifts(picture.lines), strict=True)
    )
    return Layout(outer.size, groups, nodes, ports, lines)


def shown(name: str, longest: int = LONGEST) -> str:
    """A name as it is shown: of a long one both ends."""
    if len(name) <= longest:
        return name
    return f"{name[: longest // 2]}…{name[-(longest // 2 - 1) :]}"


def port_words(line: Line) -> str:
    """What stands where a line ends."""
    return line.ports if len(line.ports) <= 12 else f"{line.ports[:11]}…"


# ---------------------------------------------------------------- sizes


def _ports(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    """The ports at which each node is reached; the last row stands for all that are too many."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        found[line.target][port_words(line)] = None
    ordered = {key: sorted(words, key=lambda word: (len(word), word)) for key, words in found.items()}
    return {
        key: tuple(words) if len(words) <= PORTS_SHOWN else (*words[: PORTS_SHOWN - 1], "…")
        for key, words in ordered.items()
    }


def _node_size(node: Node, ports: Mapping[str, tuple[str, ...]]) -> Size:
    rows = ports.get(node.id, ())
    beside = 12 + max(map(len, rows), default=0) * LETTER * 0.85
    width = max(len(shown(node.name)) * LETTER, len(node.kind) * LETTER * 0.85) + beside + 16
    return max(_SMALLEST, width), max(_HEIGHT, len(rows) * PORT_ROW + 12)


def _framed(cluster: Cluster, inside: Size) -> Size:
    width = max(inside[0], len(shown(cluster.title, LONGEST_TITLE)) * LETTER * 1.05)
    return width + 2 * _PADDING, inside[1] + _TITLE + 1.5 * _PADDING


# ---------------------------------------------------------------- places


def _within(cluster: Cluster, pairs: Sequence[tuple[str, str]], ports: Mapping[str, tuple[str, ...]]) -> Placed:
    sizes = {node.id: _node_size(node, ports) for node in cluster.nodes}
    inside = [
        (source if source in sizes else IN, target if target in sizes else OUT)
        for source, target in pairs
        if source in sizes or target in sizes
    ]
    return together(sizes, inside, _NODE_GAPS)


def _corner(group: Box) -> Point:
    """Where the inside of a group begins."""
    return group.x + _PADDING, group.y + _TITLE + _PADDING / 2


# ---------------------------------------------------------------- lines


def _lanes(line: Line, inside: Sequence[Placed], outer: Placed, group_of: Mapping[str, str]) -> Iterable[Lane]:
    """What a line passes through: of its group, or out of its group, between groups, and into the other."""
    source, target = group_of[line.source], group_of[line.target]
    if source == target:
        return inside[int(source)].lanes.get((line.source, line.target), ())
    return (
        *inside[int(source)].lanes.get((line.source, OUT), ()),
        *outer.lanes.get((source, target), ()),
        *inside[int(target)].lanes.get((IN, line.target), ()),
    )


def _shifts(lines: Sequence[Line]) -> Iterable[float]:
    """Up or down within their lane, for lines that may share one: lines of one source run beside each other."""
    found: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        number = found[line.source]
        found[line.source] += 1
        yield (-1) ** number * ((number + 1) // 2) * _BESIDE


def _route(
    line: Line, nodes: Mapping[str, Box], ports: Mapping[str, tuple[str, ...]], lanes: Iterable[Lane], shift: float
) -> Iterable[Point]:
    source, target = nodes[line.source], nodes[line.target]
    yield source.x + source.width, source.y + source.height / 2
    for first, last in lanes:
        yield first[0], first[1] + shift
        yield last[0], last[1] + shift
    rows = ports[line.target]
    words = port_words(line)
    row = rows.index(words) if words in rows else len(rows) - 1
    yield target.x, target.y + target.height / 2 + (row - (len(rows) - 1) / 2) * PORT_ROW
