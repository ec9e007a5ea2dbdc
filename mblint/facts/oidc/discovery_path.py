"""Issuers that go on with the path of what is found below them.

That of discovery is put behind them once more by the library; that of one of Keycloak's endpoints leads nowhere.

OpenID Connect Discovery 1.0, section 4: the document is at the issuer and /.well-known/openid-configuration. Some
libraries take an address with that path as it is: `adds-discovery: false` of rules/tables/oidc.yaml says so.
A Keycloak's issuer ends with the realm's name: https://www.keycloak.org/securing-apps/oidc-layers.
"""

from __future__ import annotations

from mblint.cluster.secrets import SHOWN, unquoted
from mblint.facts.oidc.agreed import Agreement
from mblint.facts.relations import OidcSetting, Relation
from mblint.regex import regex
from mblint.settings.rows import Setting

_DOCUMENT = "/.well-known/openid-configuration"
_ENDPOINT = regex(r"(https?://[^/?#]+(?:/[\w./-]+?)?/realms/[^/?#]+)/protocol/openid-connect(?:/[\w/-]*)?")
_OF_A_REALM = "It is the address of one endpoint; the issuer ends with the realm's name"
_TWICE = "The path of discovery is put behind it, and would stand there twice"


def discovery_twice(relation: Relation, each: OidcSetting) -> Agreement | None:
    """What an address should be at which such a path stands; None for any other."""
    if each.said.endpoint == "issuer" and relation.issuer != "shown":
        text = unquoted(each.setting.value)
        found = _ENDPOINT.fullmatch(text)
        if found is not None:
            return Agreement(False, SHOWN if each.setting.secret else found[1], form=_OF_A_REALM)
    adds = relation.library.adds_discovery
    if each.said.endpoint == "issuer":
        added = relation.issuer == "verified" if adds is None else adds and relation.issuer in ("verified", "fetched")
    else:
        added = False
    if not added and each.said.endpoint != "discovery":
        return None
    right = _right(each.setting, 0 if added else 1)
    return None if right is None else Agreement(False, right, form=_TWICE)


def _right(setting: Setting, times: int) -> str | None:
    """The address with the path that many times; None where it has it no more often, or anything behind it."""
    text = unquoted(setting.value)
    if not text.startswith(("http://", "https://")) or any(mark in text for mark in "$ ,;{"):
        return None
    plain, *behind = text.split(_DOCUMENT)
    if len(behind) <= times or any(each.strip("/") for each in behind):
        return None
    return SHOWN if setting.secret else plain + _DOCUMENT * times
