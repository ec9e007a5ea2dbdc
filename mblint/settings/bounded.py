"""Text in which values were put in for names, and how long it may get.

A variable of ten others, each of ten others, is a gigabyte after nine lines. No setting that a program can read is that
long: what grows beyond the bounds has no known value.
"""

from __future__ import annotations

from msgspec import Struct

LONGEST = 64 * 1024  # characters put in for the names of one text
MOST = 1024 * 1024  # and of all texts of one container, script or file


class Room(Struct):
    """How much may still be put in, in one container, script or file."""

    left: int = MOST


class BoundedText:
    """A text in the making: what is written there, and what is put in for names."""

    def __init__(self, room: Room) -> None:
        self.parts: list[str] = []
        self._room = room
        self._left = LONGEST

    def write(self, text: str) -> None:
        """What stands in the input, which is as long as it is."""
        self.parts.append(text)

    def insert(self, value: str) -> bool:
        """What a name stands for. False where there is no room for it: then the text is not known."""
        if len(value) > min(self._left, self._room.left):
            return False
        self._left -= len(value)
        self._room.left -= len(value)
        self.parts.append(value)
        return True

    def __str__(self) -> str:
        return "".join(self.parts)
