"""The graph as one page to explore: everything is in it, nothing is fetched, and nothing of the input is markup.

The data stand in a block of JSON, in which no character can end the block; the page's script makes text nodes of them
(`assets/page.js`); and its policy lets no script run but the two that it comes with.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from string import Template

from mblint.facts.callers.graph import CallGraph
from mblint.facts.world import World
from mblint.reports.graph.page_data import page_data
from mblint.reports.values import Json

_ASSETS = Path(__file__).parent.parent / "assets"


def render(world: World, graph: CallGraph) -> str:
    """The page."""
    library, script = _asset("cytoscape.min.js"), _asset("page.js")
    return Template(_asset("page.html")).substitute(
        css=_asset("page.css"),
        data=_block(page_data(world, graph)),
        library=library,
        script=script,
        hashes=" ".join(_hash(each) for each in (library, script)),
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _block(data: Json) -> str:
    """JSON without `<`, `>` and `&`: these could end the block that it stands in, or begin a comment."""
    import json  # noqa: PLC0415

    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
