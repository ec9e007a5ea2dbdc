"""Whether the endpoints of one relation agree: with the address that the provider has, with one another, on the realm.

A Keycloak with a configured host name sends browsers there and writes it into tokens, whatever name it was called by.
Back-channel endpoints may have any host; of a Keycloak that has no fixed name (`fixed_name`), those that compare the
issuer must have the one of browsers.
Source: Keycloak, "Configuring the hostname"; OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.secrets import unquoted
from mblint.facts.oidc.agreed import Agreement
from mblint.facts.oidc.argo_cd_issuer import dex_left_out
from mblint.facts.oidc.authentik_issuer import right_issuer
from mblint.facts.oidc.discovery_path import discovery_twice
from mblint.facts.oidc.fixed_name import compares_names, takes_every_name
from mblint.facts.oidc.given_realms import realms_instead
from mblint.facts.oidc.issuer_form import compares_letters, right_form
from mblint.facts.oidc.issuer_port import right_origin
from mblint.facts.oidc.operator_paths import operators_path
from mblint.facts.oidc.own_scheme import is_https
from mblint.facts.oidc.provider_paths import right_path
from mblint.facts.oidc.providers import Address, Provider, leads_to, providers_at
from mblint.facts.oidc.stray_host import stray_host
from mblint.facts.oidc.two_names import browsers_name, filled_by
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import OidcSetting, Relation
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.host_names import normal
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.settings.role_table import words_of

_LETTERS = "They are compared to the letter, and the slash at the end counts"
_MANY = "Many libraries compare it with the issuer that tokens and the provider's own document carry"
_SHOWN = ("authorization", "end-session", "issuer")
_CALLED = ("token", "userinfo", "jwks", "introspection", "discovery")


class _Said(Struct, frozen=True, eq=False):
    """A host or a realm, and the setting that has it."""

    text: str
    each: OidcSetting


def agreement(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """Whether an endpoint agrees with what it must; None where there is nothing to compare."""
    if relation.library.provider or each.said.endpoint not in (*_SHOWN, *_CALLED):
        return None
    found = [
        one
        for one in (
            _about_host(world, relation, provider, each, url),
            _about_unfixed_name(world, relation, provider, each, url),
            _about_browsers_name(world, relation, provider, each, url),
            _about_realm(world, relation, each, url),
            right_issuer(world, relation, each),
            stray_host(world, relation, provider, each, url),
            _about_given_realms(world, relation, provider, each, url),
            _about_path(world, relation, provider, each, url),
            operators_path(world, each, url),
            dex_left_out(world, each, url),
            discovery_twice(relation, each),
            _about_form(relation, provider, each),
            _about_scheme(world, relation, provider, each, url),
            _about_port(relation, provider, each, url),
        )
        if one is not None
    ]
    return next((one for one in found if not one.agrees), found[0] if found else None)


def _about_host(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With the provider's own address; where that is not known, with most of the other addresses for browsers."""
    if not _shows_host(relation, each):
        return None
    address = provider.address(url.realm) if provider is not None else None
    if address is not None:
        place = f"{address.setting.label} of {address.setting.workload.id.name}"
        if relation.issuer == "unsure":
            right = _same(url.host, address.url.host) or _says_elsewhere(world, relation, address)
            return None if right else Agreement(False, f"{address.url.host} ({place})", (_says(address),), form=_MANY)
        return Agreement(_same(url.host, address.url.host), f"{address.url.host} ({place})", (_says(address),))
    if url.realm is None or each.said.endpoint == "issuer":  # other software may have a host for each
        return None
    hosts = (_Said(normal(other.host), one) for one, other in _urls(relation, ("authorization", "end-session")))
    return _with_most(each, normal(url.host), tuple(hosts), "")


def _says_elsewhere(world: World, relation: Relation, address: Address) -> bool:
    """Whether the container is told the provider's own host, too: then this one may be for calls alone."""
    told = settings_of(world, relation.workload, relation.container)
    return any(_same(url.host, address.url.host) for each in told for url in oidc_urls(each, bare=False))


