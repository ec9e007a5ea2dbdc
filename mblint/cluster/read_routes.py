"""Reads what brings requests into the cluster: Ingress, HTTPRoute, GRPCRoute, IngressRoute, Route, VirtualService."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import Backend, Object, Route, TextAt
from mblint.manifests.nodes import Node


def read_ingress(base: Object, node: Node) -> Route:
    """An Ingress, networking.k8s.io/v1 or the beta forms. A rule without a host serves every host."""
    spec = node.get("spec")
    rules = list(spec.get("rules").items())
    paths = [path for rule in rules for path in rule.get("http").get("paths").items()]
    backends = [path.get("backend") for path in paths] + [spec.get("defaultBackend"), spec.get("backend")]
    return Route(
        *base.header,
        hosts=_hosts([rule.get("host") for rule in rules]),
        backends=tuple(backend for entry in backends for backend in _ingress_backend(base, entry)),
    )


def _ingress_backend(base: Object, node: Node) -> Iterator[Backend]:
    service = node.get("service")
    if not service.absent:
        port = service.get("port")
        number = port.get("number").integer() or port.get("name").text()
        yield Backend(service.get("name").required_text(), base.id.namespace, number, node.place)
    elif not node.get("serviceName").absent:
        port_value = node.get("servicePort").integer_or_text()
        yield Backend(node.get("serviceName").required_text(), base.id.namespace, port_value, node.place)


def read_gateway_route(base: Object, node: Node) -> Route:
    """An HTTPRoute, GRPCRoute or TLSRoute of the Gateway API. Without hostnames: every host of its gateway."""
    spec = node.get("spec")
    refs = [ref for rule in spec.get("rules").items() for ref in rule.get("backendRefs").items()]
    return Route(
        *base.header,
        hosts=_hosts(list(spec.get("hostnames").items())),
        backends=tuple(_reference(base, ref) for ref in refs if _is_service(ref)),
    )


def _is_service(node: Node) -> bool:
    return (node.get("kind").text() or "Service") == "Service" and not node.get("group").text()


def _reference(base: Object, node: Node) -> Backend:
    namespace = node.get("namespace").text() or base.id.namespace
    return Backend(node.get("name").required_text(), namespace, node.get("port").integer_or_text(), node.place)


# Traefik's rule language: Host(`a`, `b`), HostSNI(`a`); single and double quotes are its older form.
_HOST_MATCHER = re.compile(r"Host(?:SNI)?\(([^)]*)\)")
_QUOTED = re.compile(r"[`\"']([^`\"']+)[`\"']")


def read_ingress_route(base: Object, node: Node) -> Route:
    """A Traefik IngressRoute. A match without Host(…) serves every host."""
    routes = list(node.get("spec").get("routes").items())
    hosts = [host for route in routes for host in _matched_hosts(route.get("match"))]
    every = any(not _matched_hosts(route.get("match")) for route in routes)
    services = [service for route in routes for service in route.get("services").items()]
    return Route(
        *base.header,
        hosts=() if every else tuple(hosts),
        backends=tuple(_reference(base, service) for service in services if _is_service(service)),
    )


def _matched_hosts(match: Node) -> list[TextAt]:
    return [
        TextAt(quoted[1], match.place.inside(matcher.start(1) + quoted.start(1)))
        for matcher in _HOST_MATCHER.finditer(match.text() or "")
        for quoted in _QUOTED.finditer(matcher[1])
        if quoted[1] != "*"
    ]


def read_openshift_route(base: Object, node: Node) -> Route:
    """An OpenShift Route. Without a host, the cluster makes one up."""
    spec = node.get("spec")
    targets = [spec.get("to"), *spec.get("alternateBackends").items()]
    port = spec.get("port").get("targetPort").integer_or_text()
    return Route(
        *base.header,
        hosts=_hosts([spec.get("host")]),
        backends=tuple(
            Backend(target.get("name").required_text(), base.id.namespace, port, target.place)
            for target in targets
            if not target.absent and _is_service(target)
        ),
    )


def read_virtual_service(base: Object, node: Node) -> Route | None:
    """An Istio VirtualService that is bound to a gateway; None for one that only the mesh itself follows."""
    spec = node.get("spec")
    if not [name for name in spec.get("gateways").texts() if name != "mesh"]:
        return None
    routes = [route for key in ("http", "tls", "tcp") for route in spec.get(key).items()]
    destinations = [entry.get("destination") for route in routes for entry in route.get("route").items()]
    return Route(
        *base.header,
        hosts=_hosts(list(spec.get("hosts").items())),
        backends=tuple(_destination(base, destination) for destination in destinations),
    )


def _destination(base: Object, node: Node) -> Backend:
    name, _, rest = node.get("host").required_text().partition(".")
    namespace = rest.split(".")[0] or base.id.namespace
    return Backend(name, namespace, node.get("port").get("number").integer(), node.place)


def _hosts(nodes: list[Node]) -> tuple[TextAt, ...]:
    hosts = [TextAt(node.text() or "*", node.place) for node in nodes]
    return () if any(host.text == "*" for host in hosts) else tuple(hosts)
