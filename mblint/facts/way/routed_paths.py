"""The paths of each host that routes of the view serve."""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.objects import Backend
from mblint.cluster.remembered import remembered
from mblint.facts.world import World
from mblint.regex import regex

_PLAIN_PATH = regex(r"[^()*^$\[\]\\|+?]*")


@remembered
def routed_paths(world: World) -> Mapping[str, tuple[str | None, ...]]:
    """The hosts of all routes that browsers come by, with their paths; None: all, or some that only a pattern says."""
    found: dict[str, tuple[str | None, ...]] = {}
    for route in world.cluster.routes:
        for host in route.hosts if route.web else ():
            paths = [
                plain_path(backend) for backend in route.backends if not backend.hosts or host.text in backend.hosts
            ]
            found[host.text] = (*found.get(host.text, ()), *(paths or [None]))
    return found


def plain_path(backend: Backend) -> str | None:
    """The path by which requests come to a backend; None: any path, or what only a pattern says."""
    return backend.path if backend.path and _PLAIN_PATH.fullmatch(backend.path) else None


def leads(route: str | None, path: str) -> bool:
    """Whether requests for a path, or for what lies below it, come by a route's path."""
    if route is None:
        return True
    route, path = route.rstrip("/") + "/", path.rstrip("/") + "/"
    return path.startswith(route) or (route.startswith(path) and path != "/")


def serves(world: World, host: str, path: str) -> bool | None:
    """Whether some route of a host takes requests for a path; None where none has the host."""
    paths = routed_paths(world).get(host) or routed_paths(world).get("*." + host.partition(".")[2])
    return None if paths is None else any(leads(each, path) for each in paths)
