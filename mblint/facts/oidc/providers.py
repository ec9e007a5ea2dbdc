"""Providers that run in the render, the addresses that they are configured with, and who leads to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from mblint.cluster.objects import ContainerRole, ObjectId, Route, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.callers.dependencies import find
from mblint.facts.oidc.realms import realms
from mblint.facts.oidc.relations import OidcSetting, Relation, relations
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.way.host_names import normal
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.settings.rows import Setting


class Address(Struct, frozen=True, eq=False):
    """An address that a provider is configured with, and the setting that says so."""

    url: OidcUrl
    setting: Setting


class Provider(Struct, frozen=True, eq=False):
    """A provider of the render. `own`: its address for browsers, None where it takes every request's own.

    `by_realm`: the addresses of realms that have one of their own. `services`: (namespace, name) of those before it.
    """

    workload: Workload
    services: frozenset[tuple[str, str]]
    own: Address | None
    by_realm: Mapping[str, Address]

    def address(self, realm: str | None) -> Address | None:
        """What browsers must use for a realm, and what its tokens carry."""
        return self.by_realm.get(realm or "") or self.own


@remembered
def providers(world: World) -> tuple[Provider, ...]:
    """The providers, in the order of the workloads."""
    return tuple(_provider(world, workload) for workload in _workloads(world))


def _workloads(world: World) -> tuple[Workload, ...]:
    """Workloads with a provider's own settings, and Keycloak by its image."""
    told = {id(each.workload) for each in relations(world) if each.library.provider}
    return tuple(
        workload
        for workload in world.cluster.workloads
        if workload.lasting and (id(workload) in told or _is_keycloak(workload))
    )


def _is_keycloak(workload: Workload) -> bool:
    images = (each.image or "" for each in workload.pod.containers if each.role is ContainerRole.MAIN)
    names = (image.partition("@")[0].rpartition("/")[2].partition(":")[0] for image in images)
    return any(name in ("keycloak", "keycloakx") for name in names)


def _provider(world: World, workload: Workload) -> Provider:
    own = [
        address
        for each in relations(world)
        if each.library.provider and each.workload is workload and not _is_realm(each)
        for setting in (*each.all("issuer"), *sorted(each.all("base"), key=_is_no_url))
        for address in _addresses(setting)
    ]
    by_realm = {
        realm.name: Address(url, realm.frontend)
        for realm in realms(world)
        if realm.name is not None and realm.frontend is not None and imports_into(world, realm.holder, workload)
        for url in oidc_urls(realm.frontend, bare=True)
    }
    services = (name for name, service in world.cluster.services.items() if workload in members(world.cluster, service))
    return Provider(workload, frozenset(services), own[0] if own else None, by_realm)


def _is_realm(relation: Relation) -> bool:
    return any(each.setting.key.endswith("attributes.frontendUrl") for each in relation.all("base"))


def _is_no_url(each: OidcSetting) -> bool:
    """Keycloak before 25: KC_HOSTNAME_URL goes before KC_HOSTNAME."""
    return not each.setting.key.lower().endswith("url")


def _addresses(each: OidcSetting) -> Iterator[Address]:
    for url in oidc_urls(each.setting, bare=True):
        yield Address(url, each.setting)


# ---------------------------------------------------------------- who leads to whom


def provider_of_realm(world: World, holder: Workload) -> Provider | None:
    """The provider that reads a workload's realm files: itself, the one that it calls, or the only one there is."""
    all_ = providers(world)
    found = next((each for each in all_ if imports_into(world, holder, each.workload)), None)
    return found or (all_[0] if len(all_) == 1 else None)


def imports_into(world: World, holder: Workload, provider: Workload) -> bool:
    """True where a workload is the provider, or calls it."""
    return holder is provider or (holder.id, provider.id) in _calls_of(world)


@remembered
def _calls_of(world: World) -> frozenset[tuple[ObjectId, ObjectId]]:
    """Client and server of each call."""
    found = ((each.destination.setting.workload, each.reached.server) for each in find(world))
    return frozenset((client.id, server.id) for client, server in found if server is not None)


def provider_of(world: World, relation: Relation) -> Provider | None:
    """The provider of the render that a relation leads to, by a Service for its pods or a route for browsers."""
    for each in relation.endpoints:
        for url in oidc_urls(each.setting, bare=False):
            for provider in providers(world):
                if leads_to(world, relation, url, provider):
                    return provider
    return None


def leads_to(world: World, relation: Relation, url: OidcUrl, provider: Provider) -> bool:
    """True where a URL of a relation leads to a provider, by its Service or by a route."""
    return _calls(world, relation, url, provider) or _routes(world, url, provider)


def _calls(world: World, relation: Relation, url: OidcUrl, provider: Provider) -> bool:
    service = resolve(url.host, relation.workload, world.cluster, world.config.cluster).service
    return service is not None and (service.id.namespace, service.id.name) in provider.services


def _routes(world: World, url: OidcUrl, provider: Provider) -> bool:
    return not _behind(world, url.host).isdisjoint(provider.services)


@lru_cache(maxsize=1024)
def _behind(world: World, host: str) -> frozenset[tuple[str, str]]:
    """The Services that routes lead a host to, by namespace and name; not of routes for every host. Remembered."""
    routes = (route for route in routes_to(world, host) if route.hosts)
    return frozenset((backend.namespace, backend.service) for route in routes for backend in route.backends)


def may_be_elsewhere(world: World, host: str, caller: Workload) -> bool:
    """True for the name of a missing Service that another release may bring: where the render has no provider at all,
    or nothing in the Service's namespace."""
    _, _, rest = host.partition(".")
    namespace = rest.partition(".")[0] or caller.id.namespace
    return not providers(world) or namespace not in _inhabited(world)


@remembered
def _inhabited(world: World) -> frozenset[str]:
    """The namespaces of all workloads."""
    return frozenset(workload.id.namespace for workload in world.cluster.workloads)


@lru_cache(maxsize=1024)
def routes_to(world: World, host: str) -> tuple[Route, ...]:
    """The routes of the render that serve a host; one that names no host serves every one. Remembered."""
    name = normal(host).rstrip(".")
    return tuple(
        route
        for route in world.cluster.routes
        if route.web and (not route.hosts or any(_serves(each.text.lower(), name) for each in route.hosts))
    )


def _serves(pattern: str, name: str) -> bool:
    return pattern == name or (pattern.startswith("*.") and name.endswith(pattern[1:]))
