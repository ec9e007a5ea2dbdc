"""The clients that a provider of the render is given: by realms that it imports, or that a Job sends to it.

A list of clients says that another one is missing only where nothing else may add to it: `may_be_added`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import ConfigMap, Secret, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.cluster.services import services_of
from mblint.facts.oidc.argo_cd_dex import dexes_of_argo_cd
from mblint.facts.oidc.blueprints import PRODUCT as AUTHENTIK
from mblint.facts.oidc.blueprints import clients_of_blueprints
from mblint.facts.oidc.client_resources import HYDRA, KANIDM, clients_of_resources
from mblint.facts.oidc.dex_resources import clients_in_storage, is_seen
from mblint.facts.oidc.imported_realms import GROUP, imported_realms
from mblint.facts.oidc.providers import Provider, is_named, provider_of_realm
from mblint.facts.oidc.realms import Realm, realms
from mblint.facts.oidc.substitution import filled_with
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.relations import Relation
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.settings.unseen_files import may_be_unseen

_IMPORTS = ("/opt/keycloak/data/import/*", "/opt/bitnami/keycloak/data/import/*", "/config/*")
_AUTHELIAS_FILES = ("/config/*.yml", "/config/*.yaml", "/configuration*", "/etc/authelia/*")
_DEX_FILES = ("/etc/dex/*", "/etc/dex/cfg/*")
_ADDS = regex(r"kcadm|kcreg|/admin/realms|clients-registrations|keycloak_openid_client|KeycloakAdmin")
_ADMIN = ("KEYCLOAK_ADMIN", "KC_BOOTSTRAP_ADMIN", "KEYCLOAK_USER", "KEYCLOAK_PASSWORD")


class Registrations(Struct, frozen=True, eq=False):
    """The realms that one provider is given. `added_by`: a clause that says what else may add to them."""

    provider: Provider
    realms: tuple[Realm, ...]
    added_by: str | None


@remembered
def registrations(world: World) -> tuple[Registrations, ...]:
    """Of every provider that is given realms of which the names are known."""
    found: dict[int, tuple[Provider, list[Realm]]] = {}
    for realm in realms(world):
        if (provider := _provider(world, realm)) is not None:
            found.setdefault(id(provider), (provider, []))[1].append(realm)
    for provider, realm in (
        *imported_realms(world),
        *dexes_of_argo_cd(world),
        *clients_of_blueprints(world),
        *clients_of_resources(world),
        *clients_in_storage(world),
    ):
        found.setdefault(id(provider), (provider, []))[1].append(realm)
    return tuple(Registrations(one, tuple(given), _added_by(world, one, given)) for one, given in found.values())


def _provider(world: World, realm: Realm) -> Provider | None:
    """The provider of a realm; an Authelia that is told no address of its own is one by its Services alone."""
    found = provider_of_realm(world, realm.holder)
    if realm.product != "Authelia" or (found is not None and found.workload is realm.holder):
        return found
    services = ((one.id.namespace, one.id.name) for one in services_of(world.cluster, realm.holder))
    return Provider(realm.holder, frozenset(services), None, {})


def provider_named_by(world: World, relation: Relation) -> Provider | None:
    """The provider whose own address a relation has, one of no workload too: of an operator, or of Argo CD."""
    urls = [url for each in relation.of_provider for url in oidc_urls(each.setting, bare=False)]
    found = (given.provider for given in registrations(world))
    return next((one for one in found if any(is_named(one, url) for url in urls)), None)


def filled(world: World, setting: Setting | None) -> str | None:
    """What a realm's file says once the variables in it are filled from the container; None where that is not known."""
    if setting is None or setting.value is None:
        return None
    return filled_with(reveal(setting.value), _environment(world, setting))


def _environment(world: World, setting: Setting) -> Mapping[str, str]:
    if "$" not in reveal(setting.value or ""):
        return {}
    return {
        each.key: reveal(each.value)
        for each in settings_of(world, setting.workload, setting.container)
        if each.origin is Origin.ENV and each.value is not None
    }


