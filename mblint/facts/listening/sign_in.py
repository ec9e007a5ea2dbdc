"""Sign-in addresses that are themselves behind the sign-in: a browser is sent there, and sent there again.

ingress-nginx asks `auth-url` about each request and sends browsers to `auth-signin` where it says no. Traefik asks the
address of a ForwardAuth middleware, which often says in its query where browsers are to sign in (`?rd=https://…`).
Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from msgspec import Struct

from mblint.cluster.objects import ConfigMap, Route
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.listening.rows import SignIn
from mblint.facts.rows import Related
from mblint.facts.way.heard import told_texts
from mblint.facts.way.middlewares import Passage, all_passages, asked_address, is_below, longest
from mblint.facts.world import World
from mblint.regex import regex
from mblint.urls import split_url

_NGINX = "nginx.ingress.kubernetes.io/"
_ASKS, _SENDS = _NGINX + "auth-url", _NGINX + "auth-signin"
_MAY_LET_THROUGH = ("configuration-snippet", "server-snippet", "auth-snippet", "enable-global-auth", "location-snippet")
_GLOBAL, _GLOBAL_SENDS, _FREE = "global-auth-url", "global-auth-signin", "no-auth-locations"
_LETS_THROUGH = regex(r"(?i)bypass|skip[-_]auth")
_OWN_HOST = ("$host", "$http_host", "$best_http_host", "$server_name")


class _Served(Struct, frozen=True):
    """A path of a host, and the route that serves it."""

    path: str
    route: Route


def sign_ins(world: World) -> Iterator[SignIn]:
    """A row for each route with a sign-in address that the view serves, and each host of it."""
    yield from _of_nginx(world)
    yield from _of_all_of_nginx(world)
    yield from _of_traefik(world)


def _of_nginx(world: World) -> Iterator[SignIn]:
    for route in world.cluster.routes:
        key = _SENDS if _SENDS in route.annotations else _ASKS
        url = route.annotations.get(key)
        if route.id.kind == "Ingress" and url and _ASKS in route.annotations:
            for host, path in dict.fromkeys(_addresses(route, url)):
                served = _best(world, host, path)
                if served is not None:
                    yield _row(route, served, f"{host}{path}")


def _of_all_of_nginx(world: World) -> Iterator[SignIn]:
    """A row for each ConfigMap that has ingress-nginx ask about the requests of all Ingresses (`global-auth-url`)."""
    for config in world.cluster.config_maps.values():
        if _GLOBAL not in config.entries:
            continue
        said = {key: entry.text for key, entry in config.entries.items() if isinstance(entry.text, str)}
        parts = split_url(said.get(_GLOBAL_SENDS, said.get(_GLOBAL, "")).strip())
        path = parts.path or "/"
        free = [each.strip() for each in said.get(_FREE, "").split(",") if each.strip()]
        served = _best(world, parts.hostname, path) if parts.hostname and "$" not in parts.netloc + path else None
        if served is not None and not any(path.startswith(each) for each in free):
            yield _global_row(config, served, f"{parts.hostname}{path}")


def _global_row(config: ConfigMap, served: Route, url: str) -> SignIn:
    is_free = served.annotations.get(_NGINX + "enable-global-auth", "").strip().lower() == "false"
    changed = any(key == _NGINX + word for key in served.annotations for word in _MAY_LET_THROUGH)
    who = f"{config.id.kind} {config.id.name}"
    return SignIn(
        object=served.id,
        place=served.place,
        related=(Related(f"{who} has all Ingresses ask", config.place, config.id),),
        linted=served.linted,
        route=f"{served.id.kind} {served.id.name}",
        url=url,
        guarded=who,
        verdict="free" if is_free or changed else "loops",
    )


def _addresses(route: Route, url: str) -> Iterator[tuple[str, str]]:
    """Hosts and paths that browsers may be sent to; nothing for a URL that only nginx can fill in."""
    parts = split_url(url)
    path = parts.path or "/"
    if "$" in path:
        return
    if parts.netloc in _OWN_HOST:
        yield from ((host.text.lower(), path) for host in route.hosts)
    elif parts.hostname and "$" not in parts.netloc:
        yield parts.hostname, path


def _best(world: World, host: str, path: str) -> Route | None:
    """The route of the longest path that serves it; None where none does, or two do equally."""
    fitting = [one for one in _served(world).get(host, ()) if is_below(path, one.path)]
    longest = max((len(one.path.rstrip("/")) for one in fitting), default=0)
    best = {id(one.route): one.route for one in fitting if len(one.path.rstrip("/")) == longest}
    return next(iter(best.values())) if len(best) == 1 else None


@remembered
def _served(world: World) -> Mapping[str, tuple[_Served, ...]]:
    found: defaultdict[str, tuple[_Served, ...]] = defaultdict(tuple)
    for route in world.cluster.routes:
        for backend in route.backends if route.id.kind == "Ingress" else ():
            for host in backend.hosts:
                found[host.lower()] += (_Served(backend.path or "/", route),)
    return found


# ---------------------------------------------------------------- Traefik


def _of_traefik(world: World) -> Iterator[SignIn]:
    """A row for each ForwardAuth of a route, and each address of it that a route of the view serves."""
    every = list(all_passages(world))
    seen: set[tuple[int, str]] = set()
    for passage in every:
        for named in passage.middlewares:
            address = asked_address(world, named)
            for host, path in _asked_or_sent_to(address) if address is not None else ():
                key = id(passage.route), f"{host}{path}"
                served = longest(every, host, path) if key not in seen else None
                seen.add(key)
                if served is not None:
                    loops = named in served.middlewares and not _lets_some_through(world, address or "", passage.route)
                    yield _traefik_row(passage.route, served, f"{host}{path}", loops)


def _asked_or_sent_to(address: str) -> Iterator[tuple[str, str]]:
    """The address, and those of its query, each with its path."""
    for url in (address, *(value for _, value in parse_qsl(split_url(address).query))):
        parts = split_url(url)
        if parts.scheme in ("http", "https") and parts.hostname and "." in parts.hostname:
            yield parts.hostname.lower(), parts.path or "/"


def _lets_some_through(world: World, address: str, route: Route) -> bool:
    """Whether who is asked is told of requests that it lets through whoever sends them, or may be: it is not there."""
    name, _, rest = (split_url(address).hostname or "").partition(".")
    service = world.cluster.services.get((rest.partition(".")[0] or route.id.namespace, name))
    pods = members(world.cluster, service) if service is not None else ()
    return not pods or any(_LETS_THROUGH.search(text) for pod in pods for text in told_texts(world, pod))


def _traefik_row(guarded: Route, served: Passage, url: str, loops: bool) -> SignIn:
    return SignIn(
        object=served.route.id,
        place=served.backend.place,
        related=(Related(f"{guarded.id.kind} {guarded.id.name} sends browsers there", guarded.place, guarded.id),),
        linted=served.route.linted,
        route=f"{served.route.id.kind} {served.route.id.name}",
        url=url,
        guarded=f"{guarded.id.kind} {guarded.id.name}",
        verdict="loops" if loops else "free",
    )


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
