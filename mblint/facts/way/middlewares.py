"""Traefik's middlewares that routes name, and whom a ForwardAuth among them asks about each request.

Sources: https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-forward-auth ,
https://doc.traefik.io/traefik/v2.3/middlewares/forwardauth/
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Backend, Route
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_ANNOTATION = "traefik.ingress.kubernetes.io/router.middlewares"
_FROM_RESOURCES = "@kubernetescrd"
_GROUPS = ("traefik.io", "traefik.containo.us")

Named = tuple[str, str]  # namespace and name


class Passage(Struct, frozen=True, eq=False):
    """What of a route leads to one backend, and the middlewares that its requests pass."""

    route: Route
    backend: Backend
    middlewares: tuple[Named, ...]


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
    for each in world.cluster.of_kind("Middleware", *_GROUPS):
        if (each.id.namespace, each.id.name) == named:
            found, _ = read_parts(each.node, _address)
            return found
    return None


def _address(node: Node) -> str | None:
    return node.get("spec").get("forwardAuth").get("address").text()
