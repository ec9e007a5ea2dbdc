"""Clients in resources: what an operator registers at a Keycloak, a Hydra or a Kanidm.

EPAM's operator has `KeycloakClient` in a `KeycloakRealm` or `ClusterKeycloakRealm`, and puts back what the resource
says unless its strategy is `addOnly`. Keycloak's own of before 20 has a `KeycloakClient` in a `KeycloakRealm` by
labels, and switches the standard flow off where nobody says it. Hydra's has `OAuth2Client`, with id and secret in a
Secret, and Kaniop's `KanidmOAuth2Client`, whose name is the id. Sources:
https://github.com/epam/edp-keycloak-operator/blob/master/api/v1/keycloakclient_types.go,
https://github.com/keycloak/keycloak-operator/blob/main/pkg/apis/keycloak/v1alpha1/keycloakclient_types.go,
https://github.com/ory/hydra-maester/blob/master/controllers/oauth2client_controller.go,
https://github.com/pando85/kaniop/blob/main/libs/oauth2/src/crd.rs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mblint.cluster.objects import KeyRef, Object
from mblint.cluster.secrets import reveal
from mblint.facts.keycloak_parts import is_keycloak
from mblint.facts.oidc.providers import Address, Provider, providers
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.stand_ins import settings_below, stand_in, text_at, told
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.rows import Setting

HYDRA, KANIDM = "Ory Hydra", "Kanidm"
_EPAM, _LEGACY = "v1.edp.epam.com", "keycloak.org"
_IDS, _SECRETS = ("CLIENT_ID", "client_id"), ("CLIENT_SECRET", "client_secret")
_Found = tuple[Provider, Realm]


def clients_of_resources(world: World) -> Iterator[_Found]:
    """The clients of each realm, and the provider that is given them."""
    yield from _of_epam(world)
    yield from _of_legacy(world)
    yield from _of_hydra(world)
    yield from _of_kanidm(world)


def _named(world: World, kind: str, group: str, name: str | None, namespace: str) -> Object | None:
    """A resource of that name, in that namespace where its kind has namespaces."""
    found = (each for each in world.cluster.of_kind(kind, group) if each.id.name == name)
    return next((each for each in found if kind.startswith("Cluster") or each.id.namespace == namespace), None)


def _setting(holder: Object, path: tuple[str, ...]) -> Setting | None:
    place = holder.place.at(*path)
    text = text_at(place)
    return None if text is None else told(stand_in(holder)).setting(".".join(path), text, place)


def _own(setting: Setting | None) -> Address | None:
    urls = () if setting is None else oidc_urls(setting, bare=True)
    return next((Address(url, setting) for url in urls if setting is not None), None)


# ---------------------------------------------------------------- Keycloak


def _of_epam(world: World) -> Iterator[_Found]:
    made: dict[int, Provider] = {}
    realms: dict[int, tuple[Object, Setting, list[RealmClient]]] = {}
    for each in world.cluster.of_kind("KeycloakClient", _EPAM):
        realm = _realm_of_epam(world, each)
        name = None if realm is None else _setting(realm, ("spec", "realmName"))
        keys = _below(each, each.place.at("spec"))
        if realm is None or name is None or _says(keys, "reconciliationStrategy") == "addOnly":
            continue
        client = _epams_client(world, each, keys)
        if client is not None:
            realms.setdefault(id(realm), (realm, name, []))[2].append(client)
    for realm, name, clients in realms.values():
        server = _server_of_epam(world, realm)
        if server is not None:
            provider = made.setdefault(id(server), _keycloak_at(world, server))
            yield provider, Realm(reveal(name.value or ""), name, stand_in(realm), None, tuple(clients))


def _realm_of_epam(world: World, client: Object) -> Object | None:
    spec = client.place.at("spec")
    if text_at(spec.at("targetRealm")) is not None:
        return None
    kind = text_at(spec.at("realmRef", "kind")) or "KeycloakRealm"
    return _named(world, kind, _EPAM, text_at(spec.at("realmRef", "name")), client.id.namespace)


def _server_of_epam(world: World, realm: Object) -> Object | None:
    spec = realm.place.at("spec")
    if realm.id.kind == "ClusterKeycloakRealm":
        return _named(world, "ClusterKeycloak", _EPAM, text_at(spec.at("clusterKeycloakRef")), "")
    kind = text_at(spec.at("keycloakRef", "kind")) or "Keycloak"
    return _named(world, kind, _EPAM, text_at(spec.at("keycloakRef", "name")), realm.id.namespace)


def _keycloak_at(world: World, server: Object) -> Provider:
    """The Keycloak of the view that is called at the resource's address; else the resource in its place."""
    setting = _setting(server, ("spec", "url"))
    own = _own(setting)
    host = "" if own is None else own.url.host
    labels = host.split(".")
    for each in providers(world):
        names = {(namespace, name) for namespace, name in each.services if name == labels[0]}
        called = any(len(labels) == 1 or labels[1] == namespace for namespace, _ in names)
        if is_keycloak(each.workload) and (called or (each.own is not None and each.own.url.host == host)):
            return each
    return Provider(stand_in(server), frozenset(), own, {})


