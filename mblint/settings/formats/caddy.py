"""Caddyfiles: where requests are passed on to.

Source: https://caddyserver.com/docs/caddyfile/directives/reverse_proxy, forward_auth, php_fastcgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf, asked

_PASSES = frozenset(("reverse_proxy", "forward_auth", "php_fastcgi"))
_WORD = regex(r"\"[^\"\n]*\"|`[^`]*`|[^\s\"`]+")
_VARIABLE = regex(r"\{\$(\w+)(?::([^{}]*))?\}|\{env\.(\w+)\}")


def read_caddyfile(text: str) -> Iterator[Leaf]:
    """`caddy.reverse_proxy`: an upstream each, of the directive itself or of `to` in its block."""
    start = depth = 0
    passing: tuple[str, int] | None = None  # the directive whose block is open, and at which depth
    for line in text.splitlines(keepends=True):
        words = [(word[0], start + word.start()) for word in _WORD.finditer(_without_comment(line))]
        start += len(line)
        if not words:
            continue
        first = words[0][0]
        if first in _PASSES:
            yield from _upstreams(first, words[1:])
            if words[-1][0] == "{":
                passing = first, depth
        elif first == "to" and passing is not None:
            yield from _upstreams(passing[0], words[1:])
        depth += sum((word == "{") - (word == "}") for word, _ in words)
        if passing is not None and depth <= passing[1]:
            passing = None


def _without_comment(line: str) -> str:
    comment = re.search(r"(?:^|\s)#", line)
    return line if comment is None else line[: comment.start()]


def _upstreams(directive: str, words: list[tuple[str, int]]) -> Iterator[Leaf]:
    """The addresses among a directive's words: matchers and blocks are none, nor sockets."""
    for number, (word, offset) in enumerate(words):
        if word in ("{", "}") or (number == 0 and word.startswith(("/", "@", "*"))) or word.startswith("unix/"):
            continue
        asks: dict[str, str | None] = {}

        def question(variable: re.Match[str], asks: dict[str, str | None] = asks) -> str:
            text, more = asked(variable[1] or variable[3], variable[2])
            asks.update(more)
            return text

        address = _VARIABLE.sub(question, word.strip('"`'))
        if not word.startswith(":"):
            yield Leaf(f"caddy.{directive}", address, None if asks else offset, asks=asks)
