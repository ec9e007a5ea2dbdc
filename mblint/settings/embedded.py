"""Whole documents in one environment variable: `LIVEKIT_CONFIG` holds a YAML text, others JSON.

Others hold code that the program runs as a part of its configuration: PHP that defines constants
(WORDPRESS_CONFIG_EXTRA), or GitLab's Ruby (GITLAB_OMNIBUS_CONFIG). Of that, only what is certain is read: the constants
and the address that are set to a text, and the list of sign-ins, at the mercy of no condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.formats.by_name import LARGEST
from mblint.settings.formats.leaf import Leaf, UnreadableText
from mblint.settings.formats.ruby import read_assigned_list
from mblint.settings.formats.structured import read_structured

_KNOWN = ("define(", "external_url", "omniauth_providers")
_MAPPING = regex(r"\s*(?:\{\s*\"|\[\s*\{|[\w.-]+:(?:\s*\n|\s[^\n]*\n\s*[\w.-]+:\s|\s[^\n]*\n\s*- ))")
_COMMENTS = regex(r"/\*.*?\*/|(?<![:\\'\"\w])//[^\n]*|^[ \t]*#[^\n]*", re.S | re.M)
_CONSTANT = regex(r"\bdefine\([ \t]*['\"]([A-Z][A-Z0-9_]*)['\"][ \t]*,[ \t]*(['\"])([^'\"\\$\n]*)\2[ \t]*\)[ \t]*;")
_ADDRESS = regex(r"^[ \t]*(external_url)[ \t(]+(['\"])([^'\"\\#\n]*)\2[ \t)]*(?=[;#\n]|\Z)", re.M)
_SIGN_INS = regex(r"^[ \t]*gitlab_rails\[['\"]omniauth_providers['\"]\][ \t]*=[ \t]*(?=\[)", re.M)
_QUESTION = regex(r"\b(?:if|unless|case)\b")


def read_embedded(text: str) -> tuple[Leaf, ...]:
    """The values of a YAML or JSON mapping that a text is, or those that code sets; none where it is anything else."""
    if len(text) > LARGEST:
        return ()
    if not _MAPPING.match(text):
        return tuple(_stated(text)) if any(word in text for word in _KNOWN) else ()
    try:
        return tuple(leaf for leaf in read_structured(text) if leaf.key)
    except UnreadableText:
        return ()


def _stated(text: str) -> Iterator[Leaf]:
    code = _COMMENTS.sub(lambda found: " " * len(found[0]), text)
    for found in _CONSTANT.finditer(code):
        before = code[: found.start()]
        if before.count("{") == before.count("}") and before.rstrip()[-1:] in ("", ";", "}"):
            yield Leaf(found[1], found[3], found.start(3))
    if _QUESTION.search(code) is None:
        yield from (Leaf(found[1], found[3], found.start(3)) for found in _ADDRESS.finditer(code))
        yield from read_assigned_list(code, _SIGN_INS, "omniauth.providers")
