"""Who checks tokens of a Keycloak under one name, while browsers get them under another one.

A Keycloak that is told no host name writes into each token the name by which it was called. A program that reads the
issuer from discovery at the Service's name refuses every token that a browser got at the public one.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.oidc.fixed_name import takes_every_name
from mblint.facts.oidc.providers import Provider, providers_at
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import OidcSetting, Relation, relations
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.host_names import normal
from mblint.facts.way.hosts import resolve
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_LEARNS = ("fetched", "verified")


def browsers_name(
    world: World, relation: Relation, provider: Provider, each: OidcSetting, url: OidcUrl
) -> tuple[str, Setting] | None:
    """The other name, and the setting that sends browsers there; None where both agree or that is not certain."""
    if not relation.library.browserless or relation.issuer not in _LEARNS or each.said.endpoint != "issuer":
        return None
    if resolve(url.host, relation.workload, world.cluster, world.config.cluster).service is None:
        return None
    if not takes_every_name(world, provider, url.realm) or provider not in providers_at(world, relation, url):
        return None
    public = {normal(each.host.text) for each in served_hosts(world, provider.workload)}
    for setting in _for_browsers(world, relation) if public else ():
        for other in oidc_urls(setting, bare=False):
            if normal(other.host) in public and normal(other.host) != normal(url.host):
                return other.host, setting
    return None


def filled_by(world: World, setting: Setting) -> Iterator[Related]:
    """The variable that has an address which a file takes from it: there it can be changed."""
    if setting.origin is not Origin.FILE or setting.secret or setting.value is None:
        return
    for each in settings_of(world, setting.workload, setting.container):
        if each.origin is Origin.ENV and not each.secret and each.value == setting.value:
            yield Related(f"{each.label} says it", each.place, each.workload.id)


def _for_browsers(world: World, relation: Relation) -> Iterator[Setting]:
    """Settings of the same container, then those of others that send browsers to log in."""
    yield from settings_of(world, relation.workload, relation.container)
    for other in relations(world):
        if other.workload.id.namespace == relation.workload.id.namespace and not other.library.provider:
            shown = other.all("issuer") if other.issuer == "shown" else ()
            yield from (each.setting for each in (*other.all("authorization"), *shown))
