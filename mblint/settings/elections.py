"""Options by which controllers elect one of their pods as the leader (rules/tables/leader-election.yaml)."""

from __future__ import annotations

from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, TextAt
from mblint.settings.tables import load_table

_ON = ("", "=true", "=True", "=1")
_OFF = ("=false", "=False", "=0")


class Election(Struct, frozen=True):
    """One row of the table."""

    option: str
    source: str
    namespace: tuple[str, ...] = ()
    lock: str | None = None


@cache
def elections() -> tuple[Election, ...]:
    """The rows."""
    return convert(load_table("leader-election", "elections"), tuple[Election, ...])


def word_of(container: Container, option: str) -> TextAt | None:
    """The last word of a container that says the option."""
    words = container.words
    found = [word for word in words if word.text.startswith("-") and word.text.lstrip("-").partition("=")[0] == option]
    return found[-1] if found else None


def is_on(word: TextAt, option: str) -> bool:
    """Whether a word that says the option turns it on."""
    return _after(word, option) in _ON


def is_off(word: TextAt, option: str) -> bool:
    """Whether a word that says the option turns it off."""
    return _after(word, option) in _OFF


def _after(word: TextAt, option: str) -> str:
    return word.text.lstrip("-").removeprefix(option).strip("\"'")
