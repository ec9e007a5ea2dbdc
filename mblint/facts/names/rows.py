"""Rows about names: what is asked for, and what is offered. A kind of name is a subclass with its `about`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class NameRow(Fact, frozen=True, kw_only=True):
    """A name that one object asks for, held against the names that another offers.

    Verdicts: offered; missing (the list is closed, and lacks it); unknown (something may add to the list).
    `object`: who asks, or who offers where only that is linted. `place`: the name as it is asked for.
    """

    reported: ClassVar[tuple[str, ...]] = ("what", "name", "client", "server", "offered")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("offered", "missing", "unknown")}

    what: str  # "database"
    name: str  # ‹secret› where it is a Secret's
    settings: str  # what says it: "DB_NAME"
    client: str  # who asks: "Deployment docs"
    server: str  # who offers: "StatefulSet database"
    offered: tuple[str, ...] = ()
    offered_by: str | None = None  # what says those: "POSTGRES_DB"
    verdict: str
    reason: str | None = None  # for `unknown`: a clause that says why
    nearest: str | None = None  # the one offered name that differs by a slip of the hand
    guessed: bool = False  # the list is closed only as far as defaults say
