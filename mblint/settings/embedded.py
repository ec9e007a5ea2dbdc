"""Whole documents in one environment variable: `LIVEKIT_CONFIG` holds a YAML text, others JSON."""

from __future__ import annotations

from mblint.regex import regex
from mblint.settings.formats.by_name import LARGEST
from mblint.settings.formats.leaf import Leaf, UnreadableText
from mblint.settings.formats.structured import read_structured

_MAPPING = regex(r"\s*(?:\{\s*\"|\[\s*\{|[\w.-]+:(?:\s*\n|\s[^\n]*\n\s*[\w.-]+:\s|\s[^\n]*\n\s*- ))")


def read_embedded(text: str) -> tuple[Leaf, ...]:
    """The values of a YAML or JSON mapping that a text is; none where it is anything else."""
    if len(text) > LARGEST or not _MAPPING.match(text):
        return ()
    try:
        return tuple(leaf for leaf in read_structured(text) if leaf.key)
    except UnreadableText:
        return ()
