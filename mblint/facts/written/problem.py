"""What is wrong with a text of some format."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """What is wrong with a text, in a sentence without its words, and where (a character of it)."""

    sentence: str
    index: int
