"""The port in an issuer: a provider with a fixed address writes that into tokens and into its discovery document.

Whoever asks it at another port of the same host finds the issuer of that address there, and libraries that compare do
so to the letter. Keycloak's name is fixed where it is a whole URL; to a host name alone it adds each request's port.
Sources: https://www.keycloak.org/server/hostname and https://dexidp.io/docs/configuration/.
"""

from __future__ import annotations

from mblint.cluster.secrets import unquoted
from mblint.facts.oidc.providers import Address, Provider, is_named
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import OidcSetting, Relation
from mblint.settings.role_table import words_of
from mblint.urls import split_url

# Authelia and authentik make the issuer of the address by which they were called, whatever they are told of themselves.
_OF_REQUESTS = (("authelia", "url"), ("authentik", "host", "browser"))


def right_origin(relation: Relation, provider: Provider, each: OidcSetting, url: OidcUrl) -> str | None:
    """The beginning that an issuer should have, where its port alone differs from that of the provider's address."""
    address = provider.address(url.realm)
    if address is None or each.said.endpoint != "issuer" or _is_of_requests(address):
        return None
    own = split_url(unquoted(address.setting.value))
    if own.scheme not in ("http", "https"):
        return None
    asked = split_url(unquoted(each.setting.value))
    if asked.scheme != own.scheme or url.port == address.url.port or not is_named(provider, url):
        return None
    if any(is_named(provider, other) and other.port == address.url.port for other in _issuers(relation)):
        return None
    return f"{own.scheme}://{own.netloc.rpartition('@')[2]}"


def _is_of_requests(address: Address) -> bool:
    words = words_of(address.setting.key)
    return any(words[-len(each) :] == each for each in _OF_REQUESTS)


def _issuers(relation: Relation) -> list[OidcUrl]:
    """All issuers that it is told: one that checks tokens may take those of several."""
    return [url for each in relation.all("issuer") for url in oidc_urls(each.setting, bare=False)]
