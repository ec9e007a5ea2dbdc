"""What a realm says of its clients: where browsers return to, and what the provider calls when a session ends.

Clients whose applications are not in the render are facts without a judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.oidc.channels import Answer, for_browsers, for_pods, is_routed, is_served
from mblint.facts.oidc.providers import Provider, provider_of_realm
from mblint.facts.oidc.realms import RealmClient, realms
from mblint.facts.oidc.rows import OidcEndpoint
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import relations
from mblint.facts.world import World
from mblint.settings.oidc_table import CREDENTIAL
from mblint.settings.rows import Setting

_LIBRARY = "Keycloak realm"


class _Named(Struct, frozen=True, eq=False):
    """An address of a client: the setting that says it, and the setting that its host stands in (the root URL's)."""

    endpoint: str
    setting: Setting
    url: OidcUrl
    said_by: Setting


def client_endpoints(world: World) -> Iterator[tuple[OidcEndpoint, Setting]]:
    """The rows of all clients of all realms."""
    for realm in realms(world):
        provider = provider_of_realm(world, realm.holder)
        for client in realm.clients:
            applications = _applications(world, client)
            for named in _addresses(client):
                yield _row(world, client, named, applications, provider), named.setting


def _applications(world: World, client: RealmClient) -> tuple[Workload, ...]:
    """The workloads of the render that log in as this client."""
    return () if client.id is None else _by_credential(world).get(SecretText(client.id), ())


@remembered
def _by_credential(world: World) -> Mapping[SecretText, tuple[Workload, ...]]:
    """Who logs in with what: client ids are among the credentials, and may be kept in Secrets."""
    found: defaultdict[SecretText, list[Workload]] = defaultdict(list)
    for relation in relations(world):
        given = {
            SecretText(reveal(each.setting.value))
            for each in relation.all(CREDENTIAL)
            if each.setting.value is not None
        }
        for one in given:
            found[one].append(relation.workload)
    return {one: tuple(workloads) for one, workloads in found.items()}


def _addresses(client: RealmClient) -> Iterator[_Named]:
    for endpoint, setting in client.settings:
        text = "" if setting.value is None else reveal(setting.value)
        said_by = client.root if text.startswith("/") and client.root is not None else setting
        for url in oidc_urls(said_by, bare=False):
            yield _Named(endpoint, setting, url, said_by)


def _row(
    world: World, client: RealmClient, named: _Named, applications: tuple[Workload, ...], provider: Provider | None
) -> OidcEndpoint:
    setting = named.setting
    here = bool(applications) or is_routed(world, [named.url.host])
    back = named.endpoint == "backchannel-logout"
    answer = _answer(world, named, provider) if here else Answer("unknown", "the application is not in the render")
    return OidcEndpoint(
        object=setting.workload.id,
        container=setting.container.name,
        place=named.said_by.place,
        linted=setting.workload.linted,
        endpoint=named.endpoint,
        channel="back" if back else "front",
        host=named.url.host,
        back=named.url.host,
        url=named.url.url,
        settings=setting.label,
        library=_LIBRARY,
        client=client.id,
        caller=str(provider.workload.id) if back and provider is not None else None,
        resolves=answer.resolves,
        reason=answer.reason,
        only_logout=back,
        routed=_is_routed(world, named, applications) if here and not back else None,
    )


def _answer(world: World, named: _Named, provider: Provider | None) -> Answer:
    if named.endpoint != "backchannel-logout":
        return for_browsers(world, named.url)
    if provider is None:
        return Answer("unknown", "the provider that calls it is not in the render")
    return for_pods(world, named.url, provider.workload)


def _is_routed(world: World, named: _Named, applications: tuple[Workload, ...]) -> bool | None:
    """Whether a route serves the host. To a registered redirect nobody is sent unless an application asks for it."""
    return None if named.endpoint == "redirect" else is_served(world, [named.url.host], applications)
