"""Rows about what two objects claim at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class Claim(Fact, frozen=True, kw_only=True):
    """Two objects that claim one thing. `object`: the later of them.

    Verdicts: contested (one of them does not get it, or is refused); doubled (both want the same of it, so that only
    what changes one of them is a mistake); refused (nobody gets what both are about while both are there).
    """

    about: ClassVar[str] = "claim"
    reported: ClassVar[tuple[str, ...]] = ("claimed", "other", "claims")
    listed: ClassVar[tuple[str, ...]] = ("other",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("contested", "doubled", "refused"),
        "claims": ("scale", "serve", "own", "protect", "write"),
    }

    claims: str
    claimed: str  # "Deployment shop"
    who: str  # a clause: "Ingress shop and Ingress shop-old both take the requests for shop.example.org/"
    other: str  # "Ingress shop-old"
    consequence: str  # a clause
    remedy: str
    verdict: str
    reason: str | None = None
