"""Trees of LDAP directories: the `dc` parts at the end of a distinguished name (RFC 2247), and which lies in which."""

from __future__ import annotations

import re

_NAME = r"(?i)(?:(?!dc=)[a-z][\w.-]*=[^,=]+,\s*)*(dc=[\w-]+(?:,\s*dc=[\w-]+)*)"
_LONGEST = 300  # characters


def tree_of_name(text: str) -> str | None:
    """The tree that a distinguished name lies in; None for other texts."""
    text = text.strip().strip("\"'")
    found = re.fullmatch(_NAME, text) if "=" in text and len(text) <= _LONGEST else None
    return None if found is None else re.sub(r"\s+", "", found[1]).lower()


def tree_of_domain(text: str) -> str:
    """The tree of a domain: dc=example,dc=org of example.org."""
    return ",".join(f"dc={part}" for part in text.strip().lower().split(".") if part)


def lies_in(tree: str, other: str) -> bool:
    """Whether a tree is another one, or a part of it."""
    whole = tree_of_name(other) or other
    return tree == whole or tree.endswith(f",{whole}")
