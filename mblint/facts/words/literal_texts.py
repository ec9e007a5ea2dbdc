"""Names of variables as they stand in the values of configuration files: `${NAME}`, `$NAME`, `$(NAME)`.

Not in comments, not in keys, and not where the dollar is escaped (`$$`, a backslash).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import yaml
from msgspec import Struct

from mblint.facts.programs.read_files import elements, pairs
from mblint.regex import regex

FORMS = {
    "braces": regex(r"(?<![\\$])\$\{([A-Za-z_]\w*)(?:\}|:?[-=?+][^{}\n]*\})"),
    "dollar": regex(r"(?<![\\$])\$([A-Z_][A-Z0-9_]*)(?![\w({])"),
    "parentheses": regex(r"(?<![\\$])\$\(([A-Za-z_]\w*)\)"),
}
_COMMENTS = regex(r"^[ \t]*(?:#|;|//|--)[^\n]*|[ \t](?:#|//|--)[ \t][^\n]*|/\*.*?\*/|<!--.*?-->", re.M | re.S)
_KEY = regex(r"[ \t]*([\w.-]+)")
_OF_NGINX = r"(?:^|[;{{}}\s])(?:set|map|geo|split_clients|\w+_set|\w+_var)\b[^;{{}}]*\$\{{?{}\b"
_OTHER_LANGUAGES = ("_by_lua", "js_set", "perl_set")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NamedVariable(Struct, frozen=True):
    """A name in a file: as messages write it, where it begins, and the key whose value it stands in."""

    name: str
    text: str
    index: int
    key: str


class _Part(Struct, frozen=True):
    """A part of a text in which values stand. `key`: the path of the one that it is the value of."""

    start: int
    end: int
    key: str = ""


def named_variables(text: str, kind: str, forms: Collection[str]) -> Iterator[NamedVariable]:
    """The names in a text of a format (yaml, lines, nginx), in these notations, from its beginning to its end."""
    for part in _of_yaml(text) if kind == "yaml" else _of_lines(text):
        found = [each for form in forms for each in FORMS[form].finditer(text, part.start, part.end)]
        for each in sorted(found, key=lambda one: one.start()):
            # Without what may stand for it where it has no value.
            shown = f"${{{each[1]}}}" if each[0].startswith("${") else each[0]
            yield NamedVariable(each[1], shown, each.start(), part.key or _key_of(text, each.start()))


def defines(text: str, kind: str, name: str) -> bool:
    """Whether a text gives the name itself: to a group of a pattern, or, in nginx, to a variable."""
    if f"?P<{name}>" in text or f"?<{name}>" in text:
        return True
    if kind != "nginx":
        return False
    return any(word in text for word in _OTHER_LANGUAGES) or bool(re.search(_OF_NGINX.format(name), text, re.I | re.M))


def _of_yaml(text: str) -> Sequence[_Part]:
    """The values of a YAML or JSON text; none of what is neither."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError, UnicodeError):
        return ()
    return tuple(_values(root, "", set())) if root is not None else ()


def _values(node: yaml.Node, key: str, seen: set[int]) -> Iterator[_Part]:
    if id(node) in seen:  # an anchor that is named once more
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield _Part(node.start_mark.index, node.end_mark.index, key)
    for name, value in pairs(node):
        yield from _values(value, f"{key}.{name.value}" if key else name.value, seen)
    for each in elements(node):
        yield from _values(each, key, seen)


def _of_lines(text: str) -> Sequence[_Part]:
    """What stands outside of comments."""
    ends = [(found.start(), found.end()) for found in _COMMENTS.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return tuple(_Part(start, end) for start, (end, _) in zip(starts, [*ends, (len(text), 0)], strict=True))


def _key_of(text: str, index: int) -> str:
    """The word that a line begins with."""
    found = _KEY.match(text, text.rfind("\n", 0, index) + 1)
    return found[1] if found is not None else ""
