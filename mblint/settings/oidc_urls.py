"""What a setting of no known library is in OIDC: by the path of its URL, or as a part of a Keycloak's address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mblint.regex import regex
from mblint.settings.oidc_library import Library
from mblint.settings.oidc_table import REALM, OidcName
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.tables import as_texts, load_parts

BY_URL = Library("OpenID Connect")
_UNSURE = Library("OpenID Connect", issuer="unsure")
BY_PARTS = Library("Keycloak by its parts", issuer="unsure")
_OF_A_REALM = regex(r"https?://[^/?#\s]+(?:/[\w-]+)*/realms/[\w.-]+/?")
_ENDPOINT_PATHS = (
    ("/protocol/openid-connect/token/introspect", "introspection"),
    ("/protocol/openid-connect/auth", "authorization"),
    ("/protocol/openid-connect/token", "token"),
    ("/protocol/openid-connect/userinfo", "userinfo"),
    ("/protocol/openid-connect/certs", "jwks"),
    ("/protocol/openid-connect/logout", "end-session"),
    ("/.well-known/openid-configuration", "discovery"),
)


def oidc_url(text: str) -> OidcName | None:
    """The endpoint that a single URL is by its path: Keycloak's, and OpenID Connect Discovery 1.0, section 4."""
    if "/openid-con" not in text:
        return None
    path = text.partition("?")[0].rstrip("/")
    if path.count("://") != 1 or " " in path:
        return None
    return next((OidcName(BY_URL, endpoint) for end, endpoint in _ENDPOINT_PATHS if path.endswith(end)), None)


def realm_url(text: str, instance: str) -> OidcName | None:
    """The issuer that a single URL is by its path, which is that of a realm of Keycloak."""
    if "/realms/" not in text:
        return None
    text = text.strip()
    if text.rstrip("/").endswith("/realms/master") or not _OF_A_REALM.fullmatch(text):
        return None
    return OidcName(_UNSURE, "issuer", instance)


def keycloak_part(key: str, text: str) -> OidcName | None:
    """The address of a whole Keycloak, or the name of its realm, by the last words of a setting's name."""
    if "keycloak" not in key.lower():
        return None
    words = words_of(key)
    for length in range(2, min(len(words), 4) + 1):
        what = _parts().get(words[-length:])
        if what is not None and (what == REALM or text.startswith(("http://", "https://"))):
            return OidcName(BY_PARTS, what, " ".join(words[:-length]))
    return None


def address_ends() -> tuple[Phrase, ...]:
    """What the names of a Keycloak's address end in, behind the word for it."""
    return tuple(phrase[1:] for phrase, what in _parts().items() if what == "issuer")


def realm_ends() -> tuple[Phrase, ...]:
    """What the names of a realm end in, behind the word for Keycloak."""
    return tuple(phrase[1:] for phrase, what in _parts().items() if what == REALM)


@cache
def _parts() -> Mapping[Phrase, str]:
    table = load_parts("oidc", "parts")
    found = {tuple(text.split()): "issuer" for text in as_texts(table, "address")}
    return {**found, **{tuple(text.split()): REALM for text in as_texts(table, "realm")}}
