"""What probes and hooks of a PostgreSQL server ask their own server for, by `psql`.

A user that is written out is asked for as it stands. Without a database `psql` asks for the one of the user's name.
Names that the shell fills in are the container's own, and what goes to another host is none of the server's.
Source: https://www.postgresql.org/docs/current/app-psql.html
"""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mblint.facts.names.creates import Server
from mblint.facts.names.shape import Asked, Name
from mblint.facts.words.run_directly import DirectCommand, direct_commands
from mblint.facts.world import World
from mblint.regex import regex

_PRODUCT = "PostgreSQL"
_PSQL = regex(r"""\bpsql[ \t]+((?:"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|[^|;&\n<>"'\\])*)""")
_OPTIONS = {
    "-U": "user",
    "--username": "user",
    "-d": "database",
    "--dbname": "database",
    "-h": "host",
    "--host": "host",
}
# Options with a value of their own, so that the word behind them is no database.
_WITH_VALUE = frozenset(
    (
        *("-c", "--command", "-f", "--file", "-F", "--field-separator", "-L", "--log-file", "-o", "--output", "-p"),
        *("--port", "-P", "--pset", "-R", "--record-separator", "-T", "--table-attr", "-v", "--set", "--variable"),
    )
)
_MAKES = regex(r"(?i)create\s+(?:user|role|database)|\bcreate(?:db|user)\b")
_OWN = ("", "localhost", "127.0.0.1", "::1")


def own_queries(world: World, servers: Mapping[int, Sequence[Server]]) -> Iterator[tuple[Server, Asked]]:
    """What each such command asks for, with the server that it asks.

    Nothing of a container in which one of them makes users or databases.
    """
    asking: defaultdict[int, list[DirectCommand]] = defaultdict(list)
    for command in direct_commands(world.cluster):
        if command.where != "command":
            asking[id(command.container)].append(command)
    for server in (one for each in servers.values() for one in each if one.product == _PRODUCT):
        own = asking.get(id(server.program.container), ())
        if not any(_MAKES.search(word.text) for command in own for word in command.words):
            yield from ((server, asked) for command in own for asked in _asked(command))


def _asked(command: DirectCommand) -> Iterator[Asked]:
    script = command.script
    word = command.words[0 if script is None else script]
    text = shlex.join(each.text for each in command.words) if script is None else word.text
    for found in _PSQL.finditer(text):
        told = _told(found[1])
        if told is None or told.get("host", "") not in _OWN:
            continue
        user, database = told.get("user"), told.get("database")
        if user is None or "$" in user:
            continue
        said = f"psql in its {command.where}"
        yield Asked("user", Name(user, word.place, said), command.workload, command.container)
        if database is None and not any(entry.name == "PGDATABASE" for entry in command.container.env):
            name = Name(user, word.place, f"{said} names none, and the user's name is taken")
            yield Asked("database", name, command.workload, command.container, assumed=True)
        elif database is not None and not re.search(r"[$=:/]", database):
            yield Asked("database", Name(database, word.place, said), command.workload, command.container)


def _told(arguments: str) -> Mapping[str, str] | None:
    """User, database and host of one call; None where its words cannot be told apart."""
    try:
        words = shlex.split(arguments.replace("\\\n", " "))
    except ValueError:
        return None
    told: dict[str, str] = {}
    waits = ""
    for word in words:
        option, has_value, value = word.partition("=")
        if waits:
            told.setdefault(waits, word)
            waits = ""
        elif word in _WITH_VALUE:
            waits = "other"
        elif word in _OPTIONS:
            waits = _OPTIONS[word]
        elif has_value and option in _OPTIONS:
            told[_OPTIONS[option]] = value
        elif word[:2] in _OPTIONS and len(word) > 2:
            told[_OPTIONS[word[:2]]] = word[2:]
        elif not word.startswith("-"):
            told.setdefault("database" if "database" not in told else "user", word)
    return told
