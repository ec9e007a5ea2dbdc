"""The images of which nothing is known, the most used first: what to write a software file for next."""

from __future__ import annotations

from mblint.facts.software import Coverage
from mblint.reports.printable import inert
from mblint.reports.style import Style
from mblint.reports.text import counted
from mblint.reports.values import Json, serialised


def render_text(coverage: Coverage, style: Style) -> str:
    """One image a line with the number of containers that run it, and how many of all are known."""
    width = max((len(str(count)) for count in coverage.unknown.values()), default=0)
    lines = [f"{count:{width}}  {inert(image)}\n" for image, count in coverage.unknown.items()]
    known = coverage.containers - sum(coverage.unknown.values())
    end = f"{known} of {counted(coverage.containers, 'container')} run software that mblint knows"
    return "".join(lines) + f"{style.faint(end)}\n"


def render_json(coverage: Coverage) -> str:
    """The same for tools."""
    images: list[Json] = [{"image": image, "containers": count} for image, count in coverage.unknown.items()]
    return serialised({"version": 1, "containers": coverage.containers, "unknown": images})
