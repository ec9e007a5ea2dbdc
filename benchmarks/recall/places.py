"""What the ways to break a render share: where one can be done, and how names are misspelt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from renders import Change, Step, Tree

Places = Callable[[Sequence[Tree]], Iterator[Change]]


def one(what: str, way: tuple[Step, ...], value: Any) -> Change:
    return Change(what, ((way, value),))


def name_of(tree: Tree) -> str:
    return f"{tree['kind']}/{tree['metadata'].get('name')}"


def typo(name: str) -> str:
    """The name with a slip of the hand: two letters the other way round, or one too many."""
    for at in range(len(name) // 2, len(name) - 1):
        if name[at] != name[at + 1] and name[at : at + 2].isalpha():
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return f"{name}x"
