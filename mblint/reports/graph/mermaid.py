"""The graph in Mermaid's language, as GitHub renders it in Markdown.

GitHub refuses diagrams of more than 500 edges or 50,000 characters (Mermaid's `maxEdges` and `maxTextSize`). What would
go beyond is drawn by release, else by namespace, and says so. Mermaid's layout (dagre) stops with an error where many
subgraphs lead to each other in circles (dagrejs/dagre, issue 234); such a graph is drawn without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from msgspec.structs import replace

from mblint.facts.callers.graph import CallGraph, Node
from mblint.regex import regex
from mblint.reports.graph.outcomes import OUTCOMES
from mblint.reports.graph.picture import Cluster, Line, Picture, picture
from mblint.reports.printable import printable

MOST_EDGES = 500
MOST_CHARACTERS = 50_000
_PLAIN = regex(r"[^A-Za-z0-9 .,_/:·-]")
_LONGEST = 80  # characters of a label
_MOST_IN_CIRCLES = 30  # nodes in subgraphs that lead to each other; the layout was seen to fail from 40 on


def render(graph: CallGraph) -> str:
    """A flowchart with one subgraph for each release; a coarser one where GitHub would refuse it."""
    for drawn, note in _coarser_and_coarser(graph):
        framed = _in_circles(drawn) <= _MOST_IN_CIRCLES
        text = _flowchart(drawn, note) if framed else _flowchart(_unframed(drawn), _also(note, _UNFRAMED))
        if len(drawn.lines) <= MOST_EDGES and len(text) <= MOST_CHARACTERS:
            return text
    return _flowchart(Picture((), ()), "too large for Mermaid on GitHub; use --format svg or html, or narrow it")


_UNFRAMED = "without frames, since these lead to each other in circles"


def _also(note: str, more: str) -> str:
    return f"{note}, {more}" if note else f"drawn {more}"


def _in_circles(drawn: Picture) -> int:
    """How many nodes are in clusters that lead to each other in circles, or lie between such."""
    cluster_of = {node.id: number for number, cluster in enumerate(drawn.clusters) for node in cluster.nodes}
    pairs = {(cluster_of[line.source], cluster_of[line.target]) for line in drawn.lines}
    left = set(range(len(drawn.clusters)))
    while True:
        inside = {(one, other) for one, other in pairs if one != other and one in left and other in left}
        both = {one for one, _ in inside} & {other for _, other in inside}
        if both == left:
            return sum(len(drawn.clusters[number].nodes) for number in left)
        left = both


def _unframed(drawn: Picture) -> Picture:
    """Each node with the title of its cluster instead of a frame around both."""
    nodes = (
        replace(node, kind=f"{node.kind} · {cluster.title}") for cluster in drawn.clusters for node in cluster.nodes
    )
    return Picture((Cluster("", tuple(nodes)),), drawn.lines)


def _coarser_and_coarser(graph: CallGraph) -> Iterator[tuple[Picture, str]]:
    yield picture(graph), ""
    size = f"{len(graph.nodes)} nodes are too many for Mermaid on GitHub"
    yield picture(_merged(graph, lambda node: node.group[1], "release")), f"{size}: drawn by release"
    yield picture(_merged(graph, lambda node: node.group[0], "namespace")), f"{size}: drawn by namespace"


def _merged(graph: CallGraph, name_of: Callable[[Node], str], kind: str) -> CallGraph:
    """One node for all that have one name, without what they call of each other."""
    nodes: dict[str, Node] = {}
    part_of: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for node in graph.nodes:
        name = name_of(node)
        part_of[node.id] = f"{node.group[0]}/{name}"
        sizes[part_of[node.id]] = sizes.get(part_of[node.id], 0) + 1
        group = (node.group[0], node.group[0] or node.group[1])
        nodes.setdefault(part_of[node.id], Node(part_of[node.id], name or node.group[1], kind, None, group, node.place))
    whole = tuple(replace(node, kind=f"{kind}, {sizes[node.id]} nodes") for node in nodes.values())
    edges = (replace(edge, source=part_of[edge.source], target=part_of[edge.target]) for edge in graph.edges)
    ordered = sorted(whole, key=lambda node: (node.group[0] == "", node.group, node.id))
    return CallGraph(tuple(ordered), tuple(edge for edge in edges if edge.source != edge.target))


def _flowchart(drawn: Picture, note: str) -> str:
    numbers = count()
    names = {node.id: f"n{next(numbers)}" for cluster in drawn.clusters for node in cluster.nodes}
    lines = ["flowchart LR"]
    if note:
        lines += [f"  %% {note}", f'  note["{_label(note)}"]:::note']
    for number, cluster in enumerate(drawn.clusters):
        lines.extend(_subgraph(number, cluster, names))
    lines.extend(_edge(line, names) for line in drawn.lines)
    lines.extend(_styles(drawn))
    return "\n".join([*lines, ""])


def _subgraph(number: int, cluster: Cluster, names: dict[str, str]) -> Iterator[str]:
    if cluster.title:
        yield f'  subgraph g{number}["{_label(cluster.title)}"]'
    for node in cluster.nodes:
        dashed = "" if node.place is not None else ":::elsewhere"
        start, end = ("([", "])") if node.caller else ("[", "]")
        words = f"{_label(node.name)}<br/><small>{_label(node.kind)}</small>"
        yield f'    {names[node.id]}{start}"{words}"{end}{dashed}'
    if cluster.title:
        yield "  end"


def _edge(line: Line, names: dict[str, str]) -> str:
    arrow = "-.->" if line.outcome.dashes else "==>" if line.outcome.id == "denied" else "-->"
    mark = "✗ " if line.outcome.id == "denied" else ""
    label = f"{mark}{_label(line.ports)}".strip()
    return f"  {names[line.source]} {arrow}" + (f'|"{label}"|' if label else "") + f" {names[line.target]}"


def _styles(drawn: Picture) -> Iterator[str]:
    """Colours that hold their own on GitHub's light and dark pages; fills are left to its theme."""
    yield "  classDef elsewhere stroke-dasharray: 4 3"
    yield "  classDef note stroke:none"
    for outcome in OUTCOMES:
        numbers = [str(number) for number, line in enumerate(drawn.lines) if line.outcome == outcome]
        if numbers:
            yield f"  linkStyle {','.join(numbers)} stroke:{outcome.light},stroke-width:{outcome.width}px"


def _label(text: str) -> str:
    """Text between quotes: everything that Mermaid or HTML could read as its own is a numbered entity."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return _PLAIN.sub(lambda character: f"#{ord(character[0])};", printable(short))
