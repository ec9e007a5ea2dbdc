"""What a configuration file consists of, whatever its format."""

from __future__ import annotations

from msgspec import Struct


class UnreadableText(Exception):
    """A text is not of the format that its reader expects. Carries nothing of the text: it may be secret."""


class Leaf(Struct, frozen=True):
    """One value of a configuration file.

    `key`: the path to it, as messages show it (`database.host`, `servers[0].url`).
    `offset`: of the value's first character in the file's text; None where it does not stand there as it is.
    """

    key: str
    value: str
    offset: int | None
