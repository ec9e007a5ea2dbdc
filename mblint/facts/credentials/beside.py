"""Programs beside a Redis that ask it without being told where it is, as exporters of metrics do, without a password.

Which ones: `beside` of the `logins` of software files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.rows import PasswordUse
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.strangers import REDIS
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.software.identity import Login
from mblint.software.setting_names import texts

_WORDS = frozenset(("password", "passwd", "pwd", "addr", "address", "url", "uri", "host", "file"))


def asked_beside(world: World, given: Mapping[int, ServerCredential]) -> Iterator[PasswordUse]:
    """A row for each such program in the pod of a server that wants a password, where nothing tells it one."""
    for program in running_programs(world):
        each = given.get(id(program.workload))
        if each is None or each.product.name not in REDIS:
            continue
        if program.container.role is not ContainerRole.MAIN or program.container.name == each.container:
            continue
        if any(entry.beside for entry in program.running.entries(Login)) and not _is_told(program):
            yield _row(program, each, texts(next(iter(program.running.entries(Login))).password))


def _is_told(program: RunningProgram) -> bool:
    """Whether anything may tell it an address or a password."""
    container = program.container
    if container.mounts or container.command is not None or not program.told.complete:
        return True
    named = [one for one in program.told.settings if not _WORDS.isdisjoint(words_of(one.key)[-2:])]
    return any(one.value is None or reveal(one.value).strip() for one in named if "redis" in one.key.lower())


def _row(program: RunningProgram, given: ServerCredential, password: tuple[str, ...]) -> PasswordUse:
    workload, server = program.workload, given.server.id
    return PasswordUse(
        object=workload.id,
        container=program.container.name,
        place=program.container.place,
        related=(Related(f"{server.kind} {server.name} is given its password here", given.place, server),),
        linted=workload.linted,
        client=f"{workload.id.kind} {workload.id.name}",
        server=f"{server.kind} {server.name}",
        product=given.product.name,
        settings=password[0].replace(" ", "_").upper(),
        host="localhost",
        given=given.words,
        brings="without a password",
        has=f"asks for one: {given.words}",
        by_url=False,
        verdict="no-password",
    )
