"""Routes of the Gateway API and the Gateways that they name: does a listener of it take the route?

A Gateway that is not in the view may be anywhere: of it only a name that is almost another's is told.
Source: https://gateway-api.sigs.k8s.io/reference/spec/ (ParentReference, Listener, AllowedRoutes, ReferenceGrant)
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Object, Route
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.selectors import selects
from mblint.facts.callers.called_rows import Attachment
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put

_GROUP = "gateway.networking.k8s.io"
_ALIKE = 0.6
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


def attachments(world: World) -> Iterator[Attachment]:
    """A row for each Gateway that a route names, and for each backend in another namespace."""
    for route in world.cluster.routes:
        if route.api_version.startswith(f"{_GROUP}/") and not world.cluster.is_unread(route.id, "spec"):
            parents, partial = read_parts(route.node, lambda node, route=route: tuple(_parents(route, node)))  # type: ignore[misc]
            if parents is not None and not partial.flaws:
                yield from (_attached(world, route, parent) for parent in parents)
            yield from _granted(world, route)


def _parents(route: Route, node: Node) -> Iterator[Parent]:
    for ref in node.get("spec").get("parentRefs").items():
        if (ref.get("kind").text() or "Gateway") == "Gateway" and (ref.get("group").text() or _GROUP) == _GROUP:
            yield Parent(
                namespace=ref.get("namespace").text() or route.id.namespace,
                name=ref.get("name").text() or "",
                section=ref.get("sectionName").text(),
                port=ref.get("port").integer(),
                place=ref.place,
            )


def _attached(world: World, route: Route, parent: Parent) -> Attachment:
    gateways = world.cluster.of_kind("Gateway", _GROUP)
    gateway = next(
        (one for one in gateways if (one.id.namespace, one.id.name) == (parent.namespace, parent.name)), None
    )
    if gateway is None:
        near = _near(parent, gateways)
        absent = f"there is no Gateway {parent.namespace}/{parent.name}"
        row = _row(route, parent, "no-gateway" if near else "unknown", absent if near else None, near)
        return replace(row, edits=_named(world, route, parent, near)) if near is not None else row
    listeners, partial = read_parts(gateway.node, lambda node: tuple(_listeners(node)))
    if listeners is None or partial.flaws:
        return _row(route, parent, "unknown", None, None)
    because = _refusal(world, route, parent, gateway, listeners)
    return _row(route, parent, "refused" if because else "taken", because, gateway)


def _named(world: World, route: Route, parent: Parent, near: Object) -> tuple[Edit, ...]:
    """The Gateway that is meant, where it takes the route."""
    listeners, partial = read_parts(near.node, lambda node: tuple(_listeners(node)))
    refused = listeners is None or partial.flaws or _refusal(world, route, parent, near, listeners)
    if refused or owner(world.cluster, parent.place) is not route:
        return ()
    key, value = ("name", near.id.name) if near.id.name != parent.name else ("namespace", near.id.namespace)
    return (put(route, parent.place, key, value),)


def _near(parent: Parent, gateways: tuple[Object, ...]) -> Object | None:
    """The only Gateway that may be meant: of almost that name there, or of that name elsewhere."""
    there = {one.id.name: one for one in gateways if one.id.namespace == parent.namespace}
    similar = get_close_matches(parent.name, list(there), n=2, cutoff=_ALIKE)
    elsewhere = [one for one in gateways if one.id.name == parent.name]
    found = [there[name] for name in similar] or elsewhere
    return found[0] if len(found) == 1 else None


def _row(route: Route, parent: Parent, verdict: str, because: str | None, near: Object | None) -> Attachment:
    return Attachment(
        object=route.id,
        place=parent.place,
        related=(Related(f"Gateway {near.id.name} is here", near.place, near.id),) if near is not None else (),
        linted=route.linted,
        route=f"{route.id.kind} {route.id.name}",
        gateway=f"{parent.namespace}/{parent.name}",
        verdict=verdict,
        because=because,
        nearest_gateway=f"{near.id.namespace}/{near.id.name}" if near is not None and verdict == "no-gateway" else None,
    )


# ---------------------------------------------------------------- listeners


def _listeners(node: Node) -> Iterator[Listener]:
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
        )


def _refusal(
    world: World, route: Route, parent: Parent, gateway: Object, listeners: tuple[Listener, ...]
) -> str | None:
    """Why no listener takes the route, as a clause; None where one does."""
    name = f"Gateway {parent.namespace}/{parent.name}"
    named = [one for one in listeners if parent.section in (None, one.name)]
    if not named:
        return f"{name} has no listener {parent.section}; it has {', '.join(one.name for one in listeners) or 'none'}"
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


# ---------------------------------------------------------------- backends in other namespaces


def _granted(world: World, route: Route) -> Iterator[Attachment]:
    """A row for each backend in another namespace whose Service is in the view."""
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        if backend.namespace == route.id.namespace or service is None:
            continue
        grants = world.cluster.of_kind("ReferenceGrant", _GROUP)
        granted = any(_grants(grant, route, backend.namespace, backend.service) for grant in grants)
        to = f"{backend.namespace}/{backend.service}"
        yield Attachment(
            object=route.id,
            place=backend.place,
            related=(Related(f"Service {backend.service} is here", service.place, service.id),),
            linted=route.linted,
            route=f"{route.id.kind} {route.id.name}",
            gateway=to,
            verdict="taken" if granted else "not-granted",
            because=None
            if granted
            else f"no ReferenceGrant of namespace {backend.namespace} lets {route.id.kind}s of {route.id.namespace} "
            f"lead to the Service {to}",
        )


def _grants(grant: Object, route: Route, namespace: str, service: str) -> bool:
    if grant.id.namespace != namespace:
        return False
    found, partial = read_parts(grant.node, lambda node: _allows(node, route, service))
    return bool(found) or bool(partial.flaws)


def _allows(node: Node, route: Route, service: str) -> bool:
    spec = node.get("spec")
    from_ = any(
        (entry.get("kind").text(), entry.get("namespace").text()) == (route.id.kind, route.id.namespace)
        for entry in spec.get("from").items()
    )
    to = any(
        entry.get("kind").text() == "Service" and entry.get("name").text() in (None, service)
        for entry in spec.get("to").items()
    )
    return from_ and to
