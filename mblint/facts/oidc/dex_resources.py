"""Clients in the storage of a dex: resources of the kind `OAuth2Client` in its namespace.

Dex asks for a client by the name that it makes of the id, and never sees one under any other name: base32 of the id's
bytes and of the sum of an empty FNV hash, in small letters and without padding.
Source: https://github.com/dexidp/dex/blob/master/storage/kubernetes/client.go (idToName) and types.go
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator

from mblint.cluster.objects import Object
from mblint.cluster.secrets import reveal
from mblint.facts.oidc.providers import Provider, providers
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.stand_ins import settings_below, stand_in, text_at
from mblint.facts.told import settings_of_workload
from mblint.facts.world import World

_SUM_OF_NOTHING = bytes.fromhex("cbf29ce484222325")  # FNV-1 of 64 bits: its offset basis


def name_of(client_id: str) -> str:
    """The name of the resource under which dex looks for a client."""
    return b32encode(client_id.encode() + _SUM_OF_NOTHING).decode().rstrip("=").lower()


def is_seen(client: Object) -> bool:
    """Whether a resource has the name of its client; True where its id is not known."""
    text = text_at(client.place.at("id"))
    return text is None or client.id.name == name_of(text)


def clients_in_storage(world: World) -> Iterator[tuple[Provider, Realm]]:
    """The clients that each dex finds in the resources of its namespace."""
    for provider in providers(world):
        own = provider.own.setting if provider.own is not None else None
        if own is None or own.key != "issuer" or own.value is None or not _keeps_in_cluster(world, provider):
            continue
        resources = [
            each
            for each in world.cluster.of_kind("OAuth2Client", "dex.coreos.com")
            if each.id.namespace == provider.workload.id.namespace
        ]
        if not resources:
            continue
        clients = tuple(
            _client(each) for each in resources if is_seen(each) and text_at(each.place.at("id")) is not None
        )
        told = settings_of_workload(world, provider.workload)
        by_api = any(each.key == "grpc.addr" for each in told)
        name = None if own.secret else reveal(own.value)
        yield provider, Realm(name, own, provider.workload, None, clients, "Dex", by_api)


def _keeps_in_cluster(world: World, provider: Provider) -> bool:
    told = settings_of_workload(world, provider.workload)
    return any(
        each.key == "storage.type" and each.value is not None and reveal(each.value) == "kubernetes" for each in told
    )


def _client(resource: Object) -> RealmClient:
    keys = {each.key: each for each in settings_below(stand_in(resource), resource.place)}
    public = keys.get("public")
    secret = None if public is not None and reveal(public.value or "") == "true" else keys.get("secret")
    uris = tuple(("redirect", each) for key, each in keys.items() if key.startswith("redirectURIs["))
    return RealmClient(text_at(resource.place.at("id")), keys.get("id"), None, secret, uris, keys)
