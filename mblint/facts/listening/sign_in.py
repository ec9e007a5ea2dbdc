"""Sign-in addresses that are themselves behind the sign-in: a browser is sent there, and sent there again.

ingress-nginx asks `auth-url` about each request and sends browsers to `auth-signin` where it says no.
Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from mblint.cluster.objects import Route
from mblint.cluster.remembered import remembered
from mblint.facts.listening.rows import SignIn
from mblint.facts.rows import Related
from mblint.facts.world import World

_NGINX = "nginx.ingress.kubernetes.io/"
_ASKS, _SENDS = _NGINX + "auth-url", _NGINX + "auth-signin"
_MAY_LET_THROUGH = ("configuration-snippet", "server-snippet", "auth-snippet", "enable-global-auth", "location-snippet")
_OWN_HOST = ("$host", "$http_host", "$best_http_host", "$server_name")


class _Served(Struct, frozen=True):
    """A path of a host, and the route that serves it."""

    path: str
    route: Route


def sign_ins(world: World) -> Iterator[SignIn]:
    """A row for each Ingress with a sign-in address that the view serves, and each host of it."""
    for route in world.cluster.routes:
        key = _SENDS if _SENDS in route.annotations else _ASKS
        url = route.annotations.get(key)
        if route.id.kind == "Ingress" and url and _ASKS in route.annotations:
            for host, path in dict.fromkeys(_addresses(route, url)):
                served = _best(world, host, path)
                if served is not None:
                    yield _row(route, served, f"{host}{path}")


def _addresses(route: Route, url: str) -> Iterator[tuple[str, str]]:
    """Hosts and paths that browsers may be sent to; nothing for a URL that only nginx can fill in."""
    parts = urlsplit(url)
    path = parts.path or "/"
    if "$" in path:
        return
    if parts.netloc in _OWN_HOST:
        yield from ((host.text.lower(), path) for host in route.hosts)
    elif parts.hostname and "$" not in parts.netloc:
        yield parts.hostname, path


def _best(world: World, host: str, path: str) -> Route | None:
    """The route of the longest path that serves it; None where none does, or two do equally."""
    fitting = [one for one in _served(world).get(host, ()) if _is_below(path, one.path)]
    longest = max((len(one.path.rstrip("/")) for one in fitting), default=0)
    best = {id(one.route): one.route for one in fitting if len(one.path.rstrip("/")) == longest}
    return next(iter(best.values())) if len(best) == 1 else None


def _is_below(path: str, prefix: str) -> bool:
    prefix = prefix.rstrip("/")
    return path == prefix or path.startswith(prefix + "/")


@remembered
def _served(world: World) -> Mapping[str, tuple[_Served, ...]]:
    found: defaultdict[str, tuple[_Served, ...]] = defaultdict(tuple)
    for route in world.cluster.routes:
        for backend in route.backends if route.id.kind == "Ingress" else ():
            for host in backend.hosts:
                found[host.lower()] += (_Served(backend.path or "/", route),)
    return found


def _row(guarded: Route, served: Route, url: str) -> SignIn:
    lets_through = any(key == _NGINX + word for key in served.annotations for word in _MAY_LET_THROUGH)
    loops = _ASKS in served.annotations and not lets_through
    place = served.place.at("metadata", "annotations", _ASKS)
    return SignIn(
        object=served.id,
        place=place if loops else served.place,
        related=(Related(f"{guarded.id.kind} {guarded.id.name} sends browsers there", guarded.place, guarded.id),),
        linted=served.linted,
        route=f"{served.id.kind} {served.id.name}",
        url=url,
        guarded=f"{guarded.id.kind} {guarded.id.name}",
        verdict="loops" if loops else "free",
    )
