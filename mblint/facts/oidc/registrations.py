"""Whether the client as which an application logs in is registered, with the redirect URI that it sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.oidc.argo_cd import replaced_clients
from mblint.facts.oidc.asked import Asked, asked_of
from mblint.facts.oidc.blueprints import PRODUCT as AUTHENTIK
from mblint.facts.oidc.blueprints import is_expression, is_listed_by_authentik
from mblint.facts.oidc.client_hosts import unserved_hosts
from mblint.facts.oidc.local_clients import local_clients
from mblint.facts.oidc.meant_clients import empty_ids, meant_client, named, switched
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.redirect_matching import is_among, keycloak_takes, letter_by_letter
from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.facts.oidc.redirect_uris import redirect_uris, sends_browsers
from mblint.facts.oidc.registered import filled
from mblint.facts.oidc.rows import OidcClient, OidcRedirect
from mblint.facts.pages import is_in_pages
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.urls import split_url

_NO = "false"
# Keycloak makes these with each realm, whatever its file says (RealmManager of keycloak/keycloak).
IN_EVERY_REALM = ("account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console")
_PROBLEMS = {
    "absent": "has no client of that id",
    "no-realm": "is given no realm {realm}",
    "disabled": "has that client switched off (enabled)",
    "bearer-only": "lets that client check tokens only, and start no login (bearerOnly)",
    "confidential": "wants a secret of that client (publicClient is not true), which pages cannot keep",
    "of-keycloak": "has that one for Keycloak's own pages and calls, and sends nobody back to an application",
    "no-standard-flow": "lets that client start no login in a browser (standardFlowEnabled)",
}
_OF_A_CLIENT = ("disabled", "bearer-only", "confidential", "no-standard-flow")


def oidc_clients(world: World) -> Iterator[OidcClient]:
    """A row for each application that leads to a provider whose realms are in the render."""
    for asked in asked_of(world):
        same = [realm for realm in asked.at.realms if filled(world, realm.name_setting) == asked.realm]
        clients = [client for realm in same for client in realm.clients]
        verdict, problem = _judged(world, asked, same, clients)
        meant = None
        if verdict in ("absent", "empty-id", "no-realm") and asked.at.added_by is not None:
            meant = meant_client(world, asked, clients) if verdict == "absent" else None
            verdict, problem = ("unknown", asked.at.added_by) if meant is None else (verdict, problem)
        empty = [each.empty_by for each in clients if each.empty_by is not None]
        row = _client_row(asked, verdict, problem, _known(world, asked, verdict, clients))
        row = replace(row, meant=meant)
        if verdict in _OF_A_CLIENT:
            row = replace(row, related=switched(clients, asked.text))
        yield replace(row, problem=empty_ids(empty), related=named(empty)) if verdict == "empty-id" else row


def _judged(
    world: World, asked: Asked, same: Sequence[Realm], clients: Sequence[RealmClient]
) -> tuple[str, str | None]:
    """The verdict, and what is wrong as a clause."""
    if any(filled(world, realm.name_setting) is None for realm in asked.at.realms):
        return "unknown", "the name of a realm is filled at run time"
    if not same:
        return ("unknown", "every Keycloak has it") if asked.realm == "master" else ("no-realm", None)
    ids = ["" if client.empty_by is not None else filled(world, client.id_setting) for client in clients]
    if asked.text not in ids and asked.text in (same[0].makes if asked.has_one_list else IN_EVERY_REALM):
        is_for_pages = not asked.has_one_list and sends_browsers(world, asked.relation, asked.id)
        return ("of-keycloak", None) if is_for_pages else ("unknown", "every realm has it")
    if asked.text not in ids:
        return _without(clients, ids)
    client = clients[ids.index(asked.text)]
    if client.says("enabled") == _NO:
        return "disabled", None
    if client.says("publicClient") in (None, _NO) and _are_pages(world, asked):
        return "confidential", None
    if not sends_browsers(world, asked.relation, asked.id):
        return "registered", None
    if client.says("bearerOnly") == "true":
        return "bearer-only", None
    off = client.says("standardFlowEnabled") == _NO and client.says("implicitFlowEnabled") != "true"
    return ("no-standard-flow" if off else "registered"), None


def _without(clients: Sequence[RealmClient], ids: Sequence[str | None]) -> tuple[str, str | None]:
    if None in ids:
        return "unknown", "the id of a client is filled at run time"
    return "absent" if all(client.empty_by is None for client in clients) else "empty-id", None


def _are_pages(world: World, asked: Asked) -> bool:
    """Whether scripts in pages log in, and no server that hands the pages out knows a secret."""
    if asked.has_one_list or not is_in_pages(asked.id):
        return False
    told = settings_of(world, asked.relation.workload, asked.relation.container)
    return not any("secret" in words_of(each.key) for each in told)


def _known(world: World, asked: Asked, verdict: str, clients: Sequence[RealmClient]) -> tuple[str, ...]:
    """What there is instead, as far as it may be shown."""
    realms = (realm.name for realm in asked.at.realms)
    ids = (filled(world, each.id_setting) if each.id is not None else None for each in clients)
    return tuple(dict.fromkeys(name for name in (realms if verdict == "no-realm" else ids) if name))


# ---------------------------------------------------------------- redirects


def oidc_redirects(world: World) -> Iterator[OidcRedirect]:
    """A row for each redirect URI that an application may send for a client which is registered."""
    yield from replaced_clients(world)
    rows = tuple(_redirects(world))
    yield from rows
    yield from local_clients(world, {row.object for row in rows})


def _redirects(world: World) -> Iterator[OidcRedirect]:
    for asked in asked_of(world):
        if not any(asked.relation.all(what) for what in ("authorization", "issuer", "discovery")):
            continue
        found = [
            client
            for realm in asked.at.realms
            if filled(world, realm.name_setting) == asked.realm
            for client in realm.clients
            if filled(world, client.id_setting) == asked.text
        ]
        uris = redirect_uris(world, asked.relation)
        if len(found) != 1:
            continue
        if not uris:
            yield from _elsewhere(world, asked, found[0])
            continue
        listed = [_is_listed(world, asked, found[0], uri) for uri in uris]
        for uri, one in zip(uris, listed, strict=True):
            taken = True if True in listed else None if None in listed else one  # others may be for other users
            row = _redirect_row(asked, found[0], uri, taken)
            is_plain = found[0].root is not None and not (filled(world, found[0].root) or "").endswith("/")
            root = None if is_plain or asked.has_one_list else _root(world, asked, found[0], uri)
            yield replace(
                row,
                registered=tuple(f"{each} of {root}" if each[:1] == "/" and root else each for each in row.registered),
            )


def _elsewhere(world: World, asked: Asked, client: RealmClient) -> Iterator[OidcRedirect]:
    """A row for an application of which no callback is known, where its client is for other hosts altogether."""
    given = [each for endpoint, each in client.settings if endpoint == "redirect"]
    if asked.at.realms[0].product == AUTHENTIK and any(is_expression(client, each) for each in given):
        return
    told = [filled(world, each) for each in given]
    root = (filled(world, client.root) or "").rstrip("/")
    registered = [f"{root}{each}" if each and each.startswith("/") else each for each in told]
    known = [each for each in registered if each]
    uri = unserved_hosts(world, asked.relation, known) if len(known) == len(told) else None
    if uri is not None:
        yield replace(_redirect_row(asked, client, uri, False), guessed=True)


def _is_listed(world: World, asked: Asked, client: RealmClient, uri: RedirectUri) -> bool | None:
    if asked.at.realms[0].product == AUTHENTIK:
        return is_listed_by_authentik(client, uri)
    takes = letter_by_letter if asked.has_one_list else keycloak_takes
    relative = uri.url.startswith("/")
    if relative and not asked.has_one_list:
        return None
    patterns = [filled(world, each) for endpoint, each in client.settings if endpoint == "redirect"]
    known = tuple(each for each in patterns if each)
    if relative:
        listed: bool | None = uri.url in known if patterns else None
    else:
        whole = tuple(
            each for each in known if not (asked.has_one_list and each.startswith("/"))
        )  # dex: a path of its own
        listed = is_among(uri, whole, _root(world, asked, client, uri), takes) if patterns else None
    return None if listed is False and len(known) < len(patterns) else listed


def _root(world: World, asked: Asked, client: RealmClient, uri: RedirectUri) -> str | None:
    """What a client's relative redirect URIs stand behind: its root URL, else the address of Keycloak itself."""
    if client.root is not None and (client.root.value is None or reveal(client.root.value).strip()):
        return filled(world, client.root)
    hosts = _hosts_of_provider(world, asked)
    parts = split_url(uri.url)
    host = parts.hostname if parts.hostname in hosts else next(iter(hosts), None)
    return None if host is None else f"{parts.scheme}://{host}"


