"""The scheme of the address that a provider writes into tokens and into its discovery document.

A whole URL says it. Zitadel is told its host alone (ExternalDomain), and that it is reached by https (ExternalSecure,
which is true without being said). Source: https://zitadel.com/docs/self-hosting/manage/custom-domain and
https://github.com/zitadel/zitadel/blob/main/cmd/defaults.yaml
"""

from __future__ import annotations

from mblint.cluster.secrets import reveal
from mblint.facts.oidc.providers import Address
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.role_table import words_of

_ZITADELS = (("external", "domain"), ("externaldomain",))
_SECURE = (("external", "secure"), ("externalsecure",))


def is_https(world: World, address: Address) -> bool:
    """Whether it surely is https."""
    setting = address.setting
    words = words_of(setting.key)
    if not any(words[-len(end) :] == end for end in _ZITADELS):
        return reveal(setting.value or "").strip().lower().startswith("https://")
    told = settings_of(world, setting.workload, setting.container)
    secure = [each for each in told if any(words_of(each.key)[-len(end) :] == end for end in _SECURE)]
    return all(each.value is not None and reveal(each.value).strip().lower() == "true" for each in secure)
