"""Routes of the Gateway API and the Gateways that they name: does a listener of it take the route?

A Gateway that is not in the view may be anywhere: of it only a name that is almost another's is told.
Source: https://gateway-api.sigs.k8s.io/reference/spec/ (ParentReference, Listener, AllowedRoutes, ReferenceGrant)
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec.structs import replace

from mblint.cluster.objects import Object, Route
from mblint.cluster.promised import promised
from mblint.facts.callers.called_rows import Attachment
from mblint.facts.callers.entry_points import entry_points
from mblint.facts.callers.gateways import GROUP, Parent, certificate_refs, listeners, parents, refusal
from mblint.facts.callers.mesh_gateways import mesh_attachments
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put

_ALIKE = 0.6


def attachments(world: World) -> Iterator[Attachment]:
    """A row for each Gateway that a route names, and for each backend in another namespace."""
    for route in world.cluster.routes:
        if route.api_version.startswith(f"{GROUP}/") and not world.cluster.is_unread(route.id, "spec"):
            named, partial = read_parts(route.node, lambda node, route=route: tuple(parents(route, node)))  # type: ignore[misc]
            if named is not None and not partial.flaws:
                yield from (_attached(world, route, parent) for parent in named)
            yield from _granted(world, route)
    yield from _certificates(world)
    yield from mesh_attachments(world)
    yield from entry_points(world)


def _attached(world: World, route: Route, parent: Parent) -> Attachment:
    gateways = world.cluster.of_kind("Gateway", GROUP)
    gateway = next(
        (one for one in gateways if (one.id.namespace, one.id.name) == (parent.namespace, parent.name)), None
    )
    if gateway is None:
        near = _near(parent, gateways)
        absent = f"there is no Gateway {parent.namespace}/{parent.name}"
        row = _row(route, parent, "no-gateway" if near else "unknown", absent if near else None, near)
        return replace(row, edits=_named(world, route, parent, near)) if near is not None else row
    found, partial = read_parts(gateway.node, lambda node: tuple(listeners(node)))
    if found is None or partial.flaws:
        return _row(route, parent, "unknown", None, None)
    because = refusal(world, route, parent, gateway, found)
    return _row(route, parent, "refused" if because else "taken", because, gateway)


def _named(world: World, route: Route, parent: Parent, near: Object) -> tuple[Edit, ...]:
    """The Gateway that is meant, where it takes the route."""
    found, partial = read_parts(near.node, lambda node: tuple(listeners(node)))
    refused = found is None or partial.flaws or refusal(world, route, parent, near, found)
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


# ---------------------------------------------------------------- backends in other namespaces


def _granted(world: World, route: Route) -> Iterator[Attachment]:
    """A row for each backend in another namespace whose Service is in the view."""
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        if backend.namespace == route.id.namespace or service is None:
            continue
        grants = world.cluster.of_kind("ReferenceGrant", GROUP)
        granted = any(_grants(grant, route, ("Service", backend.namespace, backend.service)) for grant in grants)
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


def _certificates(world: World) -> Iterator[Attachment]:
    """A row for each Secret in another namespace that a listener takes its certificate from."""
    grants = world.cluster.of_kind("ReferenceGrant", GROUP)
    for gateway in world.cluster.of_kind("Gateway", GROUP):
        found, _ = read_parts(gateway.node, lambda node: tuple(certificate_refs(node)))
        for listener, ref in found or ():
            namespace, name = ref.get("namespace").text() or gateway.id.namespace, ref.get("name").text() or ""
            if namespace == gateway.id.namespace or not _is_there(world, namespace, name):
                continue
            granted = any(_grants(grant, gateway, ("Secret", namespace, name)) for grant in grants)
            yield Attachment(
                object=gateway.id,
                place=ref.place,
                linted=gateway.linted,
                route=f"Listener {listener} of Gateway {gateway.id.name}",
                gateway=f"{namespace}/{name}",
                verdict="taken" if granted else "not-granted",
                because=None
                if granted
                else f"no ReferenceGrant of namespace {namespace} lets Gateways of {gateway.id.namespace} "
                f"take the Secret {namespace}/{name}",
            )


def _is_there(world: World, namespace: str, name: str) -> bool:
    return (namespace, name) in world.cluster.secrets or ("Secret", namespace, name) in promised(world.cluster)


def _grants(grant: Object, by: Object, to: tuple[str, str, str]) -> bool:
    """Whether a grant lets an object name another one; `to`: its kind, namespace and name."""
    if grant.id.namespace != to[1]:
        return False
    found, partial = read_parts(grant.node, lambda node: _allows(node, by, to))
    return bool(found) or bool(partial.flaws)


def _allows(node: Node, by: Object, to: tuple[str, str, str]) -> bool:
    spec, (kind, _, name) = node.get("spec"), to
    from_ = any(
        (entry.get("kind").text(), entry.get("namespace").text()) == (by.id.kind, by.id.namespace)
        for entry in spec.get("from").items()
    )
    named = any(
        entry.get("kind").text() == kind and entry.get("name").text() in (None, name)
        for entry in spec.get("to").items()
    )
    return from_ and named
