"""What an OIDC setting names: a host, the URL as it may be shown, and the realm in its path."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import SecretText, unquoted
from mblint.facts.way.endpoints import is_host
from mblint.regex import regex
from mblint.settings.rows import Setting

_URL = regex(r"(https?)://(?:[^/?#\s@]*@)?(\[[0-9A-Fa-f:.]+\]|[^/:?#\s@\[\]]+)(:\d{1,5})?(/[^?#\s,;\"'\]]*)?")
_BARE = regex(r"([^/:\s]+)(?::\d{1,5})?/?")
_REALM = regex(r"/realms/([^/]+)")


class OidcUrl(Struct, frozen=True):
    """`url` is None where only a host is given, and for a Secret's value, of which only the host may be shown."""

    host: str
    port: int | None
    url: str | None
    realm: str | None  # of a Keycloak URL that may be shown
    hidden_realm: SecretText | None = None  # of one that may not, to compare


def oidc_urls(setting: Setting, *, bare: bool) -> Iterator[OidcUrl]:
    """The http(s) URLs in a setting. `bare`: a host name alone counts too, unless it is a Secret's whole value.

    A host that is templated (`$(env:HOST)`, `{{ host }}`) is nothing.
    """
    text = unquoted(setting.value)
    found = False
    for match in _URL.finditer(text):
        found = True
        host = match[2].strip("[]")
        if is_host(host):
            path = match[4] or ""
            url = None if setting.secret else f"{match[1]}://{match[2]}{match[3] or ''}{path}"
            realm = _REALM.search(path)
            port = int(match[3][1:]) if match[3] else 443 if match[1] == "https" else 80
            if setting.secret:
                yield OidcUrl(host, port, url, None, SecretText(realm[1]) if realm else None)
            else:
                yield OidcUrl(host, port, url, realm[1] if realm else None)
    if bare and not found and not setting.secret and (name := _BARE.fullmatch(text)) is not None and is_host(name[1]):
        yield OidcUrl(name[1], None, None, None)
