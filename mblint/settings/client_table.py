"""What is known of programs that connect to what their words name: `clients.yaml`, and `clients` of software files."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import Text
from mblint.settings.tables import Row, as_integer, as_text, as_texts, load_table, program_rows
from mblint.settings.words import Word
from mblint.software.programs import Programs
from mblint.software.running import Client as ClientRow

_LOGIN = ("user", "password", "database", "authentication database")


class Client(Struct, frozen=True):
    """One row of the table. See the head of the table for the meaning of each field."""

    words: str
    bare_urls: bool
    skip_words: int
    commands: tuple[str, ...]
    url_options: frozenset[str]
    host_options: frozenset[str]
    port_options: frozenset[str]
    default_port: int | None
    valued: frozenset[str]
    connect_to: frozenset[str]
    resolve: frozenset[str]
    forwards: frozenset[str]
    local_port: int | None = None
    local_unless: frozenset[str] = frozenset()
    logs_in: tuple[tuple[str, frozenset[str]], ...] = ()  # `user`, `password`, `database`, and the options of each
    database_word: bool = False
    database_of_user: bool = False
    database_unless: frozenset[str] = frozenset()


class Destination(Struct, frozen=True):
    """What a program connects to: a URL or `host:port`, and the option or program that names it, and its word."""

    key: str
    value: Text
    word: Word
    called: bool = True  # False: what it says of the login beside the host


@remembered
def clients(programs: Programs) -> Mapping[str, Client]:
    """The clients of the table by program name."""
    return {program: _client(row) for row in client_rows(programs) for program in as_texts(row, "programs")}


def client_rows(programs: Programs) -> tuple[Row, ...]:
    """The rows of the table, and those of software files."""
    return (*load_table("clients", "clients"), *program_rows(programs, ClientRow, name="software"))


def _client(row: Row) -> Client:
    return Client(
        words=as_text(row, "words") or "none",
        bare_urls=row.get("bare-urls") is True,
        skip_words=as_integer(row, "skip-words") or 0,
        commands=as_texts(row, "commands"),
        url_options=frozenset(as_texts(row, "url-options")),
        host_options=frozenset(as_texts(row, "host-options")),
        port_options=frozenset(as_texts(row, "port-options")),
        default_port=as_integer(row, "default-port"),
        valued=frozenset(as_texts(row, "valued")),
        connect_to=frozenset(as_texts(row, "connect-to")),
        resolve=frozenset(as_texts(row, "resolve")),
        forwards=frozenset(as_texts(row, "forwards")),
        local_port=as_integer(row, "local-port"),
        local_unless=frozenset(as_texts(row, "local-unless")),
        logs_in=tuple((what, frozenset(as_texts(row, f"{what.replace(' ', '-')}-options"))) for what in _LOGIN),
        database_word=row.get("database-word") is True,
        database_of_user=row.get("database-of-user") is True,
        database_unless=frozenset(as_texts(row, "database-unless")),
    )
