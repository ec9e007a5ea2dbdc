"""Realms that send all their users back to the browser's own machine, while an application has a host of its own.

So come the realms that programs ship as samples: every client in which a browser logs in has redirect URIs of localhost
alone. An application that is told the Keycloak's address, and that a route serves at another host, logs nobody in.
"""

from __future__ import annotations

from collections.abc import Container as Group
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.cluster.secrets import SHOWN
from mblint.facts.oidc.asked import realms_of
from mblint.facts.oidc.providers import is_named, providers_at
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.registered import Registrations, filled, registrations
from mblint.facts.oidc.rows import OidcRedirect
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.relations import Relation, relations
from mblint.facts.rows import Related
from mblint.facts.way.host_names import carried_address, literal_address, means_loopback, normal
from mblint.facts.way.served import ServedHost, hosts_of, served_hosts
from mblint.facts.world import World
from mblint.urls import split_url

_NO, _YES = "false", "true"


class _Locals(Struct, frozen=True, eq=False):
    """A realm, the clients in which browsers log in, and their redirect URIs, which are all local."""

    realm: Realm
    clients: tuple[RealmClient, ...]
    uris: tuple[str, ...]


def local_clients(world: World, judged: Group[ObjectId]) -> Iterator[OidcRedirect]:
    """A row for each such realm, with the first application that needs another host. `judged`: those with a row."""
    for given in registrations(world):
        if given.added_by is None and given.realms[0].product == "Keycloak" and _is_public(world, given):
            found = (_row_of(world, relation, given) for relation in relations(world) if _leads(world, relation, given))
            rows = [row for row in found if row is not None and row.object not in judged]
            yield from {row.realm: row for row in reversed(rows)}.values()


def _row_of(world: World, relation: Relation, given: Registrations) -> OidcRedirect | None:
    """Of one application; None where a client has other redirect URIs, or the application no other host."""
    served = [each for each in hosts_of(world, relation.workload, relation.container) if not _is_local(each.host.text)]
    named = realms_of(world, relation)
    realms = [each for each in given.realms if not named or filled(world, each.name_setting) in named]
    found = [_locals(world, each) for each in realms] if served else []
    local = next((each for each in found if each is not None and each.clients), None)
    return None if local is None or None in found else _row(relation, given, local, served[0])


def _locals(world: World, realm: Realm) -> _Locals | None:
    """None for a realm in which a client has other redirect URIs."""
    clients = tuple(each for each in realm.clients if _sends_browsers(each))
    uris = [_local_uris(world, each) for each in clients]
    return _Locals(realm, clients, tuple(one for each in uris for one in each)) if all(uris) else None


def _is_public(world: World, given: Registrations) -> bool:
    """Whether browsers come to the Keycloak from other machines, by a route or at an address that it is told."""
    own = given.provider.own
    hosts = [each.host.text for each in served_hosts(world, given.provider.workload)]
    return any(not _is_local(each) for each in (*hosts, *([own.url.host] if own is not None else [])))


def _sends_browsers(client: RealmClient) -> bool:
    """Whether a browser may log in as this client."""
    return (
        client.says("enabled") != _NO
        and client.says("bearerOnly") != _YES
        and client.says("standardFlowEnabled") != _NO
        and any(endpoint == "redirect" for endpoint, _ in client.settings)
    )


def _local_uris(world: World, client: RealmClient) -> tuple[str, ...]:
    """The redirect URIs of a client as they may be shown, where each is of the browser's own machine; else none."""
    root = (filled(world, client.root) or "").rstrip("/")
    shown: list[str] = []
    for setting in (each for endpoint, each in client.settings if endpoint == "redirect"):
        told = filled(world, setting) or ""
        whole = f"{root}{told}" if told.startswith("/") else told
        if not _is_local(split_url(whole).hostname or ""):
            return ()
        shown.append(SHOWN if setting.secret else whole)
    return tuple(shown)


def _leads(world: World, relation: Relation, given: Registrations) -> bool:
    if relation.library.provider or relation.library.called_by_provider or relation.library.browserless or relation.off:
        return False
    urls = [url for each in relation.of_provider for url in oidc_urls(each.setting, bare=False)]
    return any(given.provider in providers_at(world, relation, url) or is_named(given.provider, url) for url in urls)


def _is_local(name: str) -> bool:
    """Whether a browser finds a name on its own machine, or it is of a cluster there."""
    host = normal(name)
    address = literal_address(host)
    if address is not None:
        return address.is_loopback
    return means_loopback(host) or carried_address(host) is not None


def _row(relation: Relation, given: Registrations, local: _Locals, served: ServedHost) -> OidcRedirect:
    workload, route, provider = relation.workload, served.route.id, given.provider.workload.id
    name = local.realm.name or SHOWN
    here = Related(f"{route.kind} {route.name} serves {workload.id.name} at this host", served.host.place, route)
    return OidcRedirect(
        object=workload.id,
        container=relation.container.name,
        place=next(each for endpoint, each in local.clients[0].settings if endpoint == "redirect").place,
        related=(here,),
        linted=workload.linted,
        url=f"https://{served.host.text}/…",
        settings=f"host of {route.kind} {route.name}",
        client=" and ".join(dict.fromkeys(each.id or SHOWN for each in local.clients)),
        realm=name,
        where=f"the realm {name} of {provider.kind} {provider.name}",
        registered=tuple(dict.fromkeys(local.uris)),
        accepted=False,
        guessed=True,
    )