def _epams_client(world: World, client: Object, keys: Mapping[str, Setting]) -> RealmClient | None:
    named = keys.get("clientId")
    if named is None:
        return None
    uris = _listed(keys, "redirectUris")
    web = keys.get("webUrl")
    if not uris and web is not None and web.value is not None:
        uris = [replace(web, value=f"{reveal(web.value)}/*")]
    public = keys.get("public")
    parts = dict(keys) if public is None else {**keys, "publicClient": public}
    secret = None if _says(keys, "public") == "true" else _referred(world, client, _says(keys, "secret") or "")
    return _client(named, web, secret, uris, parts)


def _of_legacy(world: World) -> Iterator[_Found]:
    clients = [(each, _below(each, each.place.at("spec", "client"))) for each in _all(world, "KeycloakClient")]
    made: dict[int, Provider] = {}
    for realm in _all(world, "KeycloakRealm"):
        name = _setting(realm, ("spec", "realm", "realm"))
        server = next(
            (each for each in _all(world, "Keycloak") if _selects(realm.place.at("spec", "instanceSelector"), each)),
            None,
        )
        found = [
            _legacy_client(keys)
            for each, keys in clients
            if each.id.namespace == realm.id.namespace
            and _selects(each.place.at("spec", "realmSelector"), realm)
            and "clientId" in keys
        ]
        if server is not None and name is not None and found:
            provider = made.setdefault(id(server), _legacy_provider(server))
            yield provider, Realm(reveal(name.value or ""), name, stand_in(realm), None, tuple(found))


def _legacy_provider(server: Object) -> Provider:
    own = _own(_setting(server, ("spec", "externalAccess", "host")))
    return Provider(stand_in(server), frozenset({(server.id.namespace, "keycloak")}), own, {})


def _all(world: World, kind: str) -> tuple[Object, ...]:
    return tuple(world.cluster.of_kind(kind, _LEGACY))


def _selects(selector: Place, each: Object) -> bool:
    wanted = selector.at("matchLabels").value
    return isinstance(wanted, dict) and bool(wanted) and all(each.labels.get(key) == wanted[key] for key in wanted)


def _legacy_client(keys: Mapping[str, Setting]) -> RealmClient:
    named = keys["clientId"]
    flow = keys.get("standardFlowEnabled") or replace(named, key="standardFlowEnabled", value="false")
    secret = None if _says(keys, "publicClient") == "true" else keys.get("secret")
    uris = _listed(keys, "redirectUris")
    return _client(named, keys.get("rootUrl"), secret, uris, {**keys, "standardFlowEnabled": flow})


# ---------------------------------------------------------------- others


