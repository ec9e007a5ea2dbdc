"""An endpoint that pods call at a host which is none of its provider's, while the others of the relation lead there.

A back channel may have a name of its own: a Service's, or one of a network of the company. So it is said only of a
host that browsers could ask for, and that no route of the view serves, while the realm is the same.
"""

from __future__ import annotations

from mblint.cluster.secrets import reveal
from mblint.facts.oidc.agreed import Agreement
from mblint.facts.oidc.providers import Provider, leads_to, routes_to
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import OidcSetting, Relation
from mblint.facts.rows import Related
from mblint.facts.way.host_names import address_of, normal
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World

_CALLED = ("token", "userinfo", "jwks", "introspection")
_OTHERS = ("authorization", "token", "userinfo", "jwks", "introspection", "issuer", "discovery")


def stray_host(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With the host of all other endpoints of the relation; None where it leads to the provider, or may do so."""
    if provider is None or each.said.endpoint not in _CALLED or not _is_public(world, relation, url):
        return None
    others = [
        (one, other)
        for endpoint in _OTHERS
        for one in relation.all(endpoint)
        if one is not each
        for other in oidc_urls(one.setting, bare=False)
    ]
    theirs = [(one, other) for one, other in others if leads_to(world, relation, other, provider)]
    if len(theirs) < 2 or len(theirs) < len(others) or any(_realm(other) != _realm(url) for _, other in theirs):
        return None
    one, other = theirs[0]
    name = provider.workload.id.name
    where = Related(f"{one.setting.label} leads to {name}", one.setting.place, relation.workload.id)
    form = f"No route here serves {normal(url.host)}, and the other endpoints of the relation are at {other.host}"
    return Agreement(False, f"{other.host} ({one.setting.label})", (where,), form=form)


def _is_public(world: World, relation: Relation, url: OidcUrl) -> bool:
    """Whether the host is a name that a public resolver may know, and no route of the view has."""
    host = normal(url.host).rstrip(".")
    if "." not in host or address_of(host) is not None or routes_to(world, host):
        return False
    return resolve(host, relation.workload, world.cluster, world.config.cluster).resolves == "public"


def _realm(url: OidcUrl) -> str | None:
    return reveal(url.hidden_realm) if url.hidden_realm is not None else url.realm
