"""What each format does: a piece of text for the beginning, for every environment, and for the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from mblint.fleet.causes import Causes
from mblint.fleet.in_order import Linted
from mblint.fleet.result import Found

LEVELS = ("error", "warning", "note")


class One(Struct, frozen=True):
    """An environment that was linted, with its report read."""

    linted: Linted
    found: Found

    @property
    def levels(self) -> Mapping[str, int]:
        """How many findings there are of each level."""
        return {level: sum(one.level == level for one in self.found.findings) for level in LEVELS}


class Totals(Struct, frozen=True):
    """How many environments there are, and how many of them were known from an earlier run."""

    environments: int
    cached: int


class Report(Protocol):
    """One format."""

    def begin(self) -> str:
        """What stands before the first environment."""

    def environment(self, one: One) -> str:
        """What is said when an environment comes in; empty for formats that say it at the end."""

    def end(self, causes: Causes, totals: Totals) -> str:
        """What stands behind the last one."""
