"""The path at which a provider of the render serves what a relying party asks for.

A dex serves below the path of its issuer, a Keycloak of 17 or later at the root unless it is told a relative path.
Those before it served below /auth, which is still written into addresses of a whole Keycloak.
Below any other path nothing is found, neither discovery nor a login page.
"""

from __future__ import annotations

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import reveal, unquoted
from mblint.facts.oidc.providers import Provider
from mblint.facts.relations import OidcSetting
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_of_its_makers
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.oidc_urls import BY_PARTS
from mblint.settings.unseen_files import may_find
from mblint.software.identity import Oidc
from mblint.software.setting_names import texts
from mblint.urls import split_url

_BEFORE_A_REALM = regex(r"(?P<base>/[\w/-]*?)?/realms/[^/]+")
_DISCOVERY = "/.well-known/"
_BEFORE_17 = "/auth"
_PROTOCOL = "/protocol/openid-connect/"
# https://www.keycloak.org/securing-apps/oidc-layers, and OIDCLoginProtocolService of keycloak/keycloak
_ENDPOINTS = {
    "authorization": "auth",
    "token": "token",
    "userinfo": "userinfo",
    "jwks": "certs",
    "introspection": "token/introspect",
    "end-session": "logout",
}
_FURTHER = (
    "auth/device",
    "revoke",
    "registrations",
    "login-status-iframe.html",
    "forgot-credentials",
    "logout/backchannel-logout",
)
_CONFIGURED = ("/opt/keycloak/conf/*",)


def right_path(world: World, provider: Provider, each: OidcSetting) -> str | None:
    """The path that a URL should have, as its provider decides; None where it has that, or it is not known."""
    parts = split_url(unquoted(each.setting.value))
    if not parts.hostname or "$" in parts.path or not _comes_as_sent(world, provider, parts.hostname):
        return None
    if (issuer := _issuer(provider)) is not None:
        path, right = parts.path.partition(_DISCOVERY)[0].rstrip("/"), split_url(issuer).path.rstrip("/")
        return None if each.said.endpoint not in ("issuer", "discovery") or path == right else right or "/"
    found = _BEFORE_A_REALM.match(parts.path)
    if found is not None and (endpoint := _endpoint(each, parts.path)) is not None:
        return f"{found[0]}{_PROTOCOL}{endpoint}"
    if found is None and each.said.library is BY_PARTS and parts.path.rstrip("/") == _BEFORE_17:
        return "/" if _base(world, provider) == "" and not _has_path(provider, parts.hostname) else None
    base = _base(world, provider) if found is not None else None
    if (
        found is None
        or base is None
        or (found["base"] or "").rstrip("/") == base
        or (_has_path(provider, parts.hostname) and not _says_path(provider, base))
    ):
        return None
    return f"{base}{found[0].removeprefix(found['base'] or '')}"


def _endpoint(each: OidcSetting, path: str) -> str | None:
    """What the end of the path of a Keycloak's endpoint should be, where it is none that a Keycloak has."""
    _, mark, end = path.rstrip("/").partition(_PROTOCOL)
    right = _ENDPOINTS.get(each.said.endpoint)
    known = {*_ENDPOINTS.values(), *_FURTHER}
    return right if mark and end not in known and end.partition("/")[0] != "ext" else None


def _comes_as_sent(world: World, provider: Provider, host: str) -> bool:
    """False where a route of that host may change the path."""
    return all(each.as_sent for each in served_hosts(world, provider.workload) if each.host.text == host) and not any(
        "rewrite" in key or "middleware" in key
        for each in served_hosts(world, provider.workload)
        for key in each.route.annotations
    )


def _issuer(provider: Provider) -> str | None:
    """The issuer of a dex, as its configuration says it."""
    own = provider.own.setting if provider.own is not None else None
    known = own is not None and own.key == "issuer" and own.value is not None
    return reveal(own.value or "").strip() if own is not None and known else None


def _has_path(provider: Provider, host: str) -> bool:
    """Whether a Keycloak is told an address of that host with a path, which a proxy takes off."""
    own = provider.own
    return own is not None and own.url.host == host and bool(split_url(own.url.url or "").path.strip("/"))


def _says_path(provider: Provider, base: str) -> bool:
    """Whether the address that a Keycloak is told has the path at which it serves, which no proxy takes off then."""
    own = provider.own
    return bool(base) and own is not None and split_url(own.url.url or "").path.rstrip("/") == base


def _base(world: World, provider: Provider) -> str | None:
    """The path before the realms of a Keycloak; None where it is not known."""
    servers = [
        each
        for each in running_programs(world)
        if each.workload is provider.workload and each.container.role is ContainerRole.MAIN
    ]
    told = [_told(world, each) for each in servers if each.running.program.has(Oidc)]
    return told[0] if len(told) == 1 else None


def _told(world: World, server: RunningProgram) -> str | None:
    entries = [each for each in server.running.entries(Oidc) if each.base_path_default is not None]
    if len(entries) != 1 or server.running.undecided(Oidc) or not is_of_its_makers(server.running):
        return None
    if may_find(world.cluster, server.workload, server.container, _CONFIGURED) or not server.told.complete:
        return None
    setting = server.told.first(texts(entries[0].base_path))
    if setting is None:
        return (entries[0].base_path_default or "").rstrip("/")
    if setting.value is None:
        return None
    path = reveal(setting.value).strip().strip("/")
    return f"/{path}" if path else ""
