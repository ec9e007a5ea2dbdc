"""What `mblint graph --format mermaid` prints is drawn by Mermaid itself, within the limits that GitHub sets.

MBLINT_MERMAID names mermaid.min.js, as npm's package has it in `dist/`; `make browser-test` installs it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from chains import chains
from program import ROOT
from shop import SHOP

from mblint import Config
from mblint.facts.callers.call_graph import call_graph
from mblint.manifests.read import read_text
from mblint.pipeline import view
from mblint.reports.graph import mermaid

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_DRAW = """async (text) => {
  mermaid.initialize({startOnLoad: false, securityLevel: 'strict', maxTextSize: 50000, maxEdges: 500});
  return (await mermaid.render('drawn', text)).svg;
}"""


def _incident() -> str:
    return "\n---\n".join(path.read_text() for path in sorted((ROOT / "examples/docs-500/before").glob("*.yaml")))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (SHOP, ""),
        (_incident(), ""),
        (chains(60, 8), "without frames"),
        (chains(120, 8), "drawn by release"),
        (chains(120, 1), "without frames"),
        (chains(1200, 0), "drawn by release"),
    ],
    ids=["shop", "incident", "dense chain", "more than 500 calls", "long chain", "1200 workloads"],
)
def test_mermaid_draws_it(browser: Browser, text: str, note: str) -> None:
    script = os.environ.get("MBLINT_MERMAID")
    if script is None:
        pytest.skip("MBLINT_MERMAID does not say where mermaid.min.js is")
    graph = mermaid.render(call_graph(view(read_text(text), Config()).world))
    assert note in graph
    page = browser.new_page()
    page.set_content("<html><body></body></html>")
    page.add_script_tag(path=script)
    drawn = page.evaluate(_DRAW, graph)
    assert drawn.count('class="node ') + drawn.count('class="node default') >= graph.count("<small>")
    page.close()
