"""How verdicts look in pictures: six outcomes, told apart by colour and by the kind of line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """What several verdicts have in common. Colours hold their own on white and on black."""

    id: str
    words: str
    verdicts: tuple[str, ...]
    light: str
    dark: str
    dashes: str  # SVG's stroke-dasharray; empty: a solid line
    width: float


_DENIED = ("egress-denied", "ingress-denied", "external-denied")
_PLUGIN = ("service-port-only", "address-only")
_NOWHERE = ("no-service", "no-port", "no-pods", "self")

OUTCOMES = (
    Outcome("allowed", "allowed", ("allowed",), "#4a8f68", "#5fae83", "", 1.4),
    Outcome("denied", "denied", _DENIED, "#cf222e", "#ff6b64", "", 2.8),
    Outcome("plugin", "depending on the network plugin", _PLUGIN, "#b35900", "#f0a33c", "9 4", 2.2),
    Outcome("nowhere", "leading nowhere", _NOWHERE, "#8250df", "#b48cff", "5 4", 2.0),
    Outcome("outside", "outside", ("external",), "#3f7ea6", "#5aa7d6", "", 1.4),
    Outcome("unknown", "unknown", ("unknown",), "#7d8590", "#8b949e", "2 4", 1.4),
)


def outcome_of(verdict: str) -> Outcome:
    """The outcome that a verdict belongs to."""
    return _by_verdict()[verdict]


@cache
def _by_verdict() -> Mapping[str, Outcome]:
    return {verdict: outcome for outcome in OUTCOMES for verdict in outcome.verdicts}
