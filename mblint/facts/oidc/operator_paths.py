"""The path before the realms of a Keycloak that its operator makes.

It has none unless the resource says `http-relative-path` among its additional options.
Source: https://www.keycloak.org/operator/advanced-configuration#_additional_options
"""

from __future__ import annotations

from mblint.cluster.secrets import unquoted
from mblint.facts.oidc.agreed import Agreement
from mblint.facts.oidc.imported_realms import GROUP
from mblint.facts.oidc.registered import registrations
from mblint.facts.oidc.urls import OidcUrl
from mblint.facts.relations import OidcSetting
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.urls import split_url

_BEFORE_A_REALM = regex(r"(?P<base>/[\w/-]*?)?/realms/[^/]+")
_OPTION = "http-relative-path"


def operators_path(world: World, each: OidcSetting, url: OidcUrl) -> Agreement | None:
    """The path that a realm's address should have; None where it has that, or is of no such Keycloak."""
    found = _BEFORE_A_REALM.match(split_url(unquoted(each.setting.value)).path)
    for provider in (one.provider for one in registrations(world)) if found is not None else ():
        holder, own = provider.workload, provider.own
        if holder.id.kind != "Keycloak" or not holder.api_version.startswith(GROUP) or own is None:
            continue
        base = _base(holder.place)
        if own.url.host != url.host or base is None or split_url(own.url.url or "").path.strip("/"):
            continue
        if found is not None and (found["base"] or "").rstrip("/") != base:
            right = f"{base}{found[0].removeprefix(found['base'] or '')}"
            server = Related(f"{holder.id.name} serves nothing there", holder.place, holder.id)
            return Agreement(False, f"the path {right}", (server,))
    return None


def _base(keycloak: Place) -> str | None:
    """Its relative path, without a slash at the end; None where a Secret says it."""
    options = keycloak.at("spec", "additionalOptions").value
    for each in options if isinstance(options, list) else ():
        if isinstance(each, dict) and each.get("name") == _OPTION:
            value = each.get("value")
            return f"/{value.strip('/')}".rstrip("/") if isinstance(value, str) else None
    return ""
