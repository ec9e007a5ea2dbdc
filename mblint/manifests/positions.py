"""Positions found so far in the documents of one input. They live as long as these, and take memory within a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

MOST = 400_000  # characters of the documents whose positions are kept; those that were asked for last

Found = TypeVar("Found")


class Positions:
    """What was found in documents that were asked for: many findings have places in the same ones, in turns."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._characters = 0

    def of(self, document: Hashable, text: str, find: Callable[[str], Found]) -> Found:
        """What `find`, always the same function, finds in a document's text; it is asked again if that was dropped."""
        known = self._found.get(document)
        if known is not None:
            self._found.move_to_end(document)
            return cast("Found", known[0])
        found = find(text)
        self._found[document] = found, len(text)
        self._characters += len(text)
        while self._characters > MOST and len(self._found) > 1:
            _, (_, dropped) = self._found.popitem(last=False)
            self._characters -= dropped
        return found