# ---------------------------------------------------------------- what else may add clients


def _added_by(world: World, provider: Provider, given: list[Realm]) -> str | None:
    if all(realm.product == "Dex" for realm in given):
        return next(_clauses_of_dex(world, provider, given), None)
    if all(realm.product == AUTHENTIK for realm in given):
        return "clients can be added in its pages"
    if all(realm.product in (HYDRA, KANIDM) for realm in given):
        return "clients can be added by its command line"
    if all(realm.product == "Authelia" for realm in given):
        return _unseen(world, provider, _AUTHELIAS_FILES)
    holders = {realm.holder.id: realm.holder for realm in given}
    return next(_clauses(world, provider, tuple(holders.values())), None)


def _clauses_of_dex(world: World, provider: Provider, given: list[Realm]) -> Iterator[str]:
    """Dex takes the clients of its file, those of its storage in the cluster, and those that its API is told."""
    if any(realm.served_by_api for realm in given):
        yield "clients can be added by its gRPC API"
    for each in world.cluster.of_kind("OAuth2Client", "dex.coreos.com"):
        if is_seen(each) and each.id.namespace != provider.workload.id.namespace:
            yield f"OAuth2Client {each.id.name} is one more"
    if (unseen := _unseen(world, provider, _DEX_FILES)) is not None:
        yield unseen


def _unseen(world: World, provider: Provider, files: tuple[str, ...]) -> str | None:
    holder = provider.workload
    if any(may_be_unseen(world.cluster, holder, each, files) for each in holder.pod.containers):
        return f"{holder.id.kind} {holder.id.name} may read a file that is not in these manifests"
    return None


def _clauses(world: World, provider: Provider, holders: tuple[Workload, ...]) -> Iterator[str]:
    known = {provider.workload.id, *(holder.id for holder in holders)}
    for holder in (provider.workload, *holders):
        if any(may_be_unseen(world.cluster, holder, each, _IMPORTS) for each in holder.pod.containers):
            yield f"{holder.id.kind} {holder.id.name} may import files that are not in these manifests"
    is_resource = provider.workload.id.kind == "Keycloak"
    for kind, group in _RESOURCES:
        for each in world.cluster.of_kind(kind, group) if not is_resource or group != GROUP else ():
            yield f"{kind} {each.id.name} may register some"
    for workload in world.cluster.workloads:
        other = workload.id not in known and not (is_resource and _is_operator(workload))
        if _calls_the_administration(workload) or (other and _is_made_for_keycloak(workload)):
            yield f"{workload.id.kind} {workload.id.name} may register some"
    for setting in world.settings:
        if setting.workload.id not in known and setting.key.startswith(_ADMIN):
            yield f"{setting.workload.id.kind} {setting.workload.id.name} knows an administrator"
    yield from _scripts(world)


def _calls_the_administration(workload: Workload) -> bool:
    return any(_ADDS.search(word.text) for each in workload.pod.containers for word in each.words)


def _is_made_for_keycloak(workload: Workload) -> bool:
    return any("keycloak" in (each.image or "") for each in workload.pod.containers)


def _is_operator(workload: Workload) -> bool:
    return all("keycloak-operator" in (each.image or "") for each in workload.pod.containers)


def _scripts(world: World) -> Iterator[str]:
    objects: tuple[ConfigMap | Secret, ...] = (*world.cluster.config_maps.values(), *world.cluster.secrets.values())
    for held in objects:
        if any(each.text is not None and _ADDS.search(reveal(each.text)) for each in held.entries.values()):
            yield f"a script in {held.id.kind} {held.id.name} may register some"


_RESOURCES = (
    ("KeycloakRealmImport", GROUP),
    ("KeycloakClient", "keycloak.org"),
    ("KeycloakRealm", "keycloak.org"),
    ("KeycloakClient", "v1.edp.epam.com"),
    ("KeycloakRealm", "v1.edp.epam.com"),
    ("Client", "openidclient.keycloak.crossplane.io"),
)
