"""Variables in the files of realms: `${NAME}` or `${NAME:default}`, which Keycloak fills at its import, and
`$(env:NAME)`, which keycloak-config-cli fills from its environment.

Sources: https://www.keycloak.org/server/importExport and https://github.com/adorsys/keycloak-config-cli.
"""

from __future__ import annotations

from collections.abc import Mapping

from mblint.regex import regex

_KEYCLOAK = regex(r"\$\{(?:env\.)?(\w+)(?::([^}]*))?\}")
_CONFIG_CLI = regex(r"\$\(env:(\w+)\)")
_LEFT = ("${", "$(", "{{")


def variable(text: str, *, by_provider: bool) -> str | None:
    """The variable that a text is nothing but; None for another text. `by_provider`: Keycloak itself imports it."""
    found = (_KEYCLOAK if by_provider else _CONFIG_CLI).fullmatch(text)
    return found[1] if found is not None else None


def filled_with(text: str, told: Mapping[str, str]) -> str | None:
    """A text with its variables filled; None where one of them is not known, or something else is left to fill.

    Words in lower case in `${}` are keys of Keycloak's translations, and stay.
    """
    text = _KEYCLOAK.sub(
        lambda found: told.get(found[1]) or (found[2] if found[1].isupper() else None) or found[0], text
    )
    text = _CONFIG_CLI.sub(lambda found: told.get(found[1]) or found[0], text)
    return None if any(mark in text for mark in _LEFT) else text.strip()
