"""Whether browsers come to a container by plain HTTP, as far as the view says it.

A route without TLS may have a proxy before it that ends TLS, or a controller with a certificate of its own: nobody
knows that. It is certain where the route says that it keeps to HTTP, where a gateway of the view listens for nothing
else, or where the program is told an http:// address for the host of the route.
"""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import Container, Route, Service, Workload
from mblint.cluster.secrets import reveal
from mblint.cluster.services import pod_ports, services_of
from mblint.facts.names.this_machine import this_machine
from mblint.facts.told import settings_of
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex

_PLAIN_ENTRY_POINTS = frozenset(("web", "http"))
_ENDS_TLS_ELSEWHERE = regex(r"(?i)tls|ssl|cert|https|websecure|cloudflare|tunnel|tailscale|ngrok|backend-config")
_REDIRECTS = ("ssl-redirect", "force-ssl-redirect")
_ALWAYS_PLAIN = ("Route", "HTTPProxy", "HTTPRoute")  # without TLS of its own, or of its gateway, there is none


class PlainWay(Struct, frozen=True, eq=False):
    """How browsers come: "Ingress app", the host, and whether it is certain that no TLS ends before it."""

    by: str
    host: str | None
    place: Place
    certain: bool


def plain_way(world: World, workload: Workload, container: Container) -> PlainWay | None:
    """By plain HTTP: a route of it, or a load balancer without one; None where TLS is there, or nobody comes."""
    served = hosts_of(world, workload, container)
    if not served:
        return _by_load_balancer(world, workload, container)
    if any(one.tls or this_machine(one.host.text) or _may_end_tls(world, one.route) for one in served):
        return None
    said = [reveal(one.value) for one in settings_of(world, workload, container) if one.value is not None]
    if any(f"https://{one.host.text}" in text for one in served for text in said):
        return None
    first: ServedHost = served[0]
    told = any(f"http://{one.host.text}" in text for one in served for text in said)
    certain = told or all(_says_plain(one.route) for one in served)
    return PlainWay(f"{first.route.id.kind} {first.route.id.name}", first.host.text, first.host.place, certain)


def _may_end_tls(world: World, route: Route) -> bool:
    """Whether what an annotation or a class names may end TLS, or a gateway that is not in the view."""
    if route.id.kind in ("HTTPRoute", "VirtualService"):
        return route.id.kind == "VirtualService" or not _gateways_are_here(world, route)
    if route.id.kind == "IngressRoute":
        return not _PLAIN_ENTRY_POINTS.issuperset(_texts(route, "entryPoints")) or not _texts(route, "entryPoints")
    entries = [f"{key}={value}" for key, value in route.annotations.items() if not key.endswith(_REDIRECTS)]
    name = route.place.at("spec", "ingressClassName").value
    return any(_ENDS_TLS_ELSEWHERE.search(text) for text in (*entries, str(name or "")))


def _gateways_are_here(world: World, route: Route) -> bool:
    parents = route.place.at("spec", "parentRefs").value
    named = [
        (str(each.get("namespace") or route.id.namespace), str(each.get("name")))
        for each in (parents if isinstance(parents, list) else ())
        if isinstance(each, dict)
    ]
    here = {(each.id.namespace, each.id.name) for each in world.cluster.of_kind("Gateway", "gateway.networking.k8s.io")}
    return bool(named) and here.issuperset(named)


def _texts(route: Route, key: str) -> list[str]:
    value = route.place.at("spec", key).value
    return [str(each) for each in value] if isinstance(value, list) else []


def _says_plain(route: Route) -> bool:
    if route.id.kind in _ALWAYS_PLAIN or route.id.kind == "IngressRoute":
        return True
    said = {key.rpartition("/")[2]: value.strip().lower() for key, value in route.annotations.items()}
    return said.get("ssl-redirect") == "false" or said.get("router.entrypoints") in _PLAIN_ENTRY_POINTS


def _by_load_balancer(world: World, workload: Workload, container: Container) -> PlainWay | None:
    for service in services_of(world.cluster, workload):
        if service.type == "LoadBalancer" and not _is_marked(service) and _leads_to(service, workload, container):
            return PlainWay(f"Service {service.id.name}", None, service.place, certain=True)
    return None


def _is_marked(service: Service) -> bool:
    asks_by_tls = any(port.port in (443, 8443) or "https" in (port.name or "") for port in service.ports)
    return asks_by_tls or any(
        _ENDS_TLS_ELSEWHERE.search(f"{key}={value}") for key, value in service.annotations.items()
    )


def _leads_to(service: Service, workload: Workload, container: Container) -> bool:
    mine = {port.number for port in container.ports}
    return any(not mine or pod_ports(workload, port) in mine for port in service.ports)
