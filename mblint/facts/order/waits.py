"""`rules/tables/waits.yaml`: containers that wait for what a Job does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.settings.tables import Cell, as_text, as_texts, load_table

_BETWEEN_WORDS = re.compile(r"[\s'\"&;|()]+")

Words = tuple[str, ...]


class _Wait(Struct, frozen=True):
    """One row of the table. See its head for the meaning of each field."""

    waits: Words
    image: str | None
    does: tuple[Words, ...]
    job: Words


def waits_for(container: Container, job: Workload) -> bool:
    """Whether what a container runs goes on only when the Job has done its work."""
    words = words_of(container)
    return any(_waits(container, words, row) and _done_by(job, words, row) for row in _table())


def words_of(container: Container) -> Words:
    """The words of its command and arguments, those of scripts included."""
    texts = [each.text for each in (*(container.command or ()), *(container.args or ()))]
    return tuple(word for text in texts for word in _BETWEEN_WORDS.split(text) if word)


def _waits(container: Container, words: Words, row: _Wait) -> bool:
    if row.image is not None and row.image not in (container.image or ""):
        return False
    return row.image is not None or any(True for _ in _standing(row.waits, words))


def _done_by(job: Workload, words: Words, row: _Wait) -> bool:
    if row.job:
        return any(_names(word, following, row.job, job.id.name) for word, following in _pairs(words))
    done = [words_of(container) for container in job.pod.containers]
    return any(_ends(wanted, one) for wanted in row.does for one in done)


def _names(word: str, following: str, kinds: Words, name: str) -> bool:
    kind, slash, named = word.partition("/")
    return kind in kinds and name == (named if slash else following)


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
