"""Traefik's middlewares that routes name, and whom a ForwardAuth among them asks about each request.

A chain stands for those that it names, and those of an entry point come before those of each route that it serves
(`--entrypoints.websecure.http.middlewares`).
Sources: https://github.com/traefik/traefik/blob/master/docs/content/routing/entrypoints.md ,
https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-forward-auth ,
https://doc.traefik.io/traefik/v2.3/middlewares/forwardauth/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, structs

from mblint.cluster.objects import Backend, Object, Route
from mblint.cluster.remembered import remembered
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex

_ANNOTATION = "traefik.ingress.kubernetes.io/router.middlewares"
_FROM_RESOURCES = "@kubernetescrd"
_GROUPS = ("traefik.io", "traefik.containo.us")
_ENTRY_POINTS = "traefik.ingress.kubernetes.io/router.entrypoints"
_DEFAULT = regex(r"--entrypoints\.([^.=]+)\.http\.middlewares=(.+)", re.IGNORECASE)
_DEEPEST = 4  # chains in chains

Named = tuple[str, str]  # namespace and name


class Passage(Struct, frozen=True, eq=False):
    """What of a route leads to one backend, and the middlewares that its requests pass."""

    route: Route
    backend: Backend
    middlewares: tuple[Named, ...]


def all_passages(world: World) -> Iterator[Passage]:
    """Those of all routes, with the middlewares of the entry points before their own, and chains taken apart."""
    for route in world.cluster.routes:
        before = tuple(_of_entry_points(world, route)) if _defaults(world) else ()
        for passage in passages(route):
            named = (*before, *passage.middlewares)
            yield structs.replace(passage, middlewares=tuple(one for each in named for one in _unchained(world, each)))


def longest(every: Sequence[Passage], host: str, path: str) -> Passage | None:
    """What leads a request there; None where nothing does, or two routes do equally."""
    fitting = [
        one
        for one in every
        if is_below(path, one.backend.path or "/")
        and host in (name.lower() for name in (one.backend.hosts or [each.text for each in one.route.hosts]))
    ]
    longest = max((len((one.backend.path or "/").rstrip("/")) for one in fitting), default=0)
    best = [one for one in fitting if len((one.backend.path or "/").rstrip("/")) == longest]
    return best[0] if len({id(one.route) for one in best}) == 1 else None


def is_below(path: str, prefix: str) -> bool:
    """Whether a path is a prefix, or lies below it."""
    prefix = prefix.rstrip("/")
    return path == prefix or path.startswith(prefix + "/")


def passages(route: Route) -> Iterator[Passage]:
    """Those of an Ingress or an IngressRoute; of others nothing is said."""
    if route.id.kind == "Ingress":
        named = tuple(_annotated(route))
        yield from (Passage(route, backend, named) for backend in route.backends)
    elif route.id.kind == "IngressRoute":
        for backend in route.backends:
            yield Passage(route, backend, tuple(_of_rule(route, backend)))


def _annotated(route: Route) -> Iterator[Named]:
    for word in route.annotations.get(_ANNOTATION, "").split(","):
        joined = word.strip().removesuffix(_FROM_RESOURCES)
        if joined.startswith(route.id.namespace + "-") and joined != word.strip():
            yield route.id.namespace, joined.removeprefix(route.id.namespace + "-")


def _of_rule(route: Route, backend: Backend) -> Iterator[Named]:
    """Those of the rule that a backend stands in: spec.routes[N].services[M]."""
    rule = Place(backend.place.document, backend.place.path[:-2]).value
    named = rule.get("middlewares") if isinstance(rule, dict) else None
    for each in named if isinstance(named, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            yield str(each.get("namespace") or route.id.namespace), str(each["name"])


def asked_address(world: World, named: Named) -> str | None:
    """The address that a ForwardAuth middleware asks; None for another, and for one that is not in the view."""
    middleware = _middlewares(world).get(named)
    return read_parts(middleware.node, _address)[0] if middleware is not None else None


@remembered
def _middlewares(world: World) -> Mapping[Named, Object]:
    return {(each.id.namespace, each.id.name): each for each in world.cluster.of_kind("Middleware", *_GROUPS)}


def _unchained(world: World, named: Named, depth: int = 0) -> Iterator[Named]:
    """A middleware; of a chain, those that it names."""
    yield named
    middleware = _middlewares(world).get(named)
    if middleware is not None and depth < _DEEPEST:
        chained, _ = read_parts(middleware.node, lambda node: tuple(_chained(node, named[0])))
        for each in chained or ():
            yield from _unchained(world, each, depth + 1)


def _chained(node: Node, namespace: str) -> Iterator[Named]:
    for each in node.get("spec").get("chain").get("middlewares").items():
        if name := each.get("name").text():
            yield each.get("namespace").text() or namespace, name


# ---------------------------------------------------------------- entry points


def _of_entry_points(world: World, route: Route) -> Iterator[Named]:
    """The middlewares of the entry points that a route is served at; without a word on them, of all."""
    if route.id.kind == "IngressRoute":
        place = route.place.at("spec", "entryPoints")
        names = [str(each).lower() for each in place.value] if isinstance(place.value, list) else []
    elif route.id.kind == "Ingress":
        names = [each.strip().lower() for each in route.annotations.get(_ENTRY_POINTS, "").split(",") if each.strip()]
    else:
        return
    for point, named in _defaults(world):
        if not names or point in names:
            yield named


@remembered
def _defaults(world: World) -> tuple[tuple[str, Named], ...]:
    """The entry points that the arguments of a Traefik of the view give middlewares to, and these."""
    joined = {f"{namespace}-{name}": (namespace, name) for namespace, name in _middlewares(world)}
    return tuple(
        (match[1].lower(), joined[name])
        for workload in (world.cluster.workloads if joined else ())
        for container in workload.pod.containers
        for word in container.words
        if (match := _DEFAULT.match(word.text)) is not None
        for each in match[2].split(",")
        if (name := each.strip().removesuffix(_FROM_RESOURCES)) in joined
    )


def _address(node: Node) -> str | None:
    return node.get("spec").get("forwardAuth").get("address").text()
