"""The issuer of an application at authentik: `https://HOST/application/o/SLUG/`, of the application's own slug.

A provider in the mode `global` writes `https://HOST/` into tokens and its document instead, whatever the path by which
it is asked. Blueprints say which provider is which application's.
Source: https://docs.goauthentik.io/add-secure-apps/providers/oauth2/ (issuer mode) and
https://github.com/goauthentik/authentik/blob/02a34d229886c5d4dbd0e04778b4d0f22ca1d083/authentik/providers/oauth2/models.py
"""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal, unquoted
from mblint.facts.oidc.agreed import Agreement
from mblint.facts.oidc.asked import asked_of
from mblint.facts.oidc.blueprints import APPLICATION, PRODUCT
from mblint.facts.oidc.realms import RealmClient
from mblint.facts.oidc.registered import filled
from mblint.facts.relations import OidcSetting, Relation
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.regex import regex

_ISSUER = regex(r"(https?://[^/\s]+)/application/o/([\w-]+)(?:/|$)")


def right_issuer(world: World, relation: Relation, each: OidcSetting) -> Agreement | None:
    """The issuer that the application of the relation's client has, where a setting says another one."""
    if each.said.endpoint not in ("issuer", "discovery") or each.setting.value is None:
        return None
    found = _ISSUER.match(unquoted(each.setting.value))
    client = None if found is None else _clients(world).get(id(relation))
    if found is None or client is None:
        return None
    slug = client.parts.get(APPLICATION)
    if slug is not None and slug.value is not None and reveal(slug.value) != found[2]:
        where = Related("the application of its client is here", slug.place)
        return Agreement(
            False, f"the path /application/o/{reveal(slug.value)}/, of the application that has its client", (where,)
        )
    mode = client.parts.get("issuer_mode")
    if mode is not None and client.says("issuer_mode") == "global" and relation.issuer == "verified":
        where = Related("its provider is here", mode.place)
        return Agreement(False, f"{found[1]}/ (its provider says issuer_mode: global)", (where,))
    return None


@remembered
def _clients(world: World) -> Mapping[int, RealmClient]:
    """The client of authentik as which each relation logs in, by the relation; where it is one."""
    clients = {
        id(asked.relation): [
            client
            for realm in asked.at.realms
            for client in realm.clients
            if filled(world, client.id_setting) == asked.text
        ]
        for asked in asked_of(world)
        if asked.at.realms[0].product == PRODUCT
    }
    return {relation: found[0] for relation, found in clients.items() if len(found) == 1}
