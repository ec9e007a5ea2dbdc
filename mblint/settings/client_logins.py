"""What a command says of its login beside the host: the user, the database, and the database that has the user."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import Text
from mblint.settings.client_table import Client, Destination
from mblint.settings.words import Word

_NOT_KNOWN = "$"  # what a shell fills in, or an option of the program decides


def logs_in(host: str, client: Client, options: list[tuple[str, Word]]) -> Iterator[Destination]:
    """What the command says of its login, named after the option of the host."""
    for what, names in client.logs_in:
        for name, word in options:
            if name in names and (word.text is None or word.plain):
                said = _database(word) if "database" in what else word.text
                if said is not None:
                    yield Destination(f"{host} {what}", said, word, called=False)


def database_word(
    host: str, client: Client, options: list[tuple[str, Word]], words: list[Word]
) -> Iterator[Destination]:
    """The database that the first word names, where no option does."""
    named = any(name in dict(client.logs_in)["database"] for name, _ in options)
    other = next((word for name, word in options if name in client.database_unless), None)
    if other is not None:
        yield Destination(f"{host} database", _NOT_KNOWN, other, called=False)
    elif client.database_word and words and not named:
        yield Destination(f"{host} database", _database(words[0]), words[0], called=False)


def _database(word: Word) -> Text:
    """The name of a database; a text that says more (`dbname=shop user=app`) is none."""
    return _NOT_KNOWN if word.text is None or any(mark in word.plain for mark in "=:/") else word.text


def run_together(text: str, takes_value: frozenset[str], others: frozenset[str]) -> tuple[str, int] | None:
    """Of short options written as one (`-tAc`) the first that takes a value or is one of the others, and where its
    value begins."""
    if text.startswith("--") or not text.startswith("-"):
        return None
    for index, letter in enumerate(text[1:], 2):
        if f"-{letter}" in others:
            return f"-{letter}", 0
        if f"-{letter}" in takes_value:
            return f"-{letter}", index
    return None