def _of_hydra(world: World) -> Iterator[_Found]:
    servers = [
        each
        for each in providers(world)
        if each.own is not None and any("hydra" in (one.image or "") for one in each.workload.pod.containers)
    ]
    own = servers[0].own if len(servers) == 1 else None
    clients = []
    for each in world.cluster.of_kind("OAuth2Client", "hydra.ory.sh") if own is not None else ():
        name = text_at(each.place.at("spec", "secretName")) or ""
        ids = [found for key in _IDS if (found := _referred(world, each, f"${name}:{key}")) is not None]
        secrets = [found for key in _SECRETS if (found := _referred(world, each, f"${name}:{key}")) is not None]
        keys = _below(each, each.place.at("spec"))
        uris = _listed(keys, "redirectUris")
        if len(ids) == 1 and "clientSecret.secretKeyRef.name" not in keys:
            clients.append(_client(ids[0], None, secrets[0] if len(secrets) == 1 else None, uris, keys))
    if own is not None and clients:
        yield (
            servers[0],
            Realm(reveal(own.setting.value or ""), own.setting, servers[0].workload, None, tuple(clients), HYDRA),
        )


def _of_kanidm(world: World) -> Iterator[_Found]:
    for server in world.cluster.of_kind("Kanidm", "kaniop.rs"):
        domain = _setting(server, ("spec", "domain"))
        clients = [
            _kanidms_client(each)
            for each in world.cluster.of_kind("KanidmOAuth2Client", "kaniop.rs")
            if text_at(each.place.at("spec", "kanidmRef", "name")) == server.id.name
            and (text_at(each.place.at("spec", "kanidmRef", "namespace")) or each.id.namespace) == server.id.namespace
        ]
        if domain is not None and clients:
            services = frozenset({(server.id.namespace, server.id.name)})
            provider = Provider(stand_in(server), services, _own(domain), {})
            yield provider, Realm(reveal(domain.value or ""), domain, provider.workload, None, tuple(clients), KANIDM)


def _kanidms_client(client: Object) -> RealmClient:
    keys = _below(client, client.place.at("spec"))
    named = told(stand_in(client)).setting("metadata.name", client.id.name, client.place.at("metadata", "name"))
    strict = _says(keys, "strictRedirectUrl") != "false"
    uris = _listed(keys, "redirectUrl") if strict else []
    return _client(named, None, None, uris, keys)


# ---------------------------------------------------------------- parts


def _below(holder: Object, place: Place) -> dict[str, Setting]:
    return {each.key: each for each in settings_below(stand_in(holder), place)}


def _listed(keys: Mapping[str, Setting], name: str) -> list[Setting]:
    """The elements of a list."""
    return [each for key, each in keys.items() if key.startswith(f"{name}[")]


def _says(keys: Mapping[str, Setting], name: str) -> str | None:
    setting = keys.get(name)
    return None if setting is None or setting.value is None else reveal(setting.value).strip()


def _referred(world: World, holder: Object, reference: str) -> Setting | None:
    """What a Secret has in the key that `$name:key` names; None where the view does not have it."""
    name, _, key = reference.removeprefix("$").partition(":")
    secret = world.cluster.secrets.get((holder.id.namespace, name)) if reference.startswith("$") else None
    entry = None if secret is None else secret.entries.get(key)
    if secret is None or entry is None or entry.text is None:
        return None
    place = holder.place.at("spec")
    setting = told(stand_in(holder)).setting(key, entry.text, entry.place)
    return replace(setting, key_ref=KeyRef("Secret", secret.id.name, key, False, place), reference=place)


def _client(
    named: Setting, root: Setting | None, secret: Setting | None, uris: list[Setting], parts: Mapping[str, Setting]
) -> RealmClient:
    text = None if named.secret or named.value is None else reveal(named.value).strip() or None
    return RealmClient(text, named, root, secret, tuple(("redirect", each) for each in uris), parts)