def _hosts_of_provider(world: World, asked: Asked) -> tuple[str, ...]:
    """The hosts by which browsers come to the provider: its own, else those of its routes."""
    own = asked.at.provider.address(asked.realm)
    if own is not None:
        return (own.url.host,)
    return tuple(dict.fromkeys(each.host.text for each in served_hosts(world, asked.at.provider.workload)))


# ---------------------------------------------------------------- rows


def _client_row(asked: Asked, verdict: str, reason: str | None, known: tuple[str, ...]) -> OidcClient:
    setting, holder = asked.id, asked.at.realms[0]
    has = "the clients" if asked.has_one_list else "the realm"
    where = Related(f"{holder.holder.id.kind} {holder.holder.id.name} has {has}", holder.name_setting.place)
    beside = asked.realm_beside if verdict == "no-realm" else None
    return OidcClient(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place if beside is None else beside.place,
        linted=setting.workload.linted,
        related=(where,),
        client=asked.client,
        settings=setting.label if beside is None else f"{setting.label} and {beside.label}",
        realm=asked.shown_realm,
        provider=asked.provider,
        where=asked.provider if verdict == "no-realm" else asked.where,
        problem=_PROBLEMS.get(verdict, "").format(realm=asked.shown_realm),
        verdict=verdict,
        known=known,
        by_default=asked.by_default,
        reason=reason,
    )


def _redirect_row(asked: Asked, client: RealmClient, uri: RedirectUri, accepted: bool | None) -> OidcRedirect:
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
        guessed=uri.by_default,
    )
