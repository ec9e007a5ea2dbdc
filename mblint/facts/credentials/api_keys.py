"""API keys: the one that a server is given, and those that its callers send.

A server without users is given its key by a setting (`api-key` of software files); a client is told the same key beside
the server's address, under a name that says whose it is: MEILI_MASTER_KEY, QDRANT_API_KEY. Nothing is said of a client
that is told the right key under any name, nor of keys of a form that the server may have made itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import find
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.credentials.named_keys import named_keys
from mblint.facts.credentials.rows import ApiKeyUse
from mblint.facts.credentials.told import Told, known, told
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.software.identity import ApiKey
from mblint.software.setting_names import texts

_ENDS: tuple[Phrase, ...] = (
    ("master", "key"),
    ("admin", "key"),
    ("api", "key"),
    ("apikey",),
    ("key",),
    ("admin", "token"),
    ("auth", "token"),
    ("token",),
)


class _Server(Struct, frozen=True, eq=False):
    """A server that wants a key, and what it takes for one. `keys` empty: not known. `others`: those of all such."""

    program: RunningProgram
    entry: ApiKey
    given: Told
    keys: frozenset[str]
    others: frozenset[str] = frozenset()


def api_key_uses(world: World) -> tuple[ApiKeyUse, ...]:
    """A row for each client's key for a server of the view, in the order of the clients' settings."""
    servers = _servers(world)
    if not servers:
        return ()
    by_container = {id(each.container): each for each in told_containers(world)}
    seen: set[tuple[int, str, int]] = set()
    rows = []
    for found in find(world):
        setting, server = found.destination.setting, servers.get(id(found.reached.server))
        if server is None or found.reached.beside or setting.container.role is not ContainerRole.MAIN:
            continue
        sent = _sent(server, by_container[id(setting.container)])
        if sent is not None and (key := (id(setting.container), sent.setting.key, id(server))) not in seen:
            seen.add(key)
            rows.append((_row(setting, server, sent, by_container[id(setting.container)]), sent.setting))
    for server in servers.values():
        entry = server.entry
        alone = sum(each.entry is entry for each in servers.values()) == 1
        for client, sent in (
            named_keys(world, server.program.workload, texts(entry.called), texts(entry.ends))
            if entry.ends and alone
            else ()
        ):
            rows.append((_row(sent.setting, server, sent, client), sent.setting))
    return without_inherited(rows, outcome=lambda row: (row.server, row.verdict), surroundings=lambda row: row.settings)


def _servers(world: World) -> Mapping[int, _Server]:
    """By the identity of their workload the servers whose key the view shows; none of those that take several ways."""
    found: dict[int, _Server] = {}
    for program in running_programs(world):
        if program.workload.lasting and program.container.role is ContainerRole.MAIN:
            for entry in program.running.entries(ApiKey):
                if program.told.applies(entry) is True and (server := _server(program, entry)) is not None:
                    found[id(program.workload)] = server
    everybody = frozenset(key for server in found.values() for key in server.keys)
    return {key: replace(server, others=everybody) for key, server in found.items()}


def _server(program: RunningProgram, entry: ApiKey) -> _Server | None:
    settings = [each for each in program.told.all_of(entry.setting) if each.value is None or reveal(each.value).strip()]
    if not settings:
        return None
    values = [known(each.value) for each in settings]
    keys = [
        part.strip()
        for value in values
        if value is not None
        for part in (reveal(value).split(entry.separator) if entry.separator is not None else (reveal(value),))
    ]
    return _Server(program, entry, told(settings[0]), frozenset(() if None in values else keys))


def _sent(server: _Server, client: ContainerSettings) -> Told | None:
    """The key that a client is told for a server, by the name that says most."""
    for end in _ENDS:
        for setting in client.settings:
            words = words_of(setting.key)
            if (
                setting.origin is Origin.ENV
                and words[-len(end) :] == end
                and any(_begins(called, words[: -len(end)]) for called in texts(server.entry.called))
                and (setting.value is None or reveal(setting.value).strip())
            ):
                return told(setting)
    return None


def _begins(called: str, words: Sequence[str]) -> bool:
    """Whether what stands before the end of a name is what the server is called, or ends so."""
    phrase = tuple(called.split())
    return tuple(words[-len(phrase) :]) == phrase


def _verdict(server: _Server, sent: Told, client: ContainerSettings) -> tuple[str, str | None]:
    """Whether the server takes what is sent, and why that is unknown."""
    if not server.keys:
        return "unknown", f"the value of {server.given.setting.label} is not in the render"
    if sent.text is None:
        return "unknown", f"the value of {sent.setting.label} is not in the render"
    text = reveal(sent.text).strip()
    told_all = {reveal(each.value).strip() for each in client.settings if each.value is not None}
    if text in server.keys or not server.keys.isdisjoint(told_all):
        return "agrees", None
    if text in server.others:
        return "unknown", "it is the key of another such server"
    if server.entry.also and re.fullmatch(server.entry.also, text):
        return "unknown", "it has the form of a key that the server made"
    return "differs", None


def _row(setting: Setting, server: _Server, sent: Told, client: ContainerSettings) -> ApiKeyUse:
    held: Workload = server.program.workload
    verdict, reason = _verdict(server, sent, client)
    return ApiKeyUse(
        object=setting.workload.id,
        container=setting.container.name,
        place=sent.place,
        related=(Related(f"{held.id.kind} {held.id.name} is given it here", server.given.place, held.id),),
        linted=setting.workload.linted or held.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        server=f"{held.id.kind} {held.id.name}",
        product=server.program.running.program.name,
        settings=sent.words,
        given=server.given.words,
        makes_more=server.entry.makes_more,
        verdict=verdict,
        reason=reason,
    )