def _about_unfixed_name(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With the host of browsers, where the provider writes into tokens whatever name it was called by."""
    if provider is None or not compares_names(each.said.endpoint):
        return None
    shown = next(_urls(relation, ("authorization",)), None)
    if shown is None or _same(shown[1].host, url.host) or not takes_every_name(world, provider, url.realm):
        return None
    if not leads_to(world, relation, url, provider):
        return None
    one, other = shown
    name = provider.workload.id.name
    browsers = Related(f"{one.setting.label} sends browsers here", one.setting.place, relation.workload.id)
    server = Related(f"{name} is told no host name of its own", provider.workload.place, provider.workload.id)
    return Agreement(False, f"{other.host}, or {name} a fixed host name", (browsers, server), unfixed=name)


def _about_browsers_name(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With the name under which browsers get the tokens that this one checks."""
    found = browsers_name(world, relation, provider, each, url) if provider is not None else None
    if found is None or provider is None:
        return None
    host, setting = found
    name = provider.workload.id.name
    browsers = Related(f"{setting.label} leads browsers here", setting.place, setting.workload.id)
    server = Related(f"{name} is told no host name of its own", provider.workload.place, provider.workload.id)
    filled = filled_by(world, each.setting)
    return Agreement(False, f"{host}, or {name} a fixed host name", (*filled, browsers, server), unfixed=name)


def _about_realm(world: World, relation: Relation, each: OidcSetting, url: OidcUrl) -> Agreement | None:
    """With the realm of most endpoints of the same provider, on either channel."""
    if url.realm is None:
        return None
    found = (
        _Said(other.realm, one)
        for one, other in _urls(relation, (*_SHOWN, *_CALLED))
        if other.realm and _may_be_one(world, relation, url, other)
    )
    return _with_most(each, url.realm, tuple(found), "the realm ")


def _may_be_one(world: World, relation: Relation, url: OidcUrl, other: OidcUrl) -> bool:
    """Whether two URLs may be of one provider: it has one name for browsers, and may have another in the cluster."""
    if _same(url.host, other.host) or set(providers_at(world, relation, url)) & set(
        providers_at(world, relation, other)
    ):
        return True
    ways = (resolve(one.host, relation.workload, world.cluster, world.config.cluster) for one in (url, other))
    return any(way.resolves != "public" for way in ways)


def _about_given_realms(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With one of the realms that the provider is given."""
    if provider is None or not leads_to(world, relation, url, provider):
        return None
    realms = realms_instead(world, relation, provider, url)
    if not realms:
        return None
    name = provider.workload.id.name
    server = Related(f"{name} has no realm {url.realm}", provider.workload.place, provider.workload.id)
    return Agreement(False, f"the realm {' or '.join(realms)}, which {name} has", (server,))


def _about_path(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With the path at which the provider serves."""
    if provider is None or not leads_to(world, relation, url, provider):
        return None
    path = right_path(world, provider, each)
    if path is None:
        return None
    server = Related(f"{provider.workload.id.name} serves nothing there", provider.workload.place, provider.workload.id)
    return Agreement(False, f"the path {path}", (server,))


def _about_form(relation: Relation, provider: Provider | None, each: OidcSetting) -> Agreement | None:
    """With the slash at the end of the provider's issuer, or without, where the whole is compared."""
    if each.said.endpoint != "issuer" or not compares_letters(relation):
        return None
    right = right_form(each.setting, provider)
    return None if right is None else Agreement(False, right, form=_LETTERS)


def _about_scheme(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Agreement | None:
    """With the scheme of the provider's own address, where the whole is compared."""
    address = provider.address(url.realm) if provider is not None and each.said.endpoint == "issuer" else None
    if address is None or not _shows_host(relation, each) or not _same(url.host, address.url.host):
        return None
    plain = unquoted(each.setting.value).lower().startswith("http://")
    if not plain or not is_https(world, address):
        return None
    place = f"{address.setting.label} of {address.setting.workload.id.name}"
    return Agreement(False, f"https:// ({place})", (_says(address),), form=_MANY)


def _about_port(relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl) -> Agreement | None:
    """With the port of the provider's own address, where the whole is compared."""
    address = provider.address(url.realm) if provider is not None and relation.issuer != "shown" else None
    if provider is None or address is None or not _shows_host(relation, each):
        return None
    origin = right_origin(relation, provider, each, url)
    if origin is None:
        return None
    place = f"{address.setting.label} of {address.setting.workload.id.name}"
    return Agreement(
        False, f"{origin} ({place})", (_says(address),), form=_MANY if relation.issuer == "unsure" else None
    )


def _urls(relation: Relation, endpoints: Sequence[str]) -> Iterator[tuple[OidcSetting, OidcUrl]]:
    for endpoint in endpoints:
        for each in relation.all(endpoint):
            for url in oidc_urls(each.setting, bare=False):
                yield each, url


def _with_most(each: OidcSetting, text: str, said: Sequence[_Said], what: str) -> Agreement | None:
    """The odd one is what few say; of two, the later one (the authorization endpoint comes first)."""
    if len(said) < 2:
        return None
    counts = Counter(one.text for one in said)
    most = max(said, key=lambda one: counts[one.text])
    where = most.each.setting
    related = () if most.each is each else (Related(f"{where.label} is set here", where.place, where.workload.id),)
    return Agreement(text == most.text, f"{what}{most.text} ({where.label})", related)


def _shows_host(relation: Relation, each: OidcSetting) -> bool:
    """True where the host must be the one that browsers see: theirs, or what tokens and discovery carry."""
    if each.said.endpoint == "issuer":
        called_so = "issuer" in words_of(each.setting.key)
        return relation.issuer != "fetched" and (relation.issuer != "unsure" or called_so)
    if each.said.endpoint == "discovery":  # what it says of itself must be where it was found
        return relation.issuer == "verified" and not relation.all("issuer")
    return each.said.endpoint in _SHOWN


def _same(one: str, other: str) -> bool:
    return normal(one).rstrip(".") == normal(other).rstrip(".")


def _says(address: Address) -> Related:
    setting = address.setting
    holder = setting.workload.id
    return Related(f"{setting.label} of {holder.kind} {holder.name} says {address.url.host}", setting.place, holder)
