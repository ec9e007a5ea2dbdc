"""`rules/tables/logins.yaml`: from the name of the setting that names a server to those of its user and password, and
of the database, virtual host or bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from mblint.cluster.remembered import remembered
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.tables import Row, as_texts, load_table, program_rows
from mblint.software.identity import Login
from mblint.software.programs import Programs

_SENTINEL = frozenset(("sentinel", "sentinels", "redis", "valkey"))


class LoginNames(Struct, frozen=True):
    """The names, as words, of settings that may hold the user and the password.

    `databases`, `vhosts`, `buckets`, `datacenters`: of those that may name what is asked for inside the server.
    `default`: the database that the program asks for where none of them is set; `default_user`: the user that it is
    then; `default_vhost`: the virtual host that it asks for; `database_of_user`: the database is then the one of the
    user's name. `also`: of those that name a second database.
    """

    users: tuple[Phrase, ...]
    passwords: tuple[Phrase, ...]
    databases: tuple[Phrase, ...] = ()
    vhosts: tuple[Phrase, ...] = ()
    buckets: tuple[Phrase, ...] = ()
    datacenters: tuple[Phrase, ...] = ()
    default: str = ""
    default_user: str = ""
    default_vhost: str = ""
    database_of_user: bool = False
    also: tuple[Phrase, ...] = ()


def login_names(host: str, programs: Programs) -> Iterator[LoginNames]:
    """What may hold user and password beside a setting of this name, the likeliest first."""
    words = words_of(host)
    if (own := _own(programs).get(words)) is not None:
        yield own
    for length in range(min(2, len(words)), 0, -1):
        if words[-length:] in _ends("hosts"):
            yield _inside(words[:-length])
    yield _inside(words)
    yield from _of_servers().get(words, ())
    yield from _by_another_word(words)


def names_a_master(words: Phrase) -> bool:
    """Whether a setting's name, as words, ends as that of a master of Redis Sentinel does."""
    return any(words[-len(end) :] == end for end in _ends("masters")) and not _SENTINEL.isdisjoint(words)


def names_a_bucket(words: Phrase) -> bool:
    """Whether a setting's name, as words, ends as that of a bucket does."""
    return any(words[-length:] in _ends("buckets") for length in (1, 2))


def keys_of_objects() -> Iterator[tuple[Phrase, tuple[Phrase, ...]]]:
    """How the names of an S3 client's two keys end: the one that names its user, and those that may hold the secret."""
    for row in load_table("logins", "keys of objects"):
        yield _phrase(str(row["user"])), _phrases(row, "password")


def _by_another_word(words: Phrase) -> Iterator[LoginNames]:
    """The names beside a host whose stem is one word, where they begin with a word that means the same."""
    stem, end = words[:1], words[1:]
    if end in _ends("hosts"):
        for group in load_table("logins", "same"):
            others = as_texts(group, "words")
            if stem[0] in others:
                yield from (_inside((other,)) for other in others if other != stem[0])


def _beside(stem: Phrase) -> LoginNames:
    return LoginNames(_ended(stem, "users"), _ended(stem, "passwords"))


def _inside(stem: Phrase) -> LoginNames:
    """With the names inside the server, which go with a name that was stripped of its `host` only."""
    beside = _beside(stem)
    return LoginNames(
        beside.users,
        beside.passwords,
        tuple(name for name in _ended(stem, "databases") if name != ("name",)),
        _ended(stem, "vhosts"),
        _ended(stem, "buckets"),
        _ended(stem, "datacenters"),
    )


def _ended(stem: Phrase, section: str) -> tuple[Phrase, ...]:
    """The stem with each end, then written together with it: beside DBHOST stands DBNAME, beside PGHOST PGDATABASE."""
    ends = tuple(_ends(section))
    apart = tuple((*stem, *end) for end in ends)
    return apart + tuple((*stem[:-1], stem[-1] + end[0]) for end in ends if stem and len(end) == 1)


@cache
def _ends(section: str) -> Mapping[Phrase, None]:
    """The phrases of a section, in its order."""
    return dict.fromkeys(_phrase(str(text)) for text in load_table("logins", section))


@cache
def _of_servers() -> Mapping[Phrase, tuple[LoginNames, ...]]:
    """By the words of an address the names that servers' own images read."""
    found: dict[Phrase, tuple[LoginNames, ...]] = {}
    for row in load_table("logins", "else"):
        inside = _phrases(row, "name")
        names = LoginNames(_phrases(row, "user"), _phrases(row, "password"), inside, inside)
        for host in as_texts(row, "host"):
            words = _phrase(host)
            found[words] = (*found.get(words, ()), names)
    return found


@remembered
def _own(programs: Programs) -> Mapping[Phrase, LoginNames]:
    found: dict[Phrase, LoginNames] = {}
    for row in (*load_table("logins", "logins"), *program_rows(programs, Login, name="software")):
        users, passwords, inside = (_phrases(row, key) for key in ("user", "password", "name"))
        default, user, vhost = (str(row.get(key) or "") for key in ("default", "default-user", "default-vhost"))
        of_user = row.get("default-of-user") is True
        also = _phrases(row, "also")
        names = LoginNames(users, passwords, inside, inside, inside, inside, default, user, vhost, of_user, also)
        for host in as_texts(row, "host") if not row.get("sends-empty") else ():
            found.update({_phrase(host): names, words_of(host): names})  # `pghost` is read as `pg host`
    return found


def _phrases(row: Row, field: str) -> tuple[Phrase, ...]:
    return tuple(map(_phrase, as_texts(row, field)))


def _phrase(text: str) -> Phrase:
    return tuple(text.split())
