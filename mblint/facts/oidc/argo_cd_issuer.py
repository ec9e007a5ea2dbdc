"""The issuer of the dex that Argo CD brings: the address of Argo CD with /api/dex behind it.

At the address itself there is the page of Argo CD, which is no provider: it answers the path of discovery with HTML.

Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/; util/dex/config.go of
https://github.com/argoproj/argo-cd (the issuer that it writes into dex's configuration).
"""

from __future__ import annotations

from mblint.cluster.secrets import unquoted
from mblint.facts.oidc.agreed import Agreement
from mblint.facts.oidc.argo_cd_dex import BELOW, dexes_of_argo_cd
from mblint.facts.oidc.urls import OidcUrl
from mblint.facts.relations import OidcSetting
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.urls import split_url

_DISCOVERY = "/.well-known/openid-configuration"


def dex_left_out(world: World, each: OidcSetting, url: OidcUrl) -> Agreement | None:
    """The issuer that is meant where the address of Argo CD itself is said to be one."""
    if each.said.endpoint not in ("issuer", "discovery"):
        return None
    said = split_url(unquoted(each.setting.value).removesuffix(_DISCOVERY))
    for provider, _ in dexes_of_argo_cd(world):
        own = provider.own
        right = own.url.url if own is not None else None
        if own is None or right is None or own.url.host != url.host:
            continue
        if said.path.rstrip("/") == split_url(right).path.removesuffix(BELOW).rstrip("/"):
            holder = own.setting.workload.id
            page = Related(
                f"{own.setting.label} of {holder.name}: only Argo CD's page is there", own.setting.place, holder
            )
            return Agreement(False, right, (page,))
    return None
