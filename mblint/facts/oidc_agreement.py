"""Whether the endpoints of one relation agree: with the address that the provider has, with one another, on the realm.

A Keycloak with a configured host name sends browsers there and writes it into tokens, whatever name it was called by.
Back-channel endpoints may have any host.
Source: Keycloak, "Configuring the hostname"; OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.facts.host_names import normal
from mblint.facts.oidc_urls import OidcUrl, oidc_urls
from mblint.facts.providers import Address, Provider
from mblint.facts.relations import OidcSetting, Relation
from mblint.facts.rows import Related

_SHOWN = ("authorization", "end-session", "issuer")
_CALLED = ("token", "userinfo", "jwks", "introspection", "discovery")


class Agreement(Struct, frozen=True):
    """`expected`: what the endpoint should say, and who says so. `related`: where."""

    agrees: bool
    expected: str | None = None
    related: tuple[Related, ...] = ()


class _Endpoint(Struct, frozen=True, eq=False):
    each: OidcSetting
    url: OidcUrl


def agreement(relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl) -> Agreement | None:
    """Whether an endpoint agrees with what it must; None where there is nothing to compare."""
    if relation.library.provider or each.said.endpoint not in (*_SHOWN, *_CALLED):
        return None
    first = _first(relation)
    found = [
        *_with_provider(relation, provider, each, url),
        *(_with_first(relation, first, each, url) if first is not None and first.each is not each else ()),
    ]
    return next((one for one in found if not one.agrees), found[0] if found else None)


def _first(relation: Relation) -> _Endpoint | None:
    """The endpoint that the others are held against: the authorization endpoint, or what comes nearest to it."""
    for endpoint in (*_SHOWN, *_CALLED):
        for each in relation.all(endpoint):
            for url in oidc_urls(each.setting, bare=False):
                return _Endpoint(each, url)
    return None


def _with_provider(
    relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Iterator[Agreement]:
    address = provider.address(url.realm) if provider is not None else None
    if address is not None and _shows_host(relation, each):
        agrees = _same(url.host, address.url.host)
        place = f"{address.setting.label} of {address.setting.workload.id.name}"
        yield Agreement(agrees, f"{address.url.host} ({place})", (_says(address),))


def _with_first(relation: Relation, first: _Endpoint, each: OidcSetting, url: OidcUrl) -> Sequence[Agreement]:
    """Realms must be one for all; hosts for browsers too, where both are the same software's."""
    if url.realm is None or first.url.realm is None:
        return ()
    where = first.each.setting
    related = (Related(f"{where.label} is set here", where.place, where.workload.id),)
    realm = Agreement(url.realm == first.url.realm, f"the realm {first.url.realm} ({where.label})", related)
    if each.said.endpoint == "issuer" or not _shows_host(relation, each) or first.each.said.endpoint != "authorization":
        return (realm,)
    return (realm, Agreement(_same(url.host, first.url.host), f"{first.url.host} ({where.label})", related))


def _shows_host(relation: Relation, each: OidcSetting) -> bool:
    """True where the host must be the one that browsers see: theirs, or what tokens and discovery carry."""
    if each.said.endpoint == "issuer":
        return relation.issuer not in ("fetched", "unsure")
    return each.said.endpoint in _SHOWN


def _same(one: str, other: str) -> bool:
    return normal(one).rstrip(".") == normal(other).rstrip(".")


def _says(address: Address) -> Related:
    setting = address.setting
    holder: ObjectId = setting.workload.id
    return Related(f"{setting.label} of {holder.kind} {holder.name} says {address.url.host}", setting.place, holder)
