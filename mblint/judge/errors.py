"""What is wrong with a rule file, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mblint.manifests.documents import Place


class RuleError(Exception):
    """A rule file that cannot be used. Line and column count from 1; they are None where it could not be read at all.

    `str()` gives `file:line:column: message`, or `file: message`.
    """

    def __init__(self, file: str, line: int | None, column: int | None, message: str) -> None:
        super().__init__(f"{file}: {message}" if line is None else f"{file}:{line}:{column}: {message}")
        self.file = file
        self.line = line
        self.column = column
        self.message = message


class WrongValue(Exception):
    """A value of a rule file is not what it has to be."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


class WrongKey(Exception):
    """A mapping of a rule file has a key that it cannot have. `place` is that of the value under it."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of an error message about an unknown word: the nearest known one, else all of them."""
    from difflib import get_close_matches  # noqa: PLC0415  only for a mistake

    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
