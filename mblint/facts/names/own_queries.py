"""What probes and hooks of a PostgreSQL server ask their own server for, by `psql`.

A user that is written out is asked for as it stands. Without a database `psql` asks for the one of the user's name.
Names that the shell fills in are the container's own, and what goes to another host is none of the server's.
Source: https://www.postgresql.org/docs/current/app-psql.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.objects import Container
from mblint.cluster.pod_fields import container_fields
from mblint.facts.names.creates import Server
from mblint.facts.names.shape import Asked, Name
from mblint.facts.runs.commands import Program, probe_programs
from mblint.manifests.documents import Place
from mblint.regex import regex

_PRODUCT = "PostgreSQL"
_USER, _DATABASE, _HOST = ("-U", "--username"), ("-d", "--dbname"), ("-h", "--host")
# Options with a value of their own, so that the word behind them is no database.
_WITH_VALUE = frozenset(
    (
        *_USER,
        *_DATABASE,
        *_HOST,
        *("-c", "--command", "-f", "--file", "-F", "--field-separator", "-L", "--log-file", "-o", "--output", "-p"),
        *("--port", "-P", "--pset", "-R", "--record-separator", "-T", "--table-attr", "-v", "--set", "--variable"),
    )
)
_MAKES = regex(r"(?i)create\s+(?:user|role|database)|\bcreate(?:db|user)\b")
_OWN = ("localhost", "127.0.0.1", "::1")


def own_queries(servers: Mapping[int, Sequence[Server]]) -> Iterator[tuple[Server, Asked]]:
    """What each such command asks for, with the server that it asks.

    Nothing of a container in which one of them makes users or databases.
    """
    for server in (one for each in servers.values() for one in each if one.product == _PRODUCT):
        commands = list(_commands(server.program.container))
        if not any(_MAKES.search(word) for _, words, _ in commands for word in words):
            for where, words, place in commands:
                for program in probe_programs(words, place):
                    if program.name == "psql":
                        yield from ((server, asked) for asked in _asked(server, where, program, place))


def _commands(container: Container) -> Iterator[tuple[str, Sequence[str], Place]]:
    """Of probes and hooks: what they are called, their words, and where they stand."""
    probes = (("liveness", container.liveness), ("readiness", container.readiness), ("startup", container.startup))
    for name, probe in probes:
        if probe is not None and probe.command:
            yield f"{name} probe", probe.command, probe.place.at("exec", "command")
    fields = container_fields(container)
    for name, hook in (("postStart", fields.post_start), ("preStop", fields.pre_stop)):
        if hook is not None and hook.command:
            yield name, hook.command, hook.node.place.at("exec", "command")


def _asked(server: Server, where: str, call: Program, place: Place) -> Iterator[Asked]:
    user, host = call.option(_USER), call.option(_HOST)
    if user is None or not user.plain or "$" in user.plain or (host is not None and host.plain not in _OWN):
        return
    by, container, said = server.program.workload, server.program.container, f"psql in its {where}"
    yield Asked("user", Name(user.plain, place, said), by, container)
    database = _database(call)
    if database is None and not any(entry.name == "PGDATABASE" for entry in container.env):
        name = Name(user.plain, place, f"{said} names none, and the user's name is taken")
        yield Asked("database", name, by, container, assumed=True)
    elif database and not re.search(r"[$=:/]", database):
        yield Asked("database", Name(database, place, said), by, container)


def _database(call: Program) -> str | None:
    """By its option, else the first word that is neither an option nor the value of one; empty: the shell knows it."""
    told = call.option(_DATABASE)
    if told is not None:
        return told.plain
    before = ""
    for word in call.arguments:
        if not word.plain.startswith("-") and before not in _WITH_VALUE:
            return word.plain
        before = word.plain
    return None
