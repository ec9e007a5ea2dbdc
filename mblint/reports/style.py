"""Colours, where they are wanted."""

from __future__ import annotations

from click import style
from msgspec import Struct

from mblint.judge.rule import Level

_LEVELS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}


class Style(Struct, frozen=True):
    """How a text report looks. `width`: columns to wrap at; None: one line for each sentence, as for files."""

    colour: bool = False
    width: int | None = None

    def level(self, level: Level) -> str:
        """The word for a level."""
        return self.of_level(level, str(level))

    def of_level(self, level: Level, text: str) -> str:
        """A text in the colour of a level."""
        return self._styled(text, fg=_LEVELS[level], bold=True)

    def strong(self, text: str) -> str:
        """What the eye is to find first."""
        return self._styled(text, bold=True)

    def faint(self, text: str) -> str:
        """What is read last."""
        return self._styled(text, dim=True)

    def good(self, text: str) -> str:
        """What helps."""
        return self._styled(text, fg="green")

    def _styled(self, text: str, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
        return style(text, fg=fg, bold=bold or None, dim=dim or None) if self.colour else text
