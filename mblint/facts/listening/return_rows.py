"""Rows about where browsers come back to from a sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class SignInReturn(Fact, frozen=True, kw_only=True):
    """What the sign-in of a route, at another host, is told of where browsers come back to.

    Verdicts: kept; lost (a path alone, without the host that was asked for).
    """

    about: ClassVar[str] = "sign-in-return"
    reported: ClassVar[tuple[str, ...]] = ("url", "verdict")
    listed: ClassVar[tuple[str, ...]] = ("url",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("kept", "lost")}

    url: str
    told: str  # "$escaped_request_uri"
    host: str  # that of the route
    sign_in: str  # the host of the sign-in
    verdict: str
