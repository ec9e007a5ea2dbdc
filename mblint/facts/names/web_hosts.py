"""The hosts by which routes of the view bring browsers."""

from __future__ import annotations

from mblint.cluster.remembered import remembered
from mblint.facts.world import World


@remembered
def web_hosts(world: World) -> frozenset[str]:
    """Those of all routes."""
    return frozenset(host.text.lower() for route in world.cluster.routes if route.web for host in route.hosts)


def parent(host: str) -> str:
    """What a route has that serves it among all hosts of its domain."""
    return "*." + host.partition(".")[2]
