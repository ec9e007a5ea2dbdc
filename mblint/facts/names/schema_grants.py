"""Users of PostgreSQL that scripts of the first start make, and let into a database, but not into its schema.

Since PostgreSQL 15 only the owner of a database may create in its schema public, and all privileges on a database say
nothing of what is in it. A program that then makes its tables ends with "permission denied for schema public".
Source: https://www.postgresql.org/docs/15/release-15.html (E.1.2), https://www.postgresql.org/docs/current/ddl-schemas.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import reveal
from mblint.facts.names.rows import SchemaGrant
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.versions import within

_FOLDER = "/docker-entrypoint-initdb.d/"
_SINCE = (">=15",)
_NAME = r"""["']?(?P<{}>[\w${{}}:.-]+)["']?"""
_GRANT = regex(
    rf"grant\s+all(?:\s+privileges)?\s+on\s+database\s+{_NAME.format('database')}\s+to\s+{_NAME.format('user')}", re.I
)
_MADE = r"create\s+(?:user|role)\s+(?:if\s+not\s+exists\s+)?[\"']?{}[\"'\s;]"
# What lets a user in all the same, or may: a grant on a schema or of a role, an owner, a search path of another one.
_LET_IN = regex(
    r"on\s+schema|\bowner\b|-O\s|superuser|(?:create|alter)\s+schema|authorization|search_path|pg_database_owner"
    r"|grant\s+(?!all\b|connect\b|create\b|temp|usage\b|select\b|insert\b)[\w\"$]+\s+to\b|\bpg_restore\b|\\i\b",
    re.I,
)
_COMMENT = regex(r"(?m)^\s*(?:#|--).*$")


class _Script(Struct, frozen=True):
    """A script of the first start. `text`: with blanks in place of comments, so that offsets stay."""

    file: MountedFile
    text: str


def schema_grants(world: World) -> Iterator[SchemaGrant]:
    """A row for each such grant of a server's scripts."""
    for program in running_programs(world):
        is_server = program.running.program.name == "PostgreSQL" and program.workload.lasting
        if is_server and within(_SINCE, program.running.version) is True:
            yield from _of_server(world, program)


def _of_server(world: World, program: RunningProgram) -> Iterator[SchemaGrant]:
    workload, container = program.workload, program.container
    scripts = [
        _Script(file, _COMMENT.sub(lambda found: " " * len(found[0]), reveal(file.entry.text)))
        for file in mounted_files(world.cluster, workload, container)
        if _FOLDER in file.path and file.entry.text is not None
    ]
    if not scripts or may_be_unseen(world.cluster, workload, container, f"{_FOLDER}*"):
        return
    if any(_LET_IN.search(script.text) for script in scripts):
        return
    for script in scripts:
        for found in _GRANT.finditer(script.text):
            made = re.compile(_MADE.format(re.escape(found["user"])), re.I)
            if any(made.search(each.text) for each in scripts):
                yield _row(program, script, found)


def _row(program: RunningProgram, script: _Script, found: re.Match[str]) -> SchemaGrant:
    entry, server = script.file.entry, program.workload.id
    place: Place = entry.place if entry.encoded else entry.place.inside(found.start())
    return SchemaGrant(
        object=server,
        container=program.container.name,
        place=place,
        linted=program.workload.linted,
        user=found["user"],
        database=found["database"],
        file=script.file.path,
        server=f"{server.kind} {server.name}",
    )
