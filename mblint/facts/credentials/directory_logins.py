"""What clients of LDAP log in with: the name of an entry (`cn=admin,dc=example,dc=org`), and its password.

Most call these after the bind (`LDAP_BIND_DN`, `bindPW`, `managerPasswordSecret`), whatever stands before. A server is
told its administrator by the first part of the name alone; the entry of another user stands below an `ou`.
Source: RFC 4513, section 5.1.3; RFC 4514, section 2
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.credentials.logins import Login, Names
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import Told, told
from mblint.regex import regex
from mblint.settings.role_table import Phrase
from mblint.settings.tables import load_table, load_words

_AT_THE_TOP = regex(r"(?i)\s*(?:cn|uid)=([^,=+]+),\s*(?:dc|o)=[^,]+(?:,\s*(?:dc|o|c)=[^,]+)*\s*")


def is_directory(given: ServerCredential) -> bool:
    """Whether a server keeps a tree of entries."""
    return given.product.name in load_words("logins", "directories")


def administrator(user: str) -> str:
    """What the server calls the user whose entry stands at the top of its tree; any other text stays."""
    entry = _AT_THE_TOP.fullmatch(user)
    return user if entry is None else entry[1].strip()


def by_bind(found: Found, names: Names, behind: Sequence[Sequence[ServerCredential]]) -> Login | None:
    """The one pair beside the address that is called after the bind; None for other servers, and for several pairs."""
    if not any(is_directory(each) for one in behind for each in one):
        return None
    users, passwords = list(_beside(found, names, "bind users")), list(_beside(found, names, "bind passwords"))
    if len(users) != 1 or len(passwords) != 1 or users[0].text is None:
        return None
    password = passwords[0]
    known = frozenset(() if password.text is None else (password.text,))
    return Login(found, reveal(users[0].text), known, password)


def _beside(found: Found, names: Names, section: str) -> Iterator[Told]:
    setting = found.destination.setting
    element = setting.key.rpartition("]")[0]  # of a list, as connectors are one
    for ((file, origin), words), each in names.by_words.items():
        same = (file, origin) == (setting.file, setting.origin.value) and each.key.rpartition("]")[0] == element
        if same and any(words[-len(end) :] == end for end in _ends(section)) and reveal(each.value or "-"):
            yield told(each)


@cache
def _ends(section: str) -> tuple[Phrase, ...]:
    return tuple(tuple(str(text).split()) for text in load_table("logins", section))
