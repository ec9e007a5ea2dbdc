"""Realms of a Keycloak of the render that nobody makes, in the addresses of who checks tokens and logs nobody in.

As which client an application logs in, and in which realm, is judged with the client (`registrations`).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import unquoted
from mblint.facts.oidc.providers import Provider
from mblint.facts.oidc.registered import filled, registrations
from mblint.facts.oidc.urls import OidcUrl
from mblint.facts.relations import Relation
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.oidc_table import REALM
from mblint.settings.rows import Setting

_IN_EVERY_KEYCLOAK = "master"
_NAME = regex(r"[\w.-]+")


def realms_instead(world: World, relation: Relation, provider: Provider, url: OidcUrl) -> tuple[str, ...]:
    """The realms that a provider is given, where a URL has another one; empty where it has one of them, or more may be
    made.
    """
    return () if url.realm is None else _instead(world, relation, provider, url.realm)


class RealmBeside(Struct, frozen=True, eq=False):
    """A setting that names a realm which the provider of the address beside it is not given.

    `shown`: the realm, where it may be shown. `expected`: what it should be, for a message.
    """

    setting: Setting
    shown: str | None
    expected: str


def realms_beside(world: World, relation: Relation, provider: Provider | None) -> Iterator[RealmBeside]:
    """Each such setting of a relation."""
    if provider is None:
        return
    for setting in (each.setting for each in relation.all(REALM)):
        text = unquoted(setting.value)
        realms = _instead(world, relation, provider, text) if _NAME.fullmatch(text) else ()
        if realms:
            expected = f"the realm {' or '.join(realms)}, which {provider.workload.id.name} has"
            yield RealmBeside(setting, None if setting.secret else text, expected)


def _instead(world: World, relation: Relation, provider: Provider, realm: str) -> tuple[str, ...]:
    if realm == _IN_EVERY_KEYCLOAK or relation.client_ids:
        return ()
    given = next((one for one in registrations(world) if one.provider is provider), None)
    if given is None or given.added_by is not None or given.realms[0].product != "Keycloak":
        return ()
    names = [filled(world, realm.name_setting) for realm in given.realms]
    known = tuple(dict.fromkeys(name for name in names if name is not None))
    shown = all(realm.name is not None for realm in given.realms)
    return known if known and None not in names and realm not in known and shown else ()
