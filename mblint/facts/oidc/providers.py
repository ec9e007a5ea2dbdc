"""Providers that run in the render, the addresses that they are configured with, and who leads to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import ObjectId, Route, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.routes_by_host import routes_for_every_host, routes_that_name
from mblint.cluster.services import services_of
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.callers.dependencies import find
from mblint.facts.keycloak_parts import is_keycloak
from mblint.facts.oidc.realms import realms
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import OidcSetting, Relation, relations
from mblint.facts.way.host_names import normal
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.urls import split_url


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
    told = _told_themselves(world)
    return tuple(
        workload
        for workload in world.cluster.workloads
        if workload.lasting and (id(workload) in told or is_keycloak(workload))
    )


@remembered
def _told_themselves(world: World) -> Mapping[int, Sequence[Relation]]:
    """What providers are told of themselves, by workload."""
    found: defaultdict[int, list[Relation]] = defaultdict(list)
    for each in relations(world):
        if each.library.provider:
            found[id(each.workload)].append(each)
    return found


def _provider(world: World, workload: Workload) -> Provider:
    own = [
        address
        for each in _told_themselves(world).get(id(workload), ())
        if not _is_realm(each)
        for setting in (*each.all("issuer"), *sorted(each.all("base"), key=_is_no_url))
        for address in _addresses(setting)
    ]
    by_realm = {
        realm.name: Address(url, realm.frontend)
        for realm in realms(world)
        if realm.name is not None and realm.frontend is not None and imports_into(world, realm.holder, workload)
        for url in oidc_urls(realm.frontend, bare=True)
    }
    services = frozenset((one.id.namespace, one.id.name) for one in services_of(world.cluster, workload))
    return Provider(workload, services, own[0] if own else None, by_realm)


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
    """The provider of the render that a relation leads to: by a Service for its pods, a route for browsers, or the
    address that it is told of itself.
    """
    urls = [url for each in relation.of_provider for url in oidc_urls(each.setting, bare=False)]
    for url in urls:
        for provider in providers_at(world, relation, url):
            return provider
    named = {id(one): one for url in urls for one in providers(world) if is_named(one, url)}
    return next(iter(named.values())) if len(named) == 1 else None


def is_named(provider: Provider, url: OidcUrl) -> bool:
    """Whether a URL is at the address that a provider has for browsers; a Keycloak's may name a realm behind it."""
    address = provider.address(url.realm)
    if address is None or normal(address.url.host) != normal(url.host):
        return False
    if url.hidden_realm is not None:
        return not provider.by_realm
    path, own = (split_url(each or "").path.rstrip("/") for each in (url.url, address.url.url))
    if words_of(address.setting.key)[-1:] == ("issuer",):
        return url.url is not None and path.partition("/.well-known/")[0] == own
    return path.startswith(f"{own}/realms/") if url.realm is not None else url.url is not None and path == own


def leads_to(world: World, relation: Relation, url: OidcUrl, provider: Provider) -> bool:
    """True where a URL of a relation leads to a provider, by its Service or by a route."""
    return provider in providers_at(world, relation, url)


def providers_at(world: World, relation: Relation, url: OidcUrl) -> tuple[Provider, ...]:
    """The providers that a URL of a relation leads to, by a Service or by a route, in their order."""
    services = {
        (backend.namespace, backend.service) for route in _naming(world, url.host) for backend in route.backends
    }
    called = resolve(url.host, relation.workload, world.cluster, world.config.cluster).service
    if called is not None:
        services.add((called.id.namespace, called.id.name))
    behind = _by_service(world)
    numbers = {number for service in services for number in behind.get(service, ())}
    return tuple(providers(world)[number] for number in sorted(numbers))


@remembered
def _by_service(world: World) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """The numbers of the providers behind each Service."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, provider in enumerate(providers(world)):
        for service in provider.services:
            found[service].append(number)
    return {service: tuple(numbers) for service, numbers in found.items()}


def may_be_elsewhere(world: World, host: str, caller: Workload) -> bool:
    """True for the name of a missing Service that another release may bring: where the render has no provider at all,
    or nothing in the Service's namespace."""
    _, _, rest = host.partition(".")
    namespace = rest.partition(".")[0] or caller.id.namespace
    return not providers(world) or not workloads_in(world.cluster, namespace)


def routes_to(world: World, host: str) -> tuple[Route, ...]:
    """The routes of the render that serve a host: those that name it, then those that name none and serve every one."""
    return (*_naming(world, host), *(route for route in routes_for_every_host(world.cluster) if route.web))


def _naming(world: World, host: str) -> tuple[Route, ...]:
    return tuple(route for route in routes_that_name(world.cluster, normal(host).rstrip(".")) if route.web)
