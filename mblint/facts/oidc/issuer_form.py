"""The slash at an issuer's end: relying parties that compare the issuer of discovery do so to the letter.

A dex says the issuer of its configuration. Of other providers the paths of rules/tables/issuers.yaml tell whether their
issuers end in a slash, wherever they run. Source: OpenID Connect Discovery 1.0, section 4.3.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from mblint.cluster.secrets import SHOWN, reveal, unquoted
from mblint.facts.oidc.providers import Provider
from mblint.facts.relations import Relation
from mblint.settings.rows import Setting
from mblint.settings.tables import as_text, load_table

_DISCOVERY = "/.well-known/"


class IssuerForm(Struct, frozen=True):
    """How the issuers of one provider end, by their path."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    slash: bool
    provider: str

    def of(self, plain: str) -> str | None:
        """The issuer as it is written; None for one of another provider. `plain`: without slashes at its end."""
        host, _, path = plain.partition("://")[2].partition("/")
        if not self.host.fullmatch(host) or not self.path.fullmatch(path):
            return None
        return plain + "/" * self.slash


def compares_letters(relation: Relation) -> bool:
    """Whether it compares the whole issuer: with that of discovery, and without discovery with that of tokens."""
    discovers = relation.library.issuer in ("verified", "fetched")
    return relation.issuer == "verified" or (relation.issuer == "compared" and discovers)


def right_form(setting: Setting, provider: Provider | None) -> str | None:
    """The issuer as its provider writes it, where a setting's differs in the slash at the end alone; else None."""
    text = unquoted(setting.value)
    if not text.startswith(("http://", "https://")) or _DISCOVERY in text or any(mark in text for mark in "$ ,;{"):
        return None
    plain = text.rstrip("/")
    said = _said_by(provider)
    if said is not None:
        right = said if said.rstrip("/") == plain else text
    else:
        right = next((found for one in _forms() if (found := one.of(plain)) is not None), text)
    if right == text or not setting.secret:
        return None if right == text else right
    return f"{SHOWN} {'with' if right.endswith('/') else 'without'} a slash at its end"


def _said_by(provider: Provider | None) -> str | None:
    """The issuer that a provider is told as a whole."""
    if provider is None or provider.own is None or provider.own.setting.value is None:
        return None
    name, text = provider.own.setting.key.rpartition(".")[2], reveal(provider.own.setting.value).strip()
    if name == "authelia_url":
        return text.rstrip("/")  # it makes its issuer of the address by which it was called, without a slash
    return text if name == "issuer" else None


@cache
def _forms() -> tuple[IssuerForm, ...]:
    return tuple(
        IssuerForm(
            re.compile(as_text(row, "host") or ".*"),
            re.compile(as_text(row, "path") or ""),
            row.get("slash") is True,
            as_text(row, "provider") or "",
        )
        for row in load_table("issuers", "issuers")
    )
