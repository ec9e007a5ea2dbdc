"""HAProxy configuration: what its proxies bind, and the servers behind them.

Source: https://docs.haproxy.org/3.2/configuration.html, sections 2.1 and 4.2
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf

_SECTION = regex(r"(global|defaults|frontend|backend|listen|peers|resolvers|userlist|program|cache)\b[ \t]*(\S*)")
_ADDRESS = regex(
    r"(?P<bind>bind)\s+(?P<bound>\S+)|server\s+\S+\s+(?P<server>\S+)|server-template\s+\S+\s+[\d-]+\s+(?P<template>\S+)"
)
_FAMILY = regex(r"^ipv[46]@")


def read_haproxy(text: str) -> Iterator[Leaf]:
    """`haproxy.backend NAME.server` and `haproxy.frontend NAME.bind`: an address each. All else names no host."""
    section, start = "haproxy", 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        if (opened := _SECTION.match(content)) is not None:
            section = f"haproxy.{opened[1]} {opened[2]}".rstrip()
        elif (found := _ADDRESS.match(content)) is not None:
            key = "bind" if found["bind"] else "server"
            address = (
                (found["bound"] or found["server"] or found["template"]).removeprefix("ipv4@").removeprefix("ipv6@")
            )
            yield Leaf(f"{section}.{key}", address, start + line.index(address, line.index(content) + len(key)))
        start += len(line)
