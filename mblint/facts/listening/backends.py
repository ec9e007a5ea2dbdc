"""How what carries requests speaks to the pods: routes by their kind and annotations, and load balancers.

Annotations, and what controllers do without them, are the table rules/tables/backend-schemes.yaml; what kinds of routes
say by their own fields is here. Where nothing says which controller reads a route, nobody knows.
Sources: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/,
https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/networking/configuring-routes,
https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
"""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert, field

from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Backend, Object, Route, Service, ServicePort
from mblint.facts.callers.routes import Carried
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.shipped import read_table


class _Controller(Struct, frozen=True):
    """A row of the table. `annotation` stands at the Ingress or on its Service."""

    name: str
    annotation: str
    at: str
    values: Mapping[str, str]
    default: str
    source: str
    prefix: str | None = None
    usual: str | None = field(default=None, name="class")


class _Unknown(Struct, frozen=True):
    beginnings: tuple[str, ...]
    ends: tuple[str, ...]
    source: str


class _Balancer(Struct, frozen=True):
    name: str
    certificate: str
    ports: str
    annotation: str
    values: Mapping[str, str]
    default: str
    source: str


class _Table(Struct, frozen=True, rename="kebab"):
    ingresses: tuple[_Controller, ...]
    unknown: _Unknown
    load_balancers: tuple[_Balancer, ...]


@cache
def _table() -> _Table:
    return convert(read_table("tables/backend-schemes.yaml"), _Table)


class Asked(Struct, frozen=True):
    """How a caller speaks, what says so, and where. `certain`: False where the controller is known by a name only."""

    scheme: str
    by: str
    place: Place
    certain: bool


def of_route(world: World, one: Carried) -> Asked | None:
    """How the controller of a route speaks to its backend; None where nobody knows, and where it does not end TLS."""
    route, backend = one.route, one.backends[0]
    service, port = one.judged.reached.service, one.judged.reached.service_port
    if service is None or port is None:
        return None
    if route.id.kind == "Ingress":
        return _of_ingress(route, backend, service, port)
    if route.id.kind == "IngressRoute":
        return _of_traefik(backend, port)
    if route.id.kind == "Route":
        return _of_openshift(route)
    return _of_gateway(world, route, backend, service, port) if route.id.kind == "HTTPRoute" else None


def _annotation(held: Object, key: str) -> Place:
    return held.place.at("metadata", "annotations", key)


def _of_ingress(route: Route, backend: Backend, service: Service, port: ServicePort) -> Asked | None:
    """By an annotation that says it; else as the controller does that reads the Ingress, as far as that is known."""
    notes, unknown = route.annotations, _table().unknown
    name = ingress_class(route) or ""
    for row in _table().ingresses:
        if row.at == "ingress" and row.annotation in notes:
            return _said(row, route)
    if any(key.endswith(unknown.ends) or key.startswith(unknown.beginnings) for key in notes):
        return None
    for row in _table().ingresses:
        proven = row.prefix is not None and any(key.startswith(row.prefix) for key in notes)
        if proven or (row.usual is not None and matches(name, row.usual)):
            return _by_itself(row, backend, service, port, proven)
    return None


def _said(row: _Controller, held: Route | Service) -> Asked | None:
    value = held.annotations[row.annotation]
    scheme = row.values.get(value.lower())
    by = f"{row.annotation}: {value}"
    return Asked(scheme, by, _annotation(held, row.annotation), certain=True) if scheme is not None else None


def _by_itself(row: _Controller, backend: Backend, service: Service, port: ServicePort, proven: bool) -> Asked | None:
    if row.at == "service" and row.annotation in service.annotations:
        return _said(row, service)
    if row.default == "by-port":
        found = _of_traefik(backend, port)
        return Asked(found.scheme, found.by, found.place, certain=False)
    return Asked(row.default, f"{row.annotation} is not set", backend.place, certain=proven)


def _of_traefik(backend: Backend, port: ServicePort) -> Asked:
    written = backend.place.at("scheme")
    if written.value in ("http", "https"):
        return Asked(str(written.value), f"scheme: {written.value}", written, certain=True)
    if port.port == 443 or (port.name or "").startswith("https"):
        return Asked("https", "the Service's port is 443 or named https", backend.place, certain=True)
    return Asked("http", "no scheme: https is set, and the port is neither 443 nor named https", backend.place, True)


def _of_openshift(route: Route) -> Asked | None:
    tls = route.place.at("spec", "tls", "termination")
    scheme = {None: "http", "edge": "http", "reencrypt": "https"}.get(str(tls.value).lower() if tls.value else None)
    if scheme is None:
        return None
    by = f"termination: {tls.value}" if tls.value else "it has no tls"
    return Asked(scheme, by, tls if tls.value else route.place, certain=True)


def _of_gateway(world: World, route: Route, backend: Backend, service: Service, port: ServicePort) -> Asked | None:
    """Plain, but where a BackendTLSPolicy names the Service; some gateways take a port's name or number for TLS."""
    policies = world.cluster.of_kind("BackendTLSPolicy", "gateway.networking.k8s.io")
    if any(one.id.namespace == service.id.namespace for one in policies):
        return None
    if port.port == 443 or (port.name or "").startswith("https") or port.place.at("appProtocol").value:
        return None
    return Asked("http", "no BackendTLSPolicy names the Service", backend.place, certain=False)


def of_load_balancer(service: Service, port: ServicePort) -> Asked | None:
    """How a load balancer speaks to the pods where it ends TLS for them; never certain: another may read it."""
    notes = service.annotations
    row = next((one for one in _table().load_balancers if one.certificate in notes), None)
    if row is None:
        return None
    ports = [one.strip() for one in notes.get(row.ports, "*").split(",")]
    if "*" not in ports and str(port.port) not in ports and port.name not in ports:
        return None
    key = row.annotation
    scheme = row.values.get(notes.get(key, row.default).lower())
    if scheme is None:
        return None
    by = f"{key}: {notes[key]}" if key in notes else f"{key} is not set"
    return Asked(scheme, by, _annotation(service, key if key in notes else row.certificate), certain=False)


def adds_headers(service: Service, port: ServicePort) -> bool:
    """Whether a load balancer ends TLS for a port and reads its requests, so that it says to the pods how they came."""
    asked = of_load_balancer(service, port)
    return asked is not None and asked.by.lower().endswith(": http")


def of_endpoint(port: Place) -> Asked | None:
    """How Prometheus speaks to an endpoint of a monitor, by the place of its port; never certain."""
    endpoint = Place(port.document, port.path[:-1]) if port.path and isinstance(port.path[-1], str) else port
    value = endpoint.value
    if not isinstance(value, dict) or "__scheme__" in str(value) or value.get("proxyUrl") is not None:
        return None
    scheme = value.get("scheme")
    if scheme is None:
        return Asked("http", "its endpoint says no scheme", endpoint, certain=False)
    if str(scheme).lower() not in ("http", "https"):
        return None
    return Asked(str(scheme).lower(), f"scheme: {scheme}", endpoint.at("scheme"), certain=False)
