"""Whether a provider takes a redirect URI: those that a client has, held against the one that is asked for.

Source of Keycloak's: "Valid redirect URIs" in the Server Administration Guide, and
https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/utils/RedirectUtils.java:
a `*` counts at the end only; what begins with `/` stands behind the client's root URL, and where it has none, behind
the address by which the browser came to Keycloak, and is not joined but written behind it; before a `*` the query is
left aside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.urls import split_url

Takes = Callable[[str, str], bool]  # (registered, asked)


def is_among(asked: RedirectUri, patterns: Sequence[str], root: str | None, takes: Takes) -> bool | None:
    """Whether one of a client's redirect URIs takes the asked one; None where one of them is not known."""
    unknown = False
    for pattern in patterns:
        whole = pattern
        if pattern.startswith("/"):
            if not root:
                unknown = True
                continue
            whole = root + pattern  # letter by letter: behind https://shop.example.org/ it begins with two slashes
        if asked.tail and split_url(whole).path.startswith("//"):
            continue
        if asked.tail and (whole.endswith("*") or split_url(whole).path.endswith(asked.tail)):
            if whole == "*" or (split_url(whole).hostname or "").startswith((split_url(asked.url).hostname or "", "*")):
                return True
            continue
        urls = (asked.url,) if asked.scheme_known else (asked.url, asked.url.replace("https://", "http://", 1))
        if any(takes(whole, url) for url in urls):
            return True
    return None if unknown else False


def keycloak_takes(pattern: str, url: str) -> bool:
    """Keycloak's matching."""
    pattern, url = _lower_host(pattern), _lower_host(url)
    if pattern == "*":
        return True
    if pattern.endswith("*") and "?" not in pattern:
        start = pattern[:-1]
        plain = url.partition("?")[0]
        return plain.startswith(start) or plain == start.removesuffix("/")
    return pattern == url or _without_loopback_port(url) == pattern


def letter_by_letter(registered: str, url: str) -> bool:
    """So compare dex (https://github.com/dexidp/dex/blob/master/server/oauth2.go) and Authelia (its redirect_uris)."""
    return registered == url


def _lower_host(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}" if mark else url


def _without_loopback_port(url: str) -> str:
    """A redirect to the own machine may have any port (RFC 8252, section 7.3)."""
    parts = split_url(url)
    if parts.hostname not in ("127.0.0.1", "localhost"):
        return url
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
