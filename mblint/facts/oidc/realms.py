"""Clients in mounted files: Keycloak's realms with their names and addresses, the clients of dex and of Authelia.

A realm's file is read by the provider at its start (`--import-realm`), or sent to it by a Job (keycloak-config-cli).
Dex is one realm, named by its issuer, and so is Authelia, named by its address, before 4.38 by its cookie's domain.
Sources: Keycloak, RealmRepresentation and ClientRepresentation of the Admin REST API;
https://dexidp.io/docs/configuration/; for Authelia (`id` and `secret` before 4.38)
https://github.com/authelia/authelia/blob/master/docs/content/configuration/identity-providers/openid-connect/clients.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.programs import is_complete
from mblint.settings.rows import Setting

_CLIENT = regex(r"(clients\[\d+\])\.(.+)")
_STATIC = regex(r"(staticClients\[\d+\])\.(.+)")
_REGISTERED = regex(r"(identity_providers\.oidc\.clients\[\d+\])\.(.+)")
_DEX = regex(r"(?:^|/)dex(?:[:@]|$)")
_SCOPE = regex(r"clientScopes\[\d+\]\.name")
_PARTS = {
    "redirectUris": "redirect",
    "attributes.backchannel.logout.url": "backchannel-logout",
    "attributes.frontchannel.logout.url": "frontchannel-logout",
}


class RealmClient(Struct, frozen=True, eq=False):
    """A client (relying party) of a realm. `root`: what its relative URLs begin with. `secret`: what it sends.
    `empty_by`: the setting that names a variable for its id which the container does not have: its id is empty.

    `id`: as it may be shown; `id_setting` has it in any case. `parts`: every setting of the client by its path in it.
    """

    id: str | None
    id_setting: Setting | None
    root: Setting | None
    secret: Setting | None
    settings: tuple[tuple[str, Setting], ...]  # (endpoint, setting): redirect, backchannel- and frontchannel-logout
    parts: Mapping[str, Setting]
    empty_by: Setting | None = None

    def says(self, part: str) -> str | None:
        """What a switch of the client says, in lower case; None where the file does not have it."""
        setting = self.parts.get(part)
        return None if setting is None or setting.value is None else reveal(setting.value).strip().lower()


class Realm(Struct, frozen=True, eq=False):
    """A realm. `holder`: the workload whose container has the file. `frontend`: its own address, where it has one.

    `served_by_api`: clients can be added to dex through its API. `scopes`: the names of the client scopes that its
    file makes. `makes`: clients that are there whatever the file says.
    """

    name: str | None
    name_setting: Setting
    holder: Workload
    frontend: Setting | None
    clients: tuple[RealmClient, ...]
    product: str = "Keycloak"  # "Dex", "Authelia": they have one list of clients, and no realms
    served_by_api: bool = False
    scopes: tuple[Setting, ...] = ()
    makes: tuple[str, ...] = ()


@remembered
def realms(world: World) -> tuple[Realm, ...]:
    """The realms of all containers, each once for every container that has its file."""
    found: list[Realm] = []
    for told in told_containers(world):
        image = told.container.image or ""
        files: dict[str | None, dict[str, Setting]] = {}
        variables: dict[str, Setting] = {}
        for setting in told.settings if "keycloak" in image or "authelia" in image or _DEX.search(image) else ():
            if setting.origin is Origin.FILE:
                files.setdefault(setting.file, {})[setting.key] = setting
            elif setting.origin is Origin.ENV:
                variables[setting.key] = setting
        for keys in files.values():
            knows_all = is_complete(world.cluster, told.workload, told.container)
            found += (*realms_of_file(keys), *dex_of_file(keys, variables, knows_all), *_of_authelia(keys))
    return tuple(found)


def dex_of_file(keys: Mapping[str, Setting], variables: Mapping[str, Setting], knows_all: bool) -> Iterator[Realm]:
    """What a configuration file of dex says, if it is one with static clients.

    `idEnv` and `secretEnv` name the variables of dex that have a client's id and secret.
    """
    issuer = keys.get("issuer")
    if issuer is None or not any(_STATIC.fullmatch(key) for key in keys):
        return
    by_client: dict[str, list[tuple[str, Setting]]] = {}
    for key, setting in keys.items():
        if (found := _STATIC.fullmatch(key)) is not None:
            by_client.setdefault(found[1], []).append((found[2], setting))
    clients = tuple(_static_client(dict(parts), parts, variables, knows_all) for parts in by_client.values())
    yield Realm(_text(issuer), issuer, issuer.workload, None, clients, "Dex", "grpc.addr" in keys)


def _static_client(
    by_name: Mapping[str, Setting],
    parts: Sequence[tuple[str, Setting]],
    variables: Mapping[str, Setting],
    knows_all: bool,
) -> RealmClient:
    public = (_text(by_name.get("public")) or "").lower() == "true"
    named = by_name.get("id") or variables.get(_text(by_name.get("idEnv")) or "")
    return RealmClient(
        id=_text(named),
        id_setting=named,
        root=None,
        secret=None if public else by_name.get("secret") or variables.get(_text(by_name.get("secretEnv")) or ""),
        settings=tuple(("redirect", each) for name, each in parts if name.startswith("redirectURIs")),
        parts=by_name,
        empty_by=by_name.get("idEnv") if named is None and knows_all else None,
    )


def _of_authelia(keys: Mapping[str, Setting]) -> Iterator[Realm]:
    """What Authelia's configuration says. Of a client's secret it has a digest only."""
    by_client: dict[str, list[tuple[str, Setting]]] = {}
    for key, setting in keys.items():
        if (found := _REGISTERED.fullmatch(key)) is not None:
            by_client.setdefault(found[1], []).append((found[2], setting))
    address = keys.get("session.cookies[0].authelia_url") or keys.get("session.domain")
    if address is not None and by_client:
        clients = tuple(_registered_client(dict(parts), parts) for parts in by_client.values())
        yield Realm(_text(address), address, address.workload, None, clients, "Authelia")


def _registered_client(by_name: Mapping[str, Setting], parts: Sequence[tuple[str, Setting]]) -> RealmClient:
    named = by_name.get("client_id") or by_name.get("id")
    uris = tuple(("redirect", each) for name, each in parts if name.startswith("redirect_uris"))
    public = (_text(by_name.get("public")) or "").lower() == "true"
    secret = None if public else by_name.get("client_secret") or by_name.get("secret")
    return RealmClient(_text(named), named, None, secret, uris, by_name)


def realms_of_file(keys: Mapping[str, Setting]) -> Iterator[Realm]:
    """The realm of a file, or several where it is a list (an export)."""
    for key, setting in keys.items():
        if key == "realm" or re.fullmatch(r"\[\d+\]\.realm", key):
            start = key.removesuffix("realm")
            own = {name[len(start) :]: each for name, each in keys.items() if name.startswith(start)}
            frontend = own.get("attributes.frontendUrl")
            scopes = tuple(each for name, each in own.items() if _SCOPE.fullmatch(name))
            yield Realm(_text(setting), setting, setting.workload, frontend, tuple(_clients(own)), scopes=scopes)


def _clients(keys: Mapping[str, Setting]) -> Iterator[RealmClient]:
    by_client: dict[str, list[tuple[str, Setting]]] = {}
    for key, setting in keys.items():
        if (found := _CLIENT.fullmatch(key)) is not None:
            by_client.setdefault(found[1], []).append((found[2], setting))
    return (_client(parts) for parts in by_client.values())


def _client(parts: Sequence[tuple[str, Setting]]) -> RealmClient:
    by_name = dict(parts)
    return RealmClient(
        id=_text(by_name.get("clientId")),
        id_setting=by_name.get("clientId"),
        root=by_name.get("rootUrl"),
        secret=by_name.get("secret") if _has_secret(by_name) else None,
        settings=tuple((_PARTS[plain], each) for name, each in parts if (plain := name.partition("[")[0]) in _PARTS),
        parts=by_name,
    )


def _has_secret(by_name: Mapping[str, Setting]) -> bool:
    """False for a client that sends none, whatever an export left: public, bearer-only, disabled, by certificate."""
    said = {name: (_text(by_name.get(name)) or "").lower() for name in ("publicClient", "bearerOnly", "enabled")}
    if "true" in (said["publicClient"], said["bearerOnly"]) or said["enabled"] == "false":
        return False
    return (_text(by_name.get("clientAuthenticatorType")) or "client-secret").startswith("client-secret")


def _text(setting: Setting | None) -> str | None:
    return None if setting is None or setting.value is None or setting.secret else reveal(setting.value).strip() or None
