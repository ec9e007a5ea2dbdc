"""`rules/tables/waits.yaml`: containers that wait for what a Job does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.regex import regex
from mblint.settings.tables import Cell, as_text, as_texts, load_table

_BETWEEN_WORDS = regex(r"[\s'\"&;|()]+")

Words = tuple[str, ...]


class _Wait(Struct, frozen=True):
    """One row of the table. See its head for the meaning of each field."""

    waits: Words
    image: str | None
    does: tuple[Words, ...]
    job: Words


class Waits(Struct, frozen=True):
    """What a container waits for: Jobs of these names, and those that do what these rows of the table say."""

    names: frozenset[str]
    rows: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.names or self.rows)


def waits(container: Container) -> Waits:
    """What must be done before what a container runs goes on."""
    words = words_of(container)
    standing = [(number, row) for number, row in enumerate(_table()) if _waits(container, words, row)]
    named = {
        name for _, row in standing for word, following in _pairs(words) for name in _named(word, following, row.job)
    }
    return Waits(frozenset(named), frozenset(number for number, row in standing if not row.job))


def done_by(job: Workload) -> frozenset[int]:
    """The rows of the table of which a Job does what is waited for."""
    done = [words_of(container) for container in job.pod.containers]
    return frozenset(
        number for number, row in enumerate(_table()) if any(_ends(wanted, one) for wanted in row.does for one in done)
    )


def words_of(container: Container) -> Words:
    """The words of its command and arguments, those of scripts included."""
    texts = [each.text for each in container.words]
    return tuple(word for text in texts for word in _BETWEEN_WORDS.split(text) if word)


def _waits(container: Container, words: Words, row: _Wait) -> bool:
    if row.image is not None and row.image not in (container.image or ""):
        return False
    return row.image is not None or any(True for _ in _standing(row.waits, words))


def _named(word: str, following: str, kinds: Words) -> Iterator[str]:
    kind, slash, named = word.partition("/")
    if kind in kinds:
        yield named if slash else following


def _pairs(words: Words) -> Iterator[tuple[str, str]]:
    yield from zip(words, (*words[1:], ""), strict=True)


def _ends(wanted: Words, words: Words) -> bool:
    """Whether the words stand there, and no option after them makes another command of it (`migrate --check`)."""
    return any(words[end : end + 1] != ("--check",) for end in _standing(wanted, words))


def _standing(wanted: Words, words: Words) -> Iterator[int]:
    """The positions after the wanted words, where they stand one after the other; paths count by their last part."""
    last_parts = tuple(word.rpartition("/")[2] or word for word in words)
    for start in range(len(words) - len(wanted) + 1):
        if wanted and last_parts[start : start + len(wanted)] == wanted:
            yield start + len(wanted)


@cache
def _table() -> Sequence[_Wait]:
    return [
        _Wait(
            as_texts(row, "waits"),
            as_text(row, "image"),
            tuple(map(_words, _cells(row.get("does")))),
            as_texts(row, "job"),
        )
        for row in load_table("waits", "waits")
    ]


def _cells(cell: Cell) -> Sequence[Cell]:
    return cell if isinstance(cell, list) else ()


def _words(cell: Cell) -> Words:
    return tuple(str(word) for word in _cells(cell))
