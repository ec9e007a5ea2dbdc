"""nginx configuration: the directives that name hosts, with `set $name value;` and `map` defaults joined in.

Source: https://nginx.org/en/docs/dirindex.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from mblint.regex import regex
from mblint.settings.bounded import BoundedText, Room
from mblint.settings.formats.leaf import Leaf

_WORD = r"(?:\$\{\w+\}|[^\s{};])"
_TOKEN = regex(rf"""\s+|\#[^\n]*|([{{}};])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|({_WORD}+)""")
_UPSTREAM = regex(r"^\s*upstream\s+([\w.-]+)", re.M)
_PATH = regex(r"\$(?:request_uri|uri|document_uri|is_args|args|query_string|request_filename)\b.*")
_VARIABLE = regex(r"\$(\w+)|\$\{(\w+)\}")
_BLOCKS = ("location", "upstream", "server", "http", "stream", "if", "map", "geo", "events", "limit_except", "types")


class _Scope(Struct):
    """An open block: how keys name it, and the variables that `set` gave it. Inner blocks see the outer ones.

    A value of None is too long to be known.
    """

    name: str
    variables: dict[str, str | None] = field(default_factory=dict)


def read_nginx(text: str) -> Iterator[Leaf]:
    """The directives of an nginx configuration: `server.location /media/.proxy_pass`. One leaf for each, its arguments
    joined by spaces; variables whose value is set in the text are replaced, others (`$host`) stay, but for those of the
    request's path. What is passed to an upstream only says so (`.passes`, `upstream NAME`): its servers say where it
    goes."""
    upstreams = frozenset(upstreams_of(text))
    scopes = [_Scope("")]
    room = Room()
    words: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        mark = token[1]
        if mark is None:
            group = next((index for index in (2, 3, 4) if token[index] is not None), None)
            if group is not None:
                words.append((token[group], token.start(group)))
            continue
        if mark == "{":
            scopes.append(_Scope(_block_name(scopes[-1].name, [word for word, _ in words])))
        elif mark == "}":
            if len(scopes) > 1:
                scopes.pop()
        elif len(words) > 1:
            yield from (_by_upstream(leaf, upstreams) for leaf in _directive(scopes, words, room))
        words = []


def _block_name(outer: str, words: list[str]) -> str:
    if not words or words[0] not in _BLOCKS:
        return outer
    if words[0] in ("http", "stream"):
        return outer
    name = " ".join(words) if words[0] in ("location", "upstream") else words[0]
    return f"{outer}.{name}" if outer else name


def _directive(scopes: list[_Scope], words: list[tuple[str, int]], room: Room) -> Iterator[Leaf]:
    name = words[0][0]
    if name == "set" and len(words) == 3:
        scopes[-1].variables[words[1][0].lstrip("$")] = _joined(words[2][0], scopes, room)
        return
    outer = scopes[-1].name
    key = f"{outer}.{name}" if outer else name
    # Of an upstream's server only the address counts; its parameters (weight=5, backup) are no hosts.
    arguments = words[1:2] if name == "server" else words[1:]
    value = _joined(" ".join(word for word, _ in arguments), scopes, room)
    if value is not None:
        yield Leaf(key, _PATH.sub("", value) if name.endswith("_pass") else value, words[1][1])


def upstreams_of(text: str) -> list[str]:
    """The names of the upstreams that a text defines."""
    return _UPSTREAM.findall(text) if "upstream" in text else []


def passes_to(leaf: Leaf, upstreams: frozenset[str]) -> bool:
    """True for a `proxy_pass` to one of these upstreams: a name that no resolver is asked for."""
    return (
        leaf.key.endswith("_pass") and leaf.value.rpartition("://")[2].partition("/")[0].partition(":")[0] in upstreams
    )


def _by_upstream(leaf: Leaf, upstreams: frozenset[str]) -> Leaf:
    """What is passed to an upstream, by a name that is no directive's and a value that is no address."""
    if not passes_to(leaf, upstreams):
        return leaf
    name = leaf.value.rpartition("://")[2].partition("/")[0].partition(":")[0]
    return Leaf(f"{leaf.key.rpartition('.')[0]}.passes", f"upstream {name}", leaf.offset)


def _joined(value: str, scopes: list[_Scope], room: Room) -> str | None:
    """The text with the variables that are known here replaced. None: there is no room for what it would be."""
    if "$" not in value:
        return value
    text, position = BoundedText(room), 0
    for variable in _VARIABLE.finditer(value):
        text.write(value[position : variable.start()])
        position = variable.end()
        scope = _defining(variable[1] or variable[2], scopes)
        if scope is None:
            text.write(variable[0])
            continue
        known = scope.variables[variable[1] or variable[2]]
        if known is None or not text.insert(known):
            return None
    text.write(value[position:])
    return str(text)


def _defining(name: str, scopes: list[_Scope]) -> _Scope | None:
    """The innermost block that gives a variable its value."""
    return next((scope for scope in reversed(scopes) if name in scope.variables), None)
