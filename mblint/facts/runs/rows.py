"""Rows about what containers run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class Ending(Fact, frozen=True, kw_only=True):
    """A container that ends and should not, or does not and should.

    Verdicts: init-lasts (an init container never ends), job-lasts (a container of a Job beside the one that does its
    work), ends (a container of pods that are to run always).
    """

    about: ClassVar[str] = "ending"
    reported: ClassVar[tuple[str, ...]] = ("because", "work")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("init-lasts", "job-lasts", "ends")}

    because: str  # a clause: "`tail -f /dev/null` waits for ever"
    work: str | None = None  # the container that does the work of a Job
    hook: bool = False  # somebody waits for the Job
    verdict: str
