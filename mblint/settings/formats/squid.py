"""squid.conf: the caches and servers that Squid asks for what it does not have.

Source: https://www.squid-cache.org/Doc/config/cache_peer
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf

_PEER = regex(r"^[ \t]*cache_peer[ \t]+(?P<host>\S+)[ \t]+(?P<type>parent|sibling)[ \t]+(?P<port>\d{1,5})\b", re.M)


def read_squid(text: str) -> Iterator[Leaf]:
    """`cache_peer`: the host and the port of each. A multicast peer is an address that nobody connects to."""
    for number, found in enumerate(_PEER.finditer(text)):
        yield Leaf(f"cache_peer[{number}]", f"{found['host']}:{found['port']}", found.start("host"))
