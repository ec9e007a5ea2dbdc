"""The graph in the languages of others: nothing of the input is read as theirs, and GitHub's limits are kept."""

import re

import pytest
from chains import chains
from hostile import NAMES, manifests
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import SHOP

from mblint import Config
from mblint.facts.callers.call_graph import call_graph
from mblint.facts.callers.graph import CallGraph
from mblint.manifests.read import read_text
from mblint.pipeline import view
from mblint.reports.graph import dot, mermaid

QUOTED_IN_DOT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
DOT = re.compile(
    r"""digraph\ mblint\ \{ | rankdir=LR;\ compound=true;\ fontname=Helvetica; | node\ \[.*\]; | edge\ \[fontname.*\];
    | subgraph\ cluster_\d+\ \{ | label=S;\ style=rounded;\ color=gray; | n\d+\ \[label=S,\ tooltip=S(,\ style=S)?\];
    | n\d+\ ->\ n\d+\ \[label=S,\ tooltip=S,\ color=S,\ fontcolor=S,\ penwidth=[\d.]+(,\ style=dashed)?\]; | \}""",
    re.VERBOSE,
)
MERMAID = re.compile(
    r"""flowchart\ LR | subgraph\ g\d+\[S\] | n\d+\[S\](:::elsewhere)? | end | n\d+\ (-->|==>|-\.->)(\|S\|)?\ n\d+
    | classDef\ [\w:.\ -]+ | linkStyle\ [\d,]+\ stroke:\#[0-9a-f]{6},stroke-width:[\d.]+px
    | note\[S\]:::note | %%\ [\w\ ,:]+""",
    re.VERBOSE,
)
LABEL = re.compile(r"(?:[A-Za-z0-9 .,_/:·✗-]|#\d+;|<br/>|<small>|</small>)*")


def graph(text: str) -> CallGraph:
    return call_graph(view(read_text(text), Config()).world)


def check_dot(text: str) -> None:
    for line in QUOTED_IN_DOT.sub("S", text).splitlines():
        assert DOT.fullmatch(line.strip()), line


def check_mermaid(text: str) -> None:
    for line in re.sub(r'"[^"\n]*"', "S", text).splitlines():
        assert MERMAID.fullmatch(line.strip()), line
    for label in re.findall(r'"([^"\n]*)"', text):
        assert LABEL.fullmatch(label), label


def test_hostile_names_stay_inside_their_quotes() -> None:
    hostile = graph(manifests())
    assert len(hostile.nodes) >= len(NAMES)
    check_dot(dot.render(hostile))
    check_mermaid(mermaid.render(hostile))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=12).filter(lambda name: name.strip()), min_size=1, max_size=3, unique=True)
)
def test_no_name_breaks_out(names: list[str]) -> None:
    found = graph(manifests(tuple(names)))
    check_dot(dot.render(found))
    check_mermaid(mermaid.render(found))


def test_dot_says_what_is_denied_and_by_which_settings() -> None:
    text = dot.render(graph(SHOP))
    (denied,) = (line for line in text.splitlines() if "egress-denied" in line)
    assert '[label="8080", tooltip="auth.id:80 egress-denied (AUTH_URL)", color="#cf222e"' in denied


def test_mermaid_groups_by_release_and_marks_what_is_denied() -> None:
    lines = [line.strip() for line in mermaid.render(graph(SHOP)).splitlines()]
    assert 'subgraph g0["auth · id"]' in lines
    assert 'subgraph g3["outside the cluster"]' in lines
    assert 'n0["auth<br/><small>Deployment</small>"]' in lines
    edges = [line for line in lines if re.match(r"n\d+ [-=]", line)]
    assert edges[-1] == 'n2 ==>|"✗ 8080"| n0'
    assert f"linkStyle {len(edges) - 1} stroke:#cf222e,stroke-width:2.8px" in lines


@pytest.mark.parametrize(("workloads", "calls"), [(120, 8), (1200, 0)])
def test_mermaid_stays_within_github_s_limits_by_drawing_releases(workloads: int, calls: int) -> None:
    text = mermaid.render(graph(chains(workloads, calls)))
    assert len(text) <= 50_000
    assert "drawn by release" in text
    assert f"release, {workloads // 10} nodes" in text
    assert len(re.findall(r"^  n\d+ [-=]", text, re.MULTILINE)) <= 500
    check_mermaid(text)


def test_mermaid_is_drawn_whole_where_it_may_be() -> None:
    text = mermaid.render(graph(chains(60, 8)))
    assert "drawn by" not in text
    assert "w59<br/>" in text


def test_mermaid_draws_no_frames_where_many_of_them_lead_to_each_other_in_circles() -> None:
    """Its layout fails: `tests/browser/test_mermaid.py`."""
    text = mermaid.render(graph(chains(60, 1)))
    assert "subgraph" not in text
    assert "drawn without frames" in text
    assert "w59<br/><small>Deployment · r9 · ns1</small>" in text
    check_mermaid(text)
    assert "subgraph" in mermaid.render(graph(chains(20, 1)))
