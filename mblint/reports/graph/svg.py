"""The graph as a picture: no script, no font and no link of elsewhere, light or dark as its reader likes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from mblint.facts.callers.graph import CallGraph, Node
from mblint.reports.graph.boxes import Box
from mblint.reports.graph.curves import Curve, curves, is_level, loop
from mblint.reports.graph.layered import Point
from mblint.reports.graph.layout import LONGEST_TITLE, PORT_ROW, Layout, lay_out, shown
from mblint.reports.graph.outcomes import OUTCOMES, Outcome
from mblint.reports.graph.picture import Cluster, Line, Picture, picture, summary
from mblint.reports.printable import printable

_MARGIN, _HEAD = 20.0, 64.0
_FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', Helvetica, Arial, sans-serif"


def render(graph: CallGraph) -> str:
    """An SVG document; every text of the input is escaped."""
    drawn = picture(graph)
    layout = lay_out(drawn)
    width = max(layout.size[0] + 2 * _MARGIN, 640.0)
    height = layout.size[1] + _HEAD + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label="Who calls whom">',
        f"<style>{_style()}</style>",
        f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>',
        *_legend(graph, drawn),
        f'<g transform="translate({_MARGIN:.0f} {_HEAD + _MARGIN:.0f})">',
        *(_group(cluster, box) for cluster, box in zip(drawn.clusters, layout.groups, strict=True)),
        *(_line(line, points) for line, points in zip(drawn.lines, layout.lines, strict=True)),
        *(_group_title(cluster, box) for cluster, box in zip(drawn.clusters, layout.groups, strict=True)),
        *(_node(node, layout) for cluster in drawn.clusters for node in cluster.nodes),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _style() -> str:
    return (
        f"text{{font-family:{_FONT};fill:var(--text)}}"
        "svg{--page:#fff;--text:#1f2328;--faint:#59636e;--group:#f6f8fa;--edge:#d1d9e0;--node:#fff;--border:#818b98}"
        f"{_colours(dark=False)}"
        "@media (prefers-color-scheme:dark){"
        "svg{--page:#0d1117;--text:#f0f6fc;--faint:#9198a1;--group:#151b23;--edge:#3d444d;--node:#212830;"
        f"--border:#656c76}}{_colours(dark=True)}}}"
        ".page{fill:var(--page)}.group{fill:var(--group);stroke:var(--edge)}.title{font-size:12px;font-weight:600;"
        "paint-order:stroke;stroke:var(--group);stroke-width:5px;stroke-linejoin:round}"
        ".node{fill:var(--node);stroke:var(--border)}.elsewhere{stroke-dasharray:4 3}.name{font-size:12px}"
        ".kind,.port{font-size:10px;fill:var(--faint)}.port{font-variant-numeric:tabular-nums}.head{font-size:15px;"
        "font-weight:600}.legend{font-size:12px}.line{fill:none}"
    )


def _colours(*, dark: bool) -> str:
    return "".join(
        f".{outcome.id}{{stroke:{colour};color:{colour}}}"
        for outcome in OUTCOMES
        for colour in [outcome.dark if dark else outcome.light]
    )


# ---------------------------------------------------------------- parts


def _legend(graph: CallGraph, drawn: Picture) -> Iterator[str]:
    """What is drawn, and what the colours mean, with how many there are of each."""
    yield f'<text class="head" x="{_MARGIN:.0f}" y="30">{summary(graph)}</text>'
    x = _MARGIN
    for outcome in OUTCOMES:
        number = sum(line.facts for line in drawn.lines if line.outcome == outcome)
        if number:
            yield _stroke(outcome, f"M{x:.0f} 52h28") + (_cross(outcome, x + 14, 52) if outcome.id == "denied" else "")
            said = f"{number} {outcome.words}"
            yield f'<text class="legend" x="{x + 34:.0f}" y="56">{said}</text>'
            x += 34 + len(said) * 6.6 + 18


def _group(cluster: Cluster, box: Box) -> str:
    return f"<g>{_title(cluster.title)}{_rectangle('group', box, 8)}</g>"


def _group_title(cluster: Cluster, box: Box) -> str:
    """Over the lines that pass."""
    return _text("title", box.x + 12, box.y + 20, shown(cluster.title, LONGEST_TITLE))


def _node(node: Node, layout: Layout) -> str:
    box, ports = layout.nodes[node.id], layout.ports.get(node.id, ())
    middle = box.y + box.height / 2
    beside = max((len(port) for port in ports), default=0) * 5.9 + (10 if ports else 0)
    rows = [
        _text("port", box.x + 8, middle + (row - (len(ports) - 1) / 2) * PORT_ROW + 3.5, port)
        for row, port in enumerate(ports)
    ]
    name = _text("name", box.x + 10 + beside, middle - 2, shown(node.name))
    kind = _text("kind", box.x + 10 + beside, middle + 12, node.kind)
    look = "node" if node.place is not None else "node elsewhere"
    shape = _rectangle(look, box, 18 if node.caller else 5)
    return f"<g>{_title(node.id if node.place is not None else node.name)}{shape}{name}{kind}{''.join(rows)}</g>"


def _line(line: Line, points: Sequence[Point]) -> str:
    *before, (x, y) = points
    itself = line.source == line.target
    path = _path([loop(points[0], (x - 7, y))] if itself else curves([*before, (x - 7, y)]))
    head = f'<path class="{line.outcome.id}" fill="currentColor" stroke="none" d="M{x:.1f} {y:.1f}l-9 -4.5v9z"/>'
    cross = _cross(line.outcome, x - 20, y) if line.outcome.id == "denied" else ""
    return f"<g>{_title(line.sentence)}{_stroke(line.outcome, path)}{head}{cross}</g>"


def _path(line: Iterable[Curve]) -> str:
    found = list(line)
    path = f"M{found[0][0][0]:.1f} {found[0][0][1]:.1f}"
    for curve in found:
        (x1, y1), (x2, y2), (x, y) = curve[1:]
        bent = f"C{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f} {x:.1f} {y:.1f}"
        path += f"L{x:.1f} {y:.1f}" if is_level(curve) else bent
    return path


def _stroke(outcome: Outcome, path: str) -> str:
    dashes = f' stroke-dasharray="{outcome.dashes}"' if outcome.dashes else ""
    return f'<path class="line {outcome.id}" stroke-width="{outcome.width}"{dashes} d="{path}"/>'


def _cross(outcome: Outcome, x: float, y: float) -> str:
    return f'<path class="line {outcome.id}" stroke-width="2.2" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>'


def _rectangle(kind: str, box: Box, radius: int) -> str:
    return (
        f'<rect class="{kind}" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'rx="{radius}"/>'
    )


def _text(kind: str, x: float, y: float, text: str) -> str:
    """One line. Its length is that of what is drawn in any font: it may not reach out of its box."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(printable(text))}</text>'


def _title(text: str) -> str:
    return f"<title>{escape(printable(text))}</title>"
