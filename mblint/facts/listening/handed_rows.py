"""What web servers of the view hand on to the programs behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class HandedHeader(Fact, frozen=True, kw_only=True):
    """A header that known software cannot do without, and a web server of the view that hands requests on to it.

    Verdicts: handed-on, lost. `object`: the program's workload; `place`: where requests are passed on.
    """

    about: ClassVar[str] = "handed-header"
    reported: ClassVar[tuple[str, ...]] = ("software", "header", "by", "verdict")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("handed-on", "lost")}

    software: str
    header: str  # "Upgrade", "Host"
    by: str  # "Deployment web"
    file: str
    otherwise: str  # what happens without, as a clause
    advice: str  # what its location should say
    verdict: str
