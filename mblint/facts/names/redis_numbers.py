"""The numbers of the databases that clients ask Redis for: a server has sixteen, unless it is told otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.credentials.logins import Names
from mblint.facts.credentials.told import Told, told
from mblint.facts.names.shape import Asked, Name
from mblint.regex import regex
from mblint.settings.role_table import words_of

_URL = regex(r"(?:rediss?|valkeys?)://[^/?#\s,]+/(\d+)(?:\?\S*)?")
_PRODUCTS = frozenset(("redis", "valkey"))


def asked_numbers(found: Found, names: Names) -> Iterator[Asked]:
    """The number of the database: the path of a URL, else what stands beside the host."""
    setting = found.destination.setting
    text = reveal(setting.value).strip() if setting.value is not None else ""
    if (url := _URL.fullmatch(text)) is not None:
        yield _asked(url[1], told(setting))
    elif "://" not in text and not _PRODUCTS.isdisjoint(words_of(setting.key)):
        stem = words_of(setting.key)[:-1]
        beside = names.first((setting.file, setting.origin.value), [(*stem, "db"), (*stem, "database")])
        if beside is not None and beside.text is not None and reveal(beside.text).isdigit():
            yield _asked(reveal(beside.text), beside)


def is_below(asked: str, offered: str) -> bool:
    """Whether a Redis of so many databases has the one of this number; they begin with 0."""
    return not (asked.isdigit() and offered.isdigit()) or int(asked) < int(offered)


def _asked(number: str, said: Told) -> Asked:
    shown: Text = SecretText(number) if said.hidden else number
    return Asked("index", Name(shown, said.place, said.words), said.setting.workload, said.setting.container)
