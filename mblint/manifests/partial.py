"""Reads as much of a value as is right: what is wrong in it is taken as absent, and told.

A reader stops at the first thing that is not what it needs. Here it is run again without that thing, and again, until
it gets through; `Node.unread` tells a reader that something stood where it now finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct

from mblint.manifests.documents import KeyPath
from mblint.manifests.nodes import Node, WrongType

Read = TypeVar("Read")

_MOST_HIDDEN = 100  # in one object; one with more flaws is not worth the reading


class Partial(Struct, frozen=True):
    """What came of a reading: nothing where not even the rest could be read. `hidden`: paths of what was left out."""

    hidden: tuple[KeyPath, ...] = ()
    flaws: tuple[WrongType, ...] = ()


class _PartialNode(Node, frozen=True):
    """A value of which some parts are hidden."""

    hidden: frozenset[KeyPath]

    @property
    def unread(self) -> bool:
        return any(is_within(self.path, path) or is_within(path, self.path) for path in self.hidden)

    def get(self, key: str) -> Node:
        return self._partial(super().get(key))

    def items(self) -> Iterator[Node]:
        return (self._partial(node) for node in super().items() if node.path not in self.hidden)

    def entries(self) -> Iterator[tuple[str, Node]]:
        return ((key, self._partial(node)) for key, node in super().entries() if node.path not in self.hidden)

    def _partial(self, node: Node) -> Node:
        value = None if node.path in self.hidden else node.value
        return _PartialNode(node.document, node.path, value, self.hidden)


def read_parts(node: Node, read: Callable[[Node], Read]) -> tuple[Read | None, Partial]:
    """What a reader makes of a value without the parts of it that are wrong, and these."""
    hidden: list[KeyPath] = []
    flaws: list[WrongType] = []
    while True:
        partial = _PartialNode(node.document, node.path, node.value, frozenset(hidden)) if hidden else node
        try:
            return read(partial), Partial(tuple(hidden), tuple(flaws))
        except WrongType as wrong:
            if not any(is_within(path, wrong.place.path) for path in hidden):  # else it follows from what is hidden
                flaws.append(wrong)
            found = _at_fault(node, wrong.place.path, hidden)
        if found is None or len(hidden) == _MOST_HIDDEN:
            return None, Partial((*hidden, node.path), tuple(flaws))
        hidden.append(found)


def _at_fault(node: Node, path: KeyPath, hidden: list[KeyPath]) -> KeyPath | None:
    """The innermost thing that stands at a path, or around it, and is not hidden yet; None: that would be all."""
    while len(path) > len(node.path):
        if path not in hidden and node.place.at(*path[len(node.path) :]).value is not None:
            return path
        path = path[:-1]
    return None


def is_within(path: KeyPath, outer: KeyPath) -> bool:
    """True for a path that leads into another one, or is it."""
    return path[: len(outer)] == outer
