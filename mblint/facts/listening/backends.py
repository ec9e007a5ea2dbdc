"""How what carries requests speaks to the pods: routes by their kind and annotations, and AWS' load balancers.

Where nothing says which controller reads a route, nobody knows.
Sources: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#backend-protocol,
https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/,
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/,
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#backend-protocol,
https://haproxy-ingress.github.io/docs/configuration/keys/#backend-protocol,
https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/networking/configuring-routes,
https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
"""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import Backend, Route, Service, ServicePort
from mblint.facts.callers.routes import Carried
from mblint.facts.world import World
from mblint.manifests.documents import Place

_NGINX, _ALB = "nginx.ingress.kubernetes.io/", "alb.ingress.kubernetes.io/"
_HAPROXY = "haproxy-ingress.github.io/"
_AWS = "service.beta.kubernetes.io/aws-load-balancer-"
_SCHEMES = {"http": "http", "https": "https", "grpcs": "https", "auto_http": ""}


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


def _annotation(route: Route | Service, key: str) -> Place:
    return route.place.at("metadata", "annotations", key)


def _of_ingress(route: Route, backend: Backend, service: Service, port: ServicePort) -> Asked | None:
    notes = route.annotations
    name = str(route.place.at("spec", "ingressClassName").value or notes.get("kubernetes.io/ingress.class") or "")
    for prefix in (_NGINX, _ALB, _HAPROXY):
        key = prefix + "backend-protocol"
        if key in notes:
            scheme = _SCHEMES.get(notes[key].lower(), "")
            return Asked(scheme, f"{key}: {notes[key]}", _annotation(route, key), certain=True) if scheme else None
    if any(key.endswith(("ssl-passthrough", "secure-backends", "server-snippet")) for key in notes):
        return None
    if any(key.startswith("nginx.org/") for key in notes) or any(key.startswith("haproxy.org/") for key in notes):
        return None
    has_notes = any(key.startswith(_NGINX) for key in notes)
    if has_notes or name == "nginx":
        return Asked("http", f"{_NGINX}backend-protocol is not set", backend.place, certain=has_notes)
    if name == "alb" or any(key.startswith(_ALB) for key in notes):
        return Asked("http", f"{_ALB}backend-protocol is not set", backend.place, certain=False)
    if "traefik" in name:
        key = "traefik.ingress.kubernetes.io/service.serversscheme"
        if key in service.annotations:
            return Asked(service.annotations[key], key, _annotation(service, key), certain=True)
        found = _of_traefik(backend, port)
        return Asked(found.scheme, found.by, found.place, certain=False)
    return None


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
    """How AWS' load balancer speaks to the pods where it ends TLS for them; never certain: another may read it."""
    notes = service.annotations
    if _AWS + "ssl-cert" not in notes:
        return None
    ports = [one.strip() for one in notes.get(_AWS + "ssl-ports", "*").split(",")]
    if "*" not in ports and str(port.port) not in ports and port.name not in ports:
        return None
    key = _AWS + "backend-protocol"
    scheme = {"ssl": "https", "https": "https", "tcp": "http", "http": "http"}.get(notes.get(key, "tcp").lower())
    if scheme is None:
        return None
    by = f"{key}: {notes[key]}" if key in notes else f"{key} is not set"
    return Asked(scheme, by, _annotation(service, key if key in notes else _AWS + "ssl-cert"), certain=False)
