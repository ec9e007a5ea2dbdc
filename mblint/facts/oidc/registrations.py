"""Whether the client as which an application logs in is registered, with the redirect URI that it sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.oidc.argo_cd import replaced_clients
from mblint.facts.oidc.providers import Provider, providers_at
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.redirect_uris import RedirectUri, dex_takes, is_among, keycloak_takes, redirect_uris
from mblint.facts.oidc.registered import Registrations, filled, registrations
from mblint.facts.oidc.rows import OidcClient, OidcRedirect
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.relations import Relation, relations
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.settings.rows import Setting

_OF_A_REALM = ("authorization", "token", "userinfo", "jwks", "introspection", "end-session", "issuer", "discovery")
_NO = "false"
_PROBLEMS = {
    "absent": "has no client of that id",
    "no-realm": "is given no realm {realm}",
    "disabled": "has that client switched off (enabled)",
    "bearer-only": "lets that client check tokens only, and start no login (bearerOnly)",
    "no-standard-flow": "lets that client start no login in a browser (standardFlowEnabled)",
}


class _Asked(Struct, frozen=True, eq=False):
    """An application that logs in: as which client, and in which realm of which provider (of dex: its issuer).

    `hidden`: a Secret says the realm, which is shown only where the provider's own file has it in the open.
    """

    relation: Relation
    id: Setting
    realm: str
    at: Registrations
    hidden: bool = False

    @property
    def client(self) -> str:
        """The client id, or what stands for it in a message."""
        return SHOWN if self.id.secret else self.text

    @property
    def provider(self) -> str:
        """As messages call it."""
        return f"{self.at.provider.workload.id.kind} {self.at.provider.workload.id.name}"

    @property
    def shown_realm(self) -> str:
        """The realm's name, or what stands for one, or for dex's issuer, that is a Secret's."""
        if self.is_dex:
            return SHOWN if self.at.realms[0].name is None else self.realm
        return SHOWN if self.hidden and all(each.name != self.realm for each in self.at.realms) else self.realm

    @property
    def where(self) -> str:
        """What has the clients: a realm of a Keycloak, or dex itself."""
        return self.provider if self.is_dex else f"the realm {self.shown_realm} of {self.provider}"

    @property
    def is_dex(self) -> bool:
        """True where the provider has one list of clients, and no realms."""
        return self.at.realms[0].product == "Dex"

    @property
    def text(self) -> str:
        """The client id itself, to compare."""
        return "" if self.id.value is None else reveal(self.id.value).strip()


def oidc_clients(world: World) -> Iterator[OidcClient]:
    """A row for each application that leads to a provider whose realms are in the render."""
    for asked in _asked(world):
        same = [realm for realm in asked.at.realms if filled(world, realm.name_setting) == asked.realm]
        clients = [client for realm in same for client in realm.clients]
        verdict, problem = _judged(world, asked, same, clients)
        if verdict in ("absent", "no-realm") and asked.at.added_by is not None:
            verdict, problem = "unknown", asked.at.added_by
        yield _client_row(asked, verdict, problem, _known(world, asked, verdict, clients))


def _judged(
    world: World, asked: _Asked, same: Sequence[Realm], clients: Sequence[RealmClient]
) -> tuple[str, str | None]:
    """The verdict, and what is wrong as a clause."""
    if any(filled(world, realm.name_setting) is None for realm in asked.at.realms):
        return "unknown", "the name of a realm is filled at run time"
    if not same:
        return ("unknown", "every Keycloak has it") if asked.realm == "master" else ("no-realm", None)
    ids = [filled(world, client.id_setting) for client in clients]
    if asked.text not in ids:
        return ("unknown", "the id of a client is filled at run time") if None in ids else ("absent", None)
    client = clients[ids.index(asked.text)]
    if client.says("enabled") == _NO:
        return "disabled", None
    if not _sends_browsers(asked.relation):
        return "registered", None
    if client.says("bearerOnly") == "true":
        return "bearer-only", None
    return ("no-standard-flow" if client.says("standardFlowEnabled") == _NO else "registered"), None


def _sends_browsers(relation: Relation) -> bool:
    return bool(relation.all("authorization")) and not relation.library.browserless


def _known(world: World, asked: _Asked, verdict: str, clients: Sequence[RealmClient]) -> tuple[str, ...]:
    """What there is instead, as far as it may be shown."""
    if verdict == "no-realm":
        named = (realm.name for realm in asked.at.realms)
    else:
        named = (filled(world, each.id_setting) if each.id is not None else None for each in clients)
    return tuple(dict.fromkeys(name for name in named if name))


