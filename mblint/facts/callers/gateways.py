"""Gateways, what routes of the Gateway API say of them, and what their listeners take.

Source: https://gateway-api.sigs.k8s.io/reference/spec/ (ParentReference, Listener, AllowedRoutes)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Object, Route
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.selectors import selects
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

GROUP = "gateway.networking.k8s.io"
_TAKEN_BY = {  # by a listener's protocol, where it names no kinds
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}


class Parent(Struct, frozen=True):
    """A Gateway that a route names. `section`: of its listeners only this one; `port`: only those at it."""

    namespace: str
    name: str
    section: str | None
    port: int | None
    place: Place


class Listener(Struct, frozen=True):
    """One of a Gateway's. `kinds` empty: those of its protocol."""

    name: str
    port: int | None
    protocol: str
    hostname: str | None
    from_: str
    namespaces: Node
    kinds: tuple[str, ...]
    place: Place
    passes_on: bool = False  # TLS itself, which it does not end


def parents(route: Route, node: Node) -> Iterator[Parent]:
    """The Gateways that a route names."""
    for ref in node.get("spec").get("parentRefs").items():
        if (ref.get("kind").text() or "Gateway") == "Gateway" and (ref.get("group").text() or GROUP) == GROUP:
            yield Parent(
                namespace=ref.get("namespace").text() or route.id.namespace,
                name=ref.get("name").text() or "",
                section=ref.get("sectionName").text(),
                port=ref.get("port").integer(),
                place=ref.place,
            )


def listeners(node: Node) -> Iterator[Listener]:
    """Those of a Gateway."""
    for entry in node.get("spec").get("listeners").items():
        allowed = entry.get("allowedRoutes")
        namespaces = allowed.get("namespaces")
        yield Listener(
            name=entry.get("name").text() or "",
            port=entry.get("port").integer(),
            protocol=entry.get("protocol").text() or "",
            hostname=entry.get("hostname").text(),
            from_=namespaces.get("from").text() or "Same",
            namespaces=namespaces.get("selector"),
            kinds=tuple(kind.get("kind").text() or "" for kind in allowed.get("kinds").items()),
            place=entry.place,
            passes_on=entry.get("tls").get("mode").text() == "Passthrough",
        )


def certificate_refs(node: Node) -> Iterator[tuple[str, Node]]:
    """The Secrets that the listeners of a Gateway take their certificates from, by the listener's name."""
    for entry in node.get("spec").get("listeners").items():
        for ref in entry.get("tls").get("certificateRefs").items():
            if ref.get("kind").text() in (None, "Secret"):
                yield entry.get("name").text() or "", ref


def ends_tls(world: World, route: Route) -> bool:
    """Whether a listener of a Gateway of the view takes the route's requests by TLS, and hands them on without."""
    found, _ = read_parts(route.node, lambda node: tuple(parents(route, node)))
    gateways = {(one.id.namespace, one.id.name): one for one in world.cluster.of_kind("Gateway", GROUP)}
    return any(
        _takes_tls(world, route, parent, gateway)
        for parent in found or ()
        if (gateway := gateways.get((parent.namespace, parent.name))) is not None
    )


def _takes_tls(world: World, route: Route, parent: Parent, gateway: Object) -> bool:
    found, _ = read_parts(gateway.node, lambda node: tuple(listeners(node)))
    return any(
        one.protocol == "HTTPS" and not one.passes_on and _refused_by(world, route, gateway, one) is None
        for one in found or ()
        if parent.section in (None, one.name) and parent.port in (None, one.port)
    )


def refusal(
    world: World, route: Route, parent: Parent, gateway: Object, of_gateway: tuple[Listener, ...]
) -> str | None:
    """Why no listener takes the route, as a clause; None where one does."""
    name = f"Gateway {parent.namespace}/{parent.name}"
    named = [one for one in of_gateway if parent.section in (None, one.name)]
    if not named:
        return f"{name} has no listener {parent.section}; it has {', '.join(one.name for one in of_gateway) or 'none'}"
    at_port = [one for one in named if parent.port in (None, one.port)]
    if not at_port:
        return f"no listener of {name} is at port {parent.port}"
    reasons = [_refused_by(world, route, gateway, one) for one in at_port]
    return next(iter(filter(None, reasons)), None) if all(reasons) else None


def _refused_by(world: World, route: Route, gateway: Object, listener: Listener) -> str | None:
    who = f"listener {listener.name} of Gateway {gateway.id.namespace}/{gateway.id.name}"
    kinds = listener.kinds or _TAKEN_BY.get(listener.protocol, (route.id.kind,))
    if route.id.kind not in kinds:
        return f"{who} takes only {' and '.join(kinds)}"
    if listener.from_ == "Same" and route.id.namespace != gateway.id.namespace:
        return f"{who} takes only routes of its own namespace (allowedRoutes.namespaces.from is Same, the default)"
    if listener.from_ == "Selector" and not _selected(world, route, listener):
        return f"{who} takes only routes of namespaces that allowedRoutes.namespaces.selector selects"
    hosts = [host.text for host in route.hosts]
    if listener.hostname and hosts and not any(_meet(listener.hostname.lower(), host.lower()) for host in hosts):
        return f"{who} serves {listener.hostname}, and the route only {', '.join(hosts)}"
    return None


def _selected(world: World, route: Route, listener: Listener) -> bool:
    """True also where nothing says the labels of the route's namespace: something else may have set them."""
    namespace = world.cluster.namespaces.get(route.id.namespace)
    selector, _ = read_parts(listener.namespaces, read_selector)
    if selector is None or namespace is None or world.cluster.objects.get(namespace.id) is None:
        return True
    return selects(selector, namespace.labels)


def _meet(listener: str, host: str) -> bool:
    """Whether two names, either with a `*.` before it, can mean one host."""
    if listener.startswith("*.") and host.startswith("*."):
        return listener.endswith(host[1:]) or host.endswith(listener[1:])
    if listener.startswith("*."):
        return host.endswith(listener[1:])
    return listener == host or (host.startswith("*.") and listener.endswith(host[1:]))
