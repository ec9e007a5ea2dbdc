"""The OIDC endpoint that a URL is by its path, whatever the setting is called."""

from __future__ import annotations

from mblint.settings.oidc_table import Library, OidcName

BY_URL = Library("OpenID Connect")
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
    if "/openid-con" not in text and "/.well-known/openid-con" not in text:
        return None
    path = text.partition("?")[0].rstrip("/")
    if path.count("://") != 1 or " " in path:
        return None
    return next((OidcName(BY_URL, endpoint) for end, endpoint in _ENDPOINT_PATHS if path.endswith(end)), None)
