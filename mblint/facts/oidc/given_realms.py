"""Realms of a Keycloak of the render that nobody makes, in the addresses of who checks tokens and logs nobody in.

As which client an application logs in, and in which realm, is judged with the client (`registrations`).
"""

from __future__ import annotations

from mblint.facts.oidc.providers import Provider
from mblint.facts.oidc.registered import filled, registrations
from mblint.facts.oidc.urls import OidcUrl
from mblint.facts.relations import Relation
from mblint.facts.world import World

_IN_EVERY_KEYCLOAK = "master"


def realms_instead(world: World, relation: Relation, provider: Provider, url: OidcUrl) -> tuple[str, ...]:
    """The realms that a provider is given, where a URL has another one; empty where it has one of them, or more may be
    made.
    """
    if url.realm in (None, _IN_EVERY_KEYCLOAK) or relation.client_ids:
        return ()
    given = next((one for one in registrations(world) if one.provider is provider), None)
    if given is None or given.added_by is not None or given.realms[0].product != "Keycloak":
        return ()
    names = [filled(world, realm.name_setting) for realm in given.realms]
    known = tuple(dict.fromkeys(name for name in names if name is not None))
    shown = all(realm.name is not None for realm in given.realms)
    return known if known and None not in names and url.realm not in known and shown else ()
