"""Hosts of which somebody fills in a part later: `docs.${DOMAIN}`, which Flux and envsubst do.

What fills in an address fills in the routes beside it alike. So of two hosts that end in the same mark the texts before
it tell whether they are one; of two that end in different ones nobody knows.
"""

from __future__ import annotations

import re

from mblint.cluster.remembered import remembered
from mblint.facts.names.told_addresses import Told
from mblint.facts.world import World
from mblint.regex import regex

_MARK = regex(r"\$\{[^{}]*\}|<[^<>]*>")
_HOST = regex(r"(?:https?://)?((?:\$\{[^{}]*\}|<[^<>]*>|[A-Za-z0-9.-])+)(?=[/:?#]|$)")


def says_another_host(world: World, told: Told) -> str | None:
    """What is said of an address whose host is none of the program's, nor of any other route; None where it may be."""
    match = _HOST.match(told.text)
    host = match[1].lower().rstrip(".") if match is not None else ""
    parted = _parted(host)
    if parted is None or host in _hosts(world) or "*." + host.partition(".")[2] in _hosts(world):
        return None
    for one in told.served:
        other = _parted(one.host.text.lower())
        if other is None or other[1] != parted[1] or other[0] == parted[0]:
            return None
    return f"says {told.shown}, a host that no route here serves, while {told.ways}"


def _parted(host: str) -> tuple[str, str] | None:
    """What stands before the first mark, and it with all behind it; None for a host without one."""
    mark: re.Match[str] | None = _MARK.search(host)
    return (host[: mark.start()], host[mark.start() :]) if mark is not None else None


@remembered
def _hosts(world: World) -> frozenset[str]:
    return frozenset(host.text.lower() for route in world.cluster.routes for host in route.hosts)
