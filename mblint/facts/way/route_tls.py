"""Whether browsers come to a route by TLS: by its own word, an annotation's, or that of the gateway before it.

Load balancers of clouds have their certificates elsewhere, and are told of them by annotations: the section
`annotations` of rules/tables/tls-secrets.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Object, Route
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.settings.tables import load_table

_ENDS = ("SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL")  # the modes of Istio's servers that end TLS


class _Mark(Struct, frozen=True):
    """An annotation, and what its value has to match."""

    annotation: str
    value: str = ""


def takes_tls(world: World, route: Route) -> bool:
    """True where the route takes TLS, or a gateway of the view does that it belongs to."""
    found, _ = read_parts(route.node, lambda node: _own(node, route.id.kind))
    if found is not None and found is not False and found != []:
        return True
    return is_marked(route) or _by_gateway(world, route) or by_mesh_gateway(world, route)


def is_marked(route: Route) -> bool:
    """Whether an annotation says that its load balancer ends TLS."""
    return any(
        mark.annotation in route.annotations and re.search(mark.value, route.annotations[mark.annotation]) is not None
        for mark in (_marks() if route.annotations else ())
    )


def by_mesh_gateway(world: World, route: Route) -> bool:
    """Whether a Gateway of Istio that a VirtualService names ends TLS for its hosts."""
    if route.id.kind != "VirtualService":
        return False
    place = route.place.at("spec", "gateways")
    named = [each for each in place.value if isinstance(each, str)] if isinstance(place.value, list) else []
    keys = [(space or route.id.namespace, name) for space, _, name in (each.rpartition("/") for each in named)]
    return any(
        _ends_tls(gateway)
        for gateway in world.cluster.of_kind("Gateway", "networking.istio.io")
        if (gateway.id.namespace, gateway.id.name) in keys
    )


def _ends_tls(gateway: Object) -> bool:
    modes, _ = read_parts(
        gateway.node,
        lambda node: [server.get("tls").get("mode").text() for server in node.get("spec").get("servers").items()],
    )
    return any(mode in _ENDS for mode in modes or ())


def _own(node: Node, kind: str) -> object:
    spec = node.get("spec")
    if kind == "HTTPProxy":
        tls = spec.get("virtualhost").get("tls")
        return not tls.absent and tls.get("passthrough").boolean() is not True
    return None if kind == "VirtualService" else spec.get("tls").value


def _by_gateway(world: World, route: Route) -> bool:
    parents, _ = read_parts(route.node, lambda node: tuple(_parents(node.get("spec"))))
    return any(
        _takes_tls(gateway.node, section)
        for namespace, name, section in parents or ()
        for gateway in world.cluster.of_kind("Gateway", "gateway.networking.k8s.io")
        if (gateway.id.namespace, gateway.id.name) == (namespace or route.id.namespace, name)
    )


def _parents(spec: Node) -> Iterator[tuple[str | None, str | None, str | None]]:
    for parent in spec.get("parentRefs").items():
        yield parent.get("namespace").text(), parent.get("name").text(), parent.get("sectionName").text()


def _takes_tls(gateway: Node, section: str | None) -> bool:
    """Whether a listener (of this name, where one is given) speaks HTTPS."""
    found, _ = read_parts(
        gateway,
        lambda node: any(
            listener.get("protocol").text() == "HTTPS" and section in (None, listener.get("name").text())
            for listener in node.get("spec").get("listeners").items()
        ),
    )
    return bool(found)


@cache
def _marks() -> tuple[_Mark, ...]:
    return convert(load_table("tls-secrets", "annotations"), tuple[_Mark, ...])
