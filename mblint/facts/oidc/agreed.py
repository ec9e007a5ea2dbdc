"""What comes out where an endpoint is held against what it must agree with."""

from __future__ import annotations

from msgspec import Struct

from mblint.facts.rows import Related


class Agreement(Struct, frozen=True):
    """`expected`: what the endpoint should say, and who says so. `related`: where.

    `unfixed`: the provider that has no host name of its own, which is why they disagree. `form`: a sentence on what
    they differ in, where that need not matter to every program.
    """

    agrees: bool
    expected: str | None = None
    related: tuple[Related, ...] = ()
    unfixed: str | None = None
    form: str | None = None
