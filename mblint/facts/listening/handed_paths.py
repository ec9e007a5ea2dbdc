"""What of a path comes to the pods: a route hands on the whole of it, unless something takes it off or changes it.

Sources: https://kubernetes.github.io/ingress-nginx/examples/rewrite/ ,
https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/ ,
https://doc.traefik.io/traefik/middlewares/http/stripprefix/ , https://tailscale.com/kb/1242/tailscale-serve
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Backend, Object, Route
from mblint.cluster.remembered import remembered
from mblint.facts.way.middlewares import Passage, all_passages
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex

_REWRITE = "nginx.ingress.kubernetes.io/rewrite-target"
_REGEX = "nginx.ingress.kubernetes.io/use-regex"
_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"
# Parts of annotations by which controllers change a path, or tell a program which one was taken off.
_CHANGES = (
    *("rewrite", "snippet", "middleware", "strip", "path-prefix", "regex", "plugin", "transform", "actions."),
    *("script", "forwarded-prefix", "rule-type", "rule.type", "request-headers", "upstream-vhost"),
)
# What a middleware or filter may do without a change of the path.
_LEAVES_PATHS = (
    *("redirectScheme", "compress", "rateLimit", "inFlightReq", "basicAuth", "digestAuth", "forwardAuth", "retry"),
    *("ipWhiteList", "ipAllowList", "circuitBreaker", "buffering", "contentType", "chain"),
)
_FILTERS_THAT_LEAVE = ("ResponseHeaderModifier", "RequestMirror", "CORS")
_STEM = regex(
    r"(/[\w.~%-]+(?:/[\w.~%-]+)*)(?:/|/?(?P<one>(?:/|/\?)\(\.\*\)|\(/\.\*\)\??)|(?P<two>\(/\|\$\)\(\.\*\)))?\$?"
)
_TARGET = regex(r"((?:/[\w.~%-]+)*)/?(?:\$(\d))?")

_UNKNOWN = ""  # no path begins so


def stem(path: str | None) -> str | None:
    """The text with which the paths begin that a route takes, `/x` of `/x/` and `/x(/|$)(.*)`; None for the root."""
    match = _STEM.fullmatch(path or "")
    return match[1] if match is not None else None


def handed_on(world: World, route: Route, path: str) -> str | None:
    """Below which path those requests come that a route takes at one (as it is written); None: nobody knows.

    `/` for those of which it takes the path off.
    """
    if route.id.kind == "Ingress":
        found = _by_ingress(world, route, path)
    elif route.id.kind == "HTTPRoute":
        found = frozenset(_by_rule(backend, path) for backend in route.backends if backend.path == path)
    elif route.id.kind == "IngressRoute":
        found = frozenset(_by_middlewares(world, each, path) for each in _passages(world, route, path))
    else:
        return None
    return next(iter(found)) or None if len(found) == 1 else None


def _by_ingress(world: World, route: Route, path: str) -> frozenset[str]:
    marks = {key for key in route.annotations if any(mark in key.lower() for mark in _CHANGES)}
    controller = (ingress_class(route) or "").lower()
    if controller == "tailscale":
        return frozenset((_UNKNOWN,))
    if not marks:
        return frozenset((stem(path) or _UNKNOWN,)) if "(" not in path else frozenset((_UNKNOWN,))
    if marks <= {_REWRITE, _REGEX} and _REWRITE in marks and (not controller or "nginx" in controller):
        return frozenset((_by_rewrite(path, route.annotations[_REWRITE]),))
    if marks == {_MIDDLEWARES}:
        words = [word for word in route.annotations[_MIDDLEWARES].split(",") if word.strip()]
        on_the_way = _passages(world, route, path)
        if all(len(each.middlewares) >= len(words) for each in on_the_way):
            return frozenset(_by_middlewares(world, each, path) for each in on_the_way)
    return frozenset((_UNKNOWN,))


def _by_rewrite(path: str, target: str) -> str:
    """By ingress-nginx: the target, with what stood in one pair of brackets of the path."""
    taken, made = _STEM.fullmatch(path), _TARGET.fullmatch(target)
    if taken is None or made is None:
        return _UNKNOWN
    rest = "1" if taken["one"] else "2" if taken["two"] else None
    return made[1] or "/" if made[2] in (None, rest) else _UNKNOWN


# ---------------------------------------------------------------- Traefik


@remembered
def _all_passages(world: World) -> tuple[Passage, ...]:
    return tuple(all_passages(world))


def _passages(world: World, route: Route, path: str) -> list[Passage]:
    return [each for each in _all_passages(world) if each.route is route and each.backend.path == path]


def _by_middlewares(world: World, passage: Passage, path: str) -> str:
    handed = stem(path) or _UNKNOWN
    for named in passage.middlewares:
        middleware = _middlewares(world).get(named)
        does = read_parts(middleware.node, _what_it_does)[0] if middleware is not None else None
        if does is None:
            return _UNKNOWN
        taken = next((each for each in does if handed == each or handed.startswith(f"{each}/")), None)
        handed = handed if taken is None else handed.removeprefix(taken) or "/"
    return handed


@remembered
def _middlewares(world: World) -> Mapping[tuple[str, str], Object]:
    found = world.cluster.of_kind("Middleware", "traefik.io", "traefik.containo.us")
    return {(each.id.namespace, each.id.name): each for each in found}


def _what_it_does(node: Node) -> tuple[str, ...] | None:
    """The prefixes that a middleware takes off; None where nobody knows what it makes of a path."""
    spec = node.get("spec")
    does = [key for key, _ in spec.entries()]
    prefixes = tuple((each.text() or "").rstrip("/") for each in spec.get("stripPrefix").get("prefixes").items())
    if any(key not in _LEAVES_PATHS and key != "stripPrefix" for key in does) or "" in prefixes:
        return None
    return prefixes


# ---------------------------------------------------------------- the Gateway API


def _by_rule(backend: Backend, path: str) -> str:
    """By the filters of the rule that a backend stands in: spec.rules[N].backendRefs[M]."""
    rule = Place(backend.place.document, backend.place.path[:-2]).value
    ref = backend.place.value
    handed = stem(path) or _UNKNOWN
    for each in (*_filters(rule), *_filters(ref)):
        kind = each.get("type")
        if kind == "URLRewrite":
            handed = _by_url_rewrite(each.get("urlRewrite"), handed)
        elif kind not in _FILTERS_THAT_LEAVE:
            return _UNKNOWN
    return handed


def _filters(value: object) -> Iterator[dict[str, object]]:
    listed = value.get("filters") if isinstance(value, dict) else None
    yield from (each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict))


def _by_url_rewrite(rewrite: object, handed: str) -> str:
    path = rewrite.get("path") if isinstance(rewrite, dict) else None
    if path is None:
        return handed
    made = (path.get("replacePrefixMatch"), path.get("replaceFullPath")) if isinstance(path, dict) else ()
    texts = [each.rstrip("/") or "/" for each in made if isinstance(each, str)]
    return texts[0] if len(texts) == 1 else _UNKNOWN
