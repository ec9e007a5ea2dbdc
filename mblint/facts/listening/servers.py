"""The table of where servers bind (`rules/tables/binds.yaml`): settings that say it, and servers by their commands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.facts.runs.commands import Program
from mblint.shipped import read_table


class Address(Struct, frozen=True, rename="kebab"):
    """Names of settings with the address on which their container listens; `port`: the partner with the port."""

    names: tuple[str, ...]
    source: str
    port: str | None = None


class Server(Struct, frozen=True, rename="kebab"):
    """A server program: where it listens, and what moves that."""

    programs: tuple[str, ...]
    port: int
    source: str
    subcommand: tuple[str, ...] = ()
    port_options: tuple[str, ...] = ()
    port_variables: tuple[str, ...] = ()
    address_options: tuple[str, ...] = ()
    address_variables: tuple[str, ...] = ()
    positional: bool = False
    by_itself: str | None = None
    unless: tuple[str, ...] = ()
    entrypoint: bool = False


class _File(Struct, frozen=True):
    addresses: tuple[Address, ...]
    servers: tuple[Server, ...]


def server_of(program: Program) -> Server | None:
    """The row of a program, called as the row says."""
    for server in _table().servers:
        if program.name in server.programs:
            words = [word.plain for word in program.arguments if not word.plain.startswith("-")]
            if not server.subcommand or (words and words[0] in server.subcommand):
                return server
    return None


@cache
def _table() -> _File:
    return convert(read_table("tables/binds.yaml"), _File)


@cache
def addresses() -> Mapping[str, Address]:
    """The rows of settings, by their names."""
    return {name: row for row in _table().addresses for name in row.names}


@cache
def names() -> tuple[str, ...]:
    """The names of all servers."""
    return tuple(name for server in _table().servers for name in server.programs)
