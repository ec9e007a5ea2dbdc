"""Reads what brings requests in: Ingress, the routes of the Gateway API, of Traefik, OpenShift, Istio and Contour."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.objects import Backend, Object, Route, TextAt
from mblint.manifests.nodes import Node
from mblint.regex import regex


def read_ingress(base: Object, node: Node) -> Route:
    """An Ingress, networking.k8s.io/v1 or the beta forms. A rule without a host serves every host."""
    spec = node.get("spec")
    rules = list(spec.get("rules").items())
    backends = [backend for rule in rules for backend in _ingress_rule(base, rule)]
    for default in (spec.get("defaultBackend"), spec.get("backend")):
        backends.extend(_ingress_backend(base, default))
    return Route(*base.header, hosts=_hosts([rule.get("host") for rule in rules]), backends=tuple(backends))


def _ingress_rule(base: Object, rule: Node) -> Iterator[Backend]:
    host = rule.get("host").text()
    for path in rule.get("http").get("paths").items():
        for backend in _ingress_backend(base, path.get("backend")):
            yield replace(backend, hosts=(host,) if host else (), path=path.get("path").text())


def _ingress_backend(base: Object, node: Node) -> Iterator[Backend]:
    service = node.get("service")
    if not service.absent:
        port, name = service.get("port"), service.get("name")
        number = port.get("number").integer()
        written = port.get("name") if number is None else port.get("number")
        value = port.get("name").text() if number is None else number
        yield Backend(name.required_text(), base.id.namespace, value, node.place, name.place, written.place)
    elif not node.get("serviceName").absent:
        port, name = node.get("servicePort"), node.get("serviceName")
        value = port.integer_or_text()
        yield Backend(name.required_text(), base.id.namespace, value, node.place, name.place, port.place)


def read_gateway_route(base: Object, node: Node) -> Route:
    """A route of the Gateway API. Without hostnames: every host of its gateway."""
    spec = node.get("spec")
    return Route(
        *base.header,
        hosts=_hosts(list(spec.get("hostnames").items())),
        backends=tuple(backend for rule in spec.get("rules").items() for backend in _gateway_rule(base, rule)),
        web=base.id.kind not in ("TCPRoute", "UDPRoute"),
    )


def _gateway_rule(base: Object, rule: Node) -> Iterator[Backend]:
    path = next((match.get("path").get("value").text() for match in rule.get("matches").items()), None)
    protocol = "UDP" if base.id.kind == "UDPRoute" else "TCP"
    for ref in rule.get("backendRefs").items():
        if _is_service(ref) and ref.get("weight").integer() != 0:
            yield replace(_reference(base, ref), path=path, protocol=protocol)


def _is_service(node: Node) -> bool:
    return (node.get("kind").text() or "Service") == "Service" and not node.get("group").text()


def _reference(base: Object, node: Node) -> Backend:
    name, port = node.get("name"), node.get("port")
    namespace = node.get("namespace").text() or base.id.namespace
    return Backend(name.required_text(), namespace, port.integer_or_text(), node.place, name.place, port.place)


# Traefik's rule language: Host(`a`, `b`), HostSNI(`a`), PathPrefix(`/x`); other quotes are its older form.
_HOST_MATCHER = regex(r"Host(?:SNI)?\(([^)]*)\)")
_PATH_MATCHER = regex(r"Path(?:Prefix)?\(\s*[`\"']([^`\"']+)")
_QUOTED = regex(r"[`\"']([^`\"']+)[`\"']")


def read_ingress_route(base: Object, node: Node) -> Route:
    """A Traefik IngressRoute, IngressRouteTCP or IngressRouteUDP. A match without Host(…) serves every host."""
    routes = list(node.get("spec").get("routes").items())
    hosts = [host for route in routes for host in _matched_hosts(route.get("match"))]
    every = any(not _matched_hosts(route.get("match")) for route in routes)
    return Route(
        *base.header,
        hosts=() if every else tuple(hosts),
        backends=tuple(backend for route in routes for backend in _traefik_route(base, route)),
        web=base.id.kind == "IngressRoute" or not every,
    )


def _traefik_route(base: Object, route: Node) -> Iterator[Backend]:
    path = _PATH_MATCHER.search(route.get("match").text() or "")
    hosts = tuple(host.text for host in _matched_hosts(route.get("match")))
    protocol = "UDP" if base.id.kind == "IngressRouteUDP" else "TCP"
    for service in route.get("services").items():
        if _is_service(service) and service.get("weight").integer() != 0:
            found = _reference(base, service)
            yield replace(found, hosts=hosts, path=path[1] if path else None, protocol=protocol)


def _matched_hosts(match: Node) -> list[TextAt]:
    return [
        TextAt(quoted[1], match.place.inside(matcher.start(1) + quoted.start(1)))
        for matcher in _HOST_MATCHER.finditer(match.text() or "")
        for quoted in _QUOTED.finditer(matcher[1])
        if quoted[1] != "*"
    ]


def read_openshift_route(base: Object, node: Node) -> Route:
    """An OpenShift Route. A port by number is that of the pods, by name that of the Service.

    A number in quotes is one, too: the router compares the text with names and numbers of endpoints.
    Source: https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/network_apis/route-route-openshift-io-v1
    and endpointsForAlias of https://github.com/openshift/router/blob/master/pkg/router/template/template_helper.go
    """
    spec = node.get("spec")
    targets = [spec.get("to"), *spec.get("alternateBackends").items()]
    port = spec.get("port").get("targetPort")
    number = port.integer_or_text()
    if isinstance(number, str) and number.isdecimal():
        number = int(number)
    return Route(
        *base.header,
        hosts=_hosts([spec.get("host")]),
        backends=tuple(
            replace(
                _reference(base, target),
                namespace=base.id.namespace,
                port=number,
                port_at=port.place,
                path=spec.get("path").text(),
                port_of_pods=True,
            )
            for target in targets
            if not target.absent and _is_service(target) and target.get("weight").integer() != 0
        ),
    )


def read_virtual_service(base: Object, node: Node) -> Route | None:
    """An Istio VirtualService that is bound to a gateway; None for one that only the mesh itself follows."""
    spec = node.get("spec")
    if not [name for name in spec.get("gateways").texts() if name != "mesh"]:
        return None
    routes = [route for key in ("http", "tls", "tcp") for route in spec.get(key).items()]
    return Route(
        *base.header,
        hosts=_hosts(list(spec.get("hosts").items())),
        backends=tuple(
            _destination(base, entry.get("destination"))
            for route in routes
            for entry in route.get("route").items()
            if entry.get("weight").integer() != 0
        ),
    )


def _destination(base: Object, node: Node) -> Backend:
    host, port = node.get("host"), node.get("port").get("number")
    name, _, rest = host.required_text().partition(".")
    namespace = rest.split(".")[0] or base.id.namespace
    return Backend(name, namespace, port.integer(), node.place, host.place, port.place)


def read_http_proxy(base: Object, node: Node) -> Route:
    """A Contour HTTPProxy. One that another includes has no host of its own.

    Source: https://projectcontour.io/docs/main/config/api/
    """
    spec = node.get("spec")
    host = spec.get("virtualhost").get("fqdn")
    return Route(
        *base.header,
        hosts=() if host.absent else _hosts([host]),
        backends=tuple(
            replace(_reference(base, service), namespace=base.id.namespace, path=path)
            for path, service in _proxied(spec)
            if service.get("weight").integer() != 0
        ),
    )


def _proxied(spec: Node) -> Iterator[tuple[str | None, Node]]:
    for route in spec.get("routes").items():
        path = next((found.get("prefix").text() for found in route.get("conditions").items()), None)
        yield from ((path, service) for service in route.get("services").items())
    yield from ((None, service) for service in spec.get("tcpproxy").get("services").items())


def _hosts(nodes: list[Node]) -> tuple[TextAt, ...]:
    hosts = [TextAt(node.text() or "*", node.place) for node in nodes]
    return () if any(host.text == "*" for host in hosts) else tuple(hosts)
