"""`rules/tables/roles.yaml`: from a setting's name to the row that says what software does with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct

from mblint.regex import regex
from mblint.settings.names import Role
from mblint.settings.tables import Row, as_text, as_texts, load_table, load_words

_WORDS = regex(r"[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+[0-9]*")
_JOINED = regex(r"(.{2,})(hostname|host|port)")

_GIVEN_ON = regex(r"(?:^|[.\]])(?:env|envs|environment|extra_?[eE]nv|env_?[vV]ars)(?:\[[^\]]*\])?\.[A-Z][A-Z0-9_]*$")

Phrase = tuple[str, ...]


class RoleRow(Struct, frozen=True):
    """One row of the table, and its number: a lower one decides. See the head of the table."""

    number: int
    role: Role
    inside: Role  # for a URL or host:port inside the cluster
    beside: frozenset[str]
    without: frozenset[str]
    image: tuple[str, ...]
    file: tuple[str, ...]
    flag: bool  # only as an option of a command line


_Rows = Mapping[Phrase, tuple[RoleRow, ...]]


class _Index(Struct, frozen=True):
    """The rows by the words that they look for, and where: a name is held against few of them."""

    whole: _Rows
    starts: _Rows
    ends: _Rows
    holds: _Rows
    first: frozenset[str]  # the words that phrases of `starts` begin with
    last: frozenset[str]  # the words that phrases of `ends` end in
    first_held: frozenset[str]  # the words that phrases of `holds` begin with
    longest: int  # words of the longest phrase


@lru_cache(maxsize=16384)
def words_of(name: str) -> Phrase:
    """The words of a setting's name, in lower case: `REDIS_URL`, `redisUrl` and `--redis-url` are `redis url`.

    A host or port that is written together with what it belongs to is a word of its own: `PGHOST` is `pg host`.
    """
    words = [word.lower() for word in _WORDS.findall(name.removeprefix("-D"))]
    if words and (joined := _JOINED.fullmatch(words[-1])) and words[-1] not in load_words("roles", "one-word"):
        words[-1:] = joined.groups()
    return tuple(words)


@cache
def backend_schemes() -> frozenset[str]:
    """URL schemes of backends: what has one is connected to."""
    return load_words("roles", "schemes")


@cache
def registered_schemes() -> frozenset[str]:
    """Schemes whose URLs name what a registry resolves."""
    return load_words("roles", "registered")


@cache
def hostless_schemes() -> frozenset[str]:
    """URL schemes that name no host to connect to."""
    return load_words("roles", "hostless")


@lru_cache(maxsize=16384)
def is_of_another_process(name: str, file: str) -> bool:
    """True for a variable that a file has its reader give to what that starts: `lab.env.S3_HOST`,
    `singleuser.extraEnv.S3_HOST`. Pods of their own, most of them."""
    return bool(file) and _GIVEN_ON.search(name) is not None


@lru_cache(maxsize=16384)
def is_address_name(name: str) -> bool:
    """True where a setting's name ends in a word for an address."""
    words = words_of(name)
    addresses = load_words("roles", "addresses")
    return bool(words) and (words[-1] in addresses or " ".join(words[-2:]) in addresses)


@lru_cache(maxsize=16384)
def role_row(name: str, image: str, file: str) -> RoleRow | None:
    """The first row of the table that matches a setting's name; None where no row does. Images and files as written."""
    words = words_of(name)
    present = frozenset(words)
    first: RoleRow | None = None
    for rows in _candidates(words, _index()):
        for row in rows:
            if (first is None or row.number < first.number) and _applies(row, name, present, image, file):
                first = row
    return first


def _candidates(words: Phrase, index: _Index) -> Iterator[tuple[RoleRow, ...]]:
    """The rows whose phrases a name has where they must stand."""
    if not words:
        return
    if words in index.whole:
        yield index.whole[words]
    lengths = range(1, min(index.longest, len(words)) + 1)
    if words[0] in index.first:
        yield from (index.starts[head] for length in lengths if (head := words[:length]) in index.starts)
    if words[-1] in index.last:
        yield from (index.ends[tail] for length in lengths if (tail := words[-length:]) in index.ends)
    if not index.first_held.isdisjoint(words):
        yield from _held(words, index)


def _held(words: Phrase, index: _Index) -> Iterator[tuple[RoleRow, ...]]:
    for start, word in enumerate(words):
        if word in index.first_held:
            for end in range(start + 1, min(start + index.longest, len(words)) + 1):
                if (part := words[start:end]) in index.holds:
                    yield index.holds[part]


def _applies(row: RoleRow, name: str, present: frozenset[str], image: str, file: str) -> bool:
    """What a row asks for besides its phrases."""
    if row.flag and not name.startswith("-"):
        return False
    if (row.beside and not row.beside & present) or row.without & present:
        return False
    if row.image and not any(part in image for part in row.image):
        return False
    return not row.file or any(part in file for part in row.file)


@cache
def _index() -> _Index:
    found: dict[str, dict[Phrase, list[RoleRow]]] = {"is": {}, "starts": {}, "ends": {}, "holds": {}}
    for number, cells in enumerate(load_table("roles", "rows")):
        row = _row(number, cells)
        for place, rows in found.items():
            for phrase in as_texts(cells, place):
                rows.setdefault(words_of(phrase), []).append(row)
    whole, starts, ends, holds = (
        {phrase: tuple(rows) for phrase, rows in by_phrase.items()} for by_phrase in found.values()
    )
    longest = max(len(phrase) for by_phrase in found.values() for phrase in by_phrase)
    return _Index(
        whole=whole,
        starts=starts,
        ends=ends,
        holds=holds,
        first=frozenset(phrase[0] for phrase in starts),
        last=frozenset(phrase[-1] for phrase in ends),
        first_held=frozenset(phrase[0] for phrase in holds),
        longest=longest,
    )


def _row(number: int, row: Row) -> RoleRow:
    role = Role(as_text(row, "role"))
    inside = as_text(row, "internal")
    return RoleRow(
        number=number,
        role=role,
        inside=role if inside is None else Role(inside),
        beside=frozenset(as_texts(row, "with")),
        without=frozenset(as_texts(row, "without")),
        image=as_texts(row, "image"),
        file=as_texts(row, "file"),
        flag=row.get("flag") is True,
    )
