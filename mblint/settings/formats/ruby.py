"""Lists that Ruby code assigns, as far as they are written out: hashes are read as YAML's own mappings.

`=>` and `:` between a key and its value mean the same. What is worked out when the code runs (a variable of the
environment, the contents of a file) has no value. Source: https://docs.ruby-lang.org/en/master/syntax/literals_rdoc.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.formats.leaf import UNKNOWN, Leaf, UnreadableText
from mblint.settings.formats.structured import read_structured

_MARK = regex(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\[\](){}]""")
_OPENS, _CLOSES = "[({", "])}"
_ARROW = regex(r"=>")
_SYMBOL = regex(r"(?<![\w:]):(?=[a-z_]\w*\b)")
_WORDS = regex(r"%[wiWI][(\[{][^)\]}]*[)\]}]")
_WORKED_OUT = regex(r"(?:ENV|File|IO|Rails|YAML|JSON)\b[\w.:]*(?:\[[^\]\n]*\]|\([^)\n]*\))+(?:\.\w+)*")
_FILLED_IN = regex(r"\"[^\"\n]*#\{[^\"\n]*\"")


def read_assigned_list(code: str, assigned: re.Pattern[str], name: str) -> Iterator[Leaf]:
    """The values of the list behind the first match of `assigned`, below `name`; none where it is no plain list."""
    found = assigned.search(code)
    end = None if found is None else _end(code, found.end())
    if found is None or end is None:
        return
    start = found.end()
    text = _as_yaml(code[start:end])
    try:
        leaves = tuple(read_structured(text))
    except UnreadableText:
        return
    for leaf in leaves:
        if leaf.value != UNKNOWN:
            yield Leaf(f"{name}{leaf.key}", leaf.value, None if leaf.offset is None else leaf.offset + start)


def _end(code: str, start: int) -> int | None:
    """Where the bracket at `start` is closed."""
    depth = 0
    for mark in _MARK.finditer(code, start):
        depth += (mark[0] in _OPENS) - (mark[0] in _CLOSES)
        if depth == 0:
            return mark.end()
    return None


def _as_yaml(text: str) -> str:
    """The same list in YAML, each value where it stood."""
    for pattern in (_FILLED_IN, _WORKED_OUT, _WORDS):
        text = pattern.sub(lambda found: f"'{UNKNOWN}'".ljust(len(found[0])), text)
    text = _SYMBOL.sub(" ", text)
    return _ARROW.sub(": ", text)
