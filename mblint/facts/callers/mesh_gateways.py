"""VirtualServices of Istio and the Gateways that they name: does a server of one have a host of theirs?

A server's host may have a namespace before it, from which alone it takes VirtualServices (`.` its own, `*` all), and
`*` in place of its first labels. A VirtualService that also names `mesh` is used without any Gateway.
Source: https://github.com/istio/api/blob/master/networking/v1alpha3/gateway.proto
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Object, Route
from mblint.facts.callers.called_rows import Attachment
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_GROUP = "networking.istio.io"
_MESH = "mesh"


def mesh_attachments(world: World) -> Iterator[Attachment]:
    """A row for each VirtualService all of whose Gateways are in the view."""
    gateways = {(one.id.namespace, one.id.name): one for one in world.cluster.of_kind("Gateway", _GROUP)}
    for route in world.cluster.routes if gateways else ():
        if route.id.kind != "VirtualService" or not route.hosts:
            continue
        place = route.place.at("spec", "gateways")
        named = [each for each in place.value if isinstance(each, str)] if isinstance(place.value, list) else []
        found = [gateways.get(_key(route, name)) for name in named]
        if named and _MESH not in named and all(found):
            yield _row(route, place, [one for one in found if one is not None])


def _key(route: Route, name: str) -> tuple[str, str]:
    namespace, _, own = name.rpartition("/")
    return (namespace if namespace not in ("", ".") else route.id.namespace), own


def _row(route: Route, place: Place, gateways: list[Object]) -> Attachment:
    refused = [_refusal(route, gateway) for gateway in gateways]
    because = refused[0] if all(refused) else None
    names = ", ".join(f"{one.id.namespace}/{one.id.name}" for one in gateways)
    at = route.hosts[0].place if because is not None else place
    return Attachment(
        object=route.id,
        place=at,
        related=tuple(Related(f"Gateway {one.id.name} is here", one.place, one.id) for one in gateways),
        linted=route.linted,
        route=f"{route.id.kind} {route.id.name}",
        gateway=names,
        verdict="taken" if because is None else "refused",
        because=because,
    )


def _refusal(route: Route, gateway: Object) -> str | None:
    """Why no server of a Gateway has a host of the route, as a clause; None where one does, or it cannot be read."""
    found, partial = read_parts(gateway.node, lambda node: tuple(_hosts(node)))
    asked = [host.text.lower() for host in route.hosts]
    if not found or partial.flaws or not all("." in one or one == "*" for one in asked):  # short names are Services
        return None
    if any(_takes(gateway, route, host.lower(), one) for host in found for one in asked):
        return None
    name = f"Gateway {gateway.id.namespace}/{gateway.id.name}"
    return f"{name} serves {', '.join(dict.fromkeys(found))}, and the VirtualService only {', '.join(asked)}"


def _hosts(node: Node) -> Iterator[str]:
    for server in node.get("spec").get("servers").items():
        yield from server.get("hosts").texts()


def _takes(gateway: Object, route: Route, host: str, asked: str) -> bool:
    namespace, slash, name = host.rpartition("/")
    within = gateway.id.namespace if namespace == "." else namespace
    if slash and within not in ("*", route.id.namespace):
        return False
    return _meet(name, asked)


def _meet(one: str, other: str) -> bool:
    """Whether two names can mean one host; `*` stands for one label or more."""
    for wide, narrow in ((one, other), (other, one)):
        if wide in ("*", narrow) or (wide.startswith("*.") and narrow.endswith(wide[1:])):
            return True
    return False
