"""The graph as a picture: everything is on it, nothing overlaps, and nothing of the input is markup."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hostile import NAMES, manifests
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import SHOP

from mblint import Config
from mblint.facts.callers.call_graph import call_graph
from mblint.facts.callers.graph import CallGraph
from mblint.manifests.read import read_text
from mblint.pipeline import view
from mblint.reports.graph.boxes import IN, OUT, Box, together
from mblint.reports.graph.layout import LETTER, lay_out, shown
from mblint.reports.graph.picture import picture
from mblint.reports.graph.svg import render

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "style", "rect", "text", "g", "path", "title"}


def graph(text: str) -> CallGraph:
    return call_graph(view(read_text(text), Config()).world)


def overlap(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (beside or one.y + one.height <= other.y or other.y + other.height <= one.y)


def inside(one: Box, other: Box) -> bool:
    across = other.x <= one.x and one.x + one.width <= other.x + other.width
    return across and other.y <= one.y and one.y + one.height <= other.y + other.height


@pytest.mark.parametrize("text", [SHOP, manifests()])
def test_nothing_overlaps_and_lines_end_where_they_should(text: str) -> None:
    drawn = picture(graph(text))
    layout = lay_out(drawn)
    assert not [pair for pair in combinations(layout.groups, 2) if overlap(*pair)]
    assert not [pair for pair in combinations(layout.nodes.values(), 2) if overlap(*pair)]
    for cluster, group in zip(drawn.clusters, layout.groups, strict=True):
        assert inside(group, Box(-0.5, -0.5, layout.size[0] + 1, layout.size[1] + 1))
        for node in cluster.nodes:
            box = layout.nodes[node.id]
            assert inside(box, group)
            assert len(shown(node.name)) * LETTER < box.width
    for line, points in zip(drawn.lines, layout.lines, strict=True):
        source, target = layout.nodes[line.source], layout.nodes[line.target]
        assert points[0] == (source.x + source.width, source.y + source.height / 2)
        assert points[-1][0] == target.x
        assert target.y < points[-1][1] < target.y + target.height


KEYS = st.sampled_from("abcdefgh")


@settings(deadline=None)
@given(
    st.dictionaries(KEYS, st.tuples(st.floats(20, 300), st.floats(20, 120)), min_size=1),
    st.lists(st.tuples(st.sampled_from([*"abcdefgh", IN]), st.sampled_from([*"abcdefgh", OUT])), max_size=14),
)
def test_boxes_never_overlap_whatever_points_where(
    sizes: dict[str, tuple[float, float]], pairs: list[tuple[str, str]]
) -> None:
    placed = together(sizes, pairs, (50.0, 12.0))
    assert set(placed.boxes) == set(sizes)
    assert not [pair for pair in combinations(placed.boxes.values(), 2) if overlap(*pair)]
    whole = Box(-0.5, -0.5, placed.size[0] + 1, placed.size[1] + 1)
    assert all(inside(box, whole) for box in placed.boxes.values())


def test_lanes_pass_between_the_boxes_of_their_layer() -> None:
    sizes = dict.fromkeys("abcd", (100.0, 40.0))
    placed = together(sizes, [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d"), ("a", OUT)], (50.0, 12.0))
    assert placed.lanes["a", "c"]
    assert len(placed.lanes["a", OUT]) == 3
    for (x, y), (end, level) in (lane for lanes in placed.lanes.values() for lane in lanes):
        assert y == level
        assert not [box for box in placed.boxes.values() if overlap(box, Box(min(x, end), y, abs(end - x), 0.1))]


def test_every_node_every_port_and_every_outcome_is_on_it() -> None:
    root = ElementTree.fromstring(render(graph(SHOP)))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for expected in ("web", "api", "db", "auth", "mail.example.com", "auth · id", "outside the cluster", "8080", "443"):
        assert expected in texts
    assert "4 workloads, 4 dependencies" in texts
    assert {"2 allowed", "1 outside"} <= set(texts)
    assert "1 denied" in texts
    titles = {element.text for element in root.iter(f"{SVG}title")}
    assert "auth.id:80 egress-denied (AUTH_URL)" in titles


def test_hostile_names_are_text() -> None:
    text = render(graph(manifests()))
    root = ElementTree.fromstring(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == ALLOWED
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}
    titles = {element.text for element in root.iter(f"{SVG}title")}
    assert any(NAMES[0] in (title or "") for title in titles)


def test_it_looks_the_same_in_the_dark() -> None:
    text = render(graph(SHOP))
    assert "@media (prefers-color-scheme:dark)" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_an_empty_view_is_an_empty_picture() -> None:
    root = ElementTree.fromstring(render(CallGraph((), ())))
    assert [element.text for element in root.iter(f"{SVG}text")] == ["0 workloads, 0 dependencies"]


def test_a_call_of_oneself_is_a_line_that_can_be_seen() -> None:
    listens = "web:1\n          ports: [{containerPort: 8080}]"
    itself = graph(SHOP.replace("http://api/v1", "http://127.0.0.1:8080").replace("web:1", listens))
    root = ElementTree.fromstring(render(itself))
    (line,) = (
        group for group in root.iter(f"{SVG}g") if (group.findtext(f"{SVG}title") or "").startswith("127.0.0.1:8080")
    )
    path = line.find(f"{SVG}path")
    assert path is not None
    assert "C" in path.attrib["d"]
