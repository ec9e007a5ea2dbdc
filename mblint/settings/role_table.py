"""`rules/tables/roles.yaml`: from a setting's name to the row that says what software does with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from mblint.settings.rows import Role
from mblint.settings.tables import Row, as_text, as_texts, load_table, load_words

_WORDS = re.compile(r"\[\d+\]|[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+[0-9]*")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One row of the table, and its number: a lower one decides. See the head of the table."""

    number: int
    role: Role
    inside: Role  # for a URL or host:port inside the cluster
    whole: frozenset[Phrase]
    starts: tuple[Phrase, ...]
    ends: tuple[Phrase, ...]
    holds: tuple[Phrase, ...]
    beside: frozenset[str]
    without: frozenset[str]
    image: tuple[str, ...]
    file: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """The rows by the word that they must find: so that a name is held against few of them."""

    by_word: Mapping[str, tuple[RoleRow, ...]]


def words_of(name: str) -> Phrase:
    """The words of a setting's name, in lower case: `REDIS_URL`, `redisUrl` and `--redis-url` are `redis url`."""
    return tuple(word.lower() for word in _WORDS.findall(name) if word[0] != "[")


@cache
def backend_schemes() -> frozenset[str]:
    """URL schemes of backends: what has one is connected to."""
    return load_words("roles", "schemes")


@cache
def hostless_schemes() -> frozenset[str]:
    """URL schemes that name no host to connect to."""
    return load_words("roles", "hostless")


@lru_cache(maxsize=16384)
def is_address_name(name: str) -> bool:
    """True where a setting's name ends in a word for an address."""
    words = words_of(name)
    return bool(words) and words[-1] in load_words("roles", "addresses")


@lru_cache(maxsize=16384)
def role_row(name: str, image: str, file: str) -> RoleRow | None:
    """The first row of the table that matches a setting's name; None where no row does. Images and files as written."""
    words = words_of(name)
    present = frozenset(words)
    candidates = {row.number: row for word in present for row in _index().by_word.get(word, ())}
    for number in sorted(candidates):
        if _matches(candidates[number], words, present, image, file):
            return candidates[number]
    return None


def _matches(row: RoleRow, words: Phrase, present: frozenset[str], image: str, file: str) -> bool:
    if (row.beside and not row.beside & present) or row.without & present:
        return False
    if row.image and not any(part in image for part in row.image):
        return False
    if row.file and not any(part in file for part in row.file):
        return False
    return (
        words in row.whole
        or any(words[: len(phrase)] == phrase for phrase in row.starts)
        or any(words[-len(phrase) :] == phrase for phrase in row.ends)
        or any(_holds(words, phrase) for phrase in row.holds)
    )


def _holds(words: Phrase, phrase: Phrase) -> bool:
    length = len(phrase)
    return any(words[at : at + length] == phrase for at in range(len(words) - length + 1))


@cache
def _index() -> _Index:
    by_word: dict[str, list[RoleRow]] = {}
    for number, row in enumerate(load_table("roles", "rows")):
        read = _row(number, row)
        for word in {phrase[-1] for phrase in (*read.whole, *read.starts, *read.ends, *read.holds)}:
            by_word.setdefault(word, []).append(read)
    return _Index({word: tuple(rows) for word, rows in by_word.items()})


def _row(number: int, row: Row) -> RoleRow:
    role = Role(as_text(row, "role"))
    inside = as_text(row, "internal")
    return RoleRow(
        number=number,
        role=role,
        inside=role if inside is None else Role(inside),
        whole=frozenset(_phrases(row, "is")),
        starts=_phrases(row, "starts"),
        ends=_phrases(row, "ends"),
        holds=_phrases(row, "holds"),
        beside=frozenset(as_texts(row, "with")),
        without=frozenset(as_texts(row, "without")),
        image=as_texts(row, "image"),
        file=as_texts(row, "file"),
    )


def _phrases(row: Row, field: str) -> tuple[Phrase, ...]:
    return tuple(words_of(phrase) for phrase in as_texts(row, field))
