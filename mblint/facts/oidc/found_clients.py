"""Applications that log in as a client which their provider has, with what the provider says of that client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.facts.oidc.asked import Asked, asked_of
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.registered import filled
from mblint.facts.relations import Relation
from mblint.facts.software import RunningProgram
from mblint.facts.world import World
from mblint.software.identity import Oidc


class FoundClient(Struct, frozen=True, eq=False):
    """Who asks as which client, and the one client of that id."""

    asked: Asked
    realm: Realm
    client: RealmClient


def found_clients(world: World) -> Iterator[FoundClient]:
    """Each application whose client is registered once."""
    for asked in asked_of(world):
        found = [
            FoundClient(asked, realm, client)
            for realm in asked.at.realms
            if filled(world, realm.name_setting) == asked.realm
            for client in realm.clients
            if filled(world, client.id_setting) == asked.text
        ]
        if len(found) == 1:
            yield found[0]


def entries_of(program: RunningProgram | None, relation: Relation) -> Sequence[Oidc]:
    """What a program's file says of the settings by which it asks."""
    if program is None:
        return ()
    applying = [each for each in program.running.entries(Oidc) if program.told.applies(each) is True]
    name = program.running.program.name
    return [each for each in applying if (each.library or name) == relation.library.name]
