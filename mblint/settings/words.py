"""A word of a command line, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.manifests.documents import Place


class Word(Struct, frozen=True):
    """A word after quotes were removed. `text` is None where it depends on what only the running shell knows.

    `before`: then, what is known of it: the text before the first part that is not.
    `exact`: the manifest has the word at `place` character by character, so that a part of it has a place too.
    """

    text: Text | None
    place: Place
    exact: bool
    before: str = ""

    @property
    def plain(self) -> str:
        """The text for comparing and splitting, secret or not; empty where it is not known."""
        text = self.text
        if type(text) is str:  # nearly always, and asked tens of thousands of times
            return text
        return "" if text is None else reveal(text)

    def part(self, start: int, length: int | None = None) -> Word:
        """The word from a character on, or that many characters of it."""
        text = self.plain[start : None if length is None else start + length]
        place = self.place.inside((self.place.offset or 0) + start) if self.exact else self.place
        return Word(SecretText(text) if isinstance(self.text, SecretText) else text, place, self.exact)


Command = tuple[Word, ...]


def option_values(words: Sequence[Word], option: str) -> Iterator[Word]:
    """The values of an option: `--bucket docs`, `--bucket=docs`."""
    for before, word in zip((None, *words), words, strict=False):
        if before is not None and before.plain == option:
            yield word
        elif word.plain.startswith(f"{option}="):
            yield word.part(len(option) + 1)


def without_options(words: Sequence[Word], valued: Collection[str]) -> list[Word]:
    """The words that are neither an option nor the value of one of those that take it."""
    return [
        word
        for before, word in zip((None, *words), words, strict=False)
        if not word.plain.startswith("-") and (before is None or before.plain not in valued)
    ]