# ---------------------------------------------------------------- redirects


def oidc_redirects(world: World) -> Iterator[OidcRedirect]:
    """A row for each redirect URI that an application may send for a client which is registered."""
    yield from replaced_clients(world)
    for asked in _asked(world):
        if not _sends_browsers(asked.relation) and not asked.relation.all("issuer"):
            continue
        found = [
            client
            for realm in asked.at.realms
            if filled(world, realm.name_setting) == asked.realm
            for client in realm.clients
            if filled(world, client.id_setting) == asked.text
        ]
        uris = redirect_uris(world, asked.relation)
        if len(found) != 1 or not uris:
            continue
        listed = [_is_listed(world, asked, found[0], uri) for uri in uris]
        for uri, one in zip(uris, listed, strict=True):
            # Of several hosts that lead to it one is enough: the others may be for other users.
            yield _redirect_row(asked, found[0], uri, True if True in listed else None if None in listed else one)


def _is_listed(world: World, asked: _Asked, client: RealmClient, uri: RedirectUri) -> bool | None:
    takes = dex_takes if asked.is_dex else keycloak_takes
    patterns = [filled(world, each) for endpoint, each in client.settings if endpoint == "redirect"]
    known = tuple(each for each in patterns if each)
    whole = tuple(each for each in known if not (asked.is_dex and each.startswith("/")))  # dex: a path of its own
    listed = is_among(uri, whole, filled(world, client.root), takes) if patterns else None
    return None if listed is False and len(known) < len(patterns) else listed


# ---------------------------------------------------------------- who asks


def _asked(world: World) -> Iterator[_Asked]:
    given = registrations(world)
    if not given:
        return
    for relation in relations(world):
        if relation.library.provider or relation.library.called_by_provider or not relation.used:
            continue
        ids = [each.setting for each in relation.client_ids if each.setting.value is not None and not each.empty]
        settings = (each.setting for what in _OF_A_REALM for each in relation.all(what))
        urls = [url for setting in settings for url in oidc_urls(setting, bare=False)]
        named = {url.realm for url in urls if url.realm} or {
            reveal(url.hidden_realm) for url in urls if url.hidden_realm
        }
        at = _provider(world, relation, given)
        if len(ids) != 1 or at is None or "$" in reveal(ids[0].value or ""):
            continue
        if at.realms[0].product == "Dex":
            named = {filled(world, at.realms[0].name_setting) or ""}
        if len(named) == 1:
            hidden = any(url.hidden_realm is not None for url in urls)
            yield _Asked(relation, ids[0], named.pop(), at, hidden)


def _provider(world: World, relation: Relation, given: Sequence[Registrations]) -> Registrations | None:
    for each in relation.of_provider:
        for url in oidc_urls(each.setting, bare=False):
            reached = providers_at(world, relation, url)
            for one in given:
                if one.provider in reached or _has_address(one.provider, url.host, url.realm):
                    return one
    return None


def _has_address(provider: Provider, host: str, realm: str | None) -> bool:
    address = provider.address(realm)
    return address is not None and address.url.host == host


# ---------------------------------------------------------------- rows


def _client_row(asked: _Asked, verdict: str, reason: str | None, known: tuple[str, ...]) -> OidcClient:
    setting, holder = asked.id, asked.at.realms[0]
    where = Related(f"{holder.holder.id.kind} {holder.holder.id.name} has the realm", holder.name_setting.place)
    return OidcClient(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        related=(where,),
        client=asked.client,
        settings=setting.label,
        realm=asked.shown_realm,
        provider=asked.provider,
        where=asked.provider if verdict == "no-realm" else asked.where,
        problem=_PROBLEMS.get(verdict, "").format(realm=asked.shown_realm),
        verdict=verdict,
        known=known,
        reason=reason,
    )


def _redirect_row(asked: _Asked, client: RealmClient, uri: RedirectUri, accepted: bool | None) -> OidcRedirect:
    setting = asked.id
    given = [each for endpoint, each in client.settings if endpoint == "redirect"]
    return OidcRedirect(
        object=setting.workload.id,
        container=setting.container.name,
        place=uri.place,
        linted=setting.workload.linted,
        related=(Related("the client's redirectUris are here", given[0].place),) if given else (),
        url=SHOWN if uri.secret else uri.url,
        settings=uri.said_by,
        client=asked.client,
        realm=asked.shown_realm,
        where=asked.where,
        registered=tuple(SHOWN if each.secret else reveal(each.value) for each in given if each.value is not None),
        accepted=accepted,
    )
