"""Services of the type ExternalName, and what they are another name for.

The cluster's DNS answers with that name alone. An IPv4 address there is taken for a name made of digits, which no DNS
resolves. Source: https://kubernetes.io/docs/concepts/services-networking/service/#externalname.

Controllers of Ingresses read the Service themselves and ask nobody: ingress-nginx takes an address for the endpoint's,
and Traefik builds the server's URL of it. Sources:
https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/endpointslices.go,
https://github.com/traefik/traefik/blob/master/pkg/provider/kubernetes/crd/kubernetes_http.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Service
from mblint.facts.callers.dependencies import find
from mblint.facts.callers.rows import ExternalName
from mblint.facts.way.for_pods import its_external_name
from mblint.facts.way.host_names import literal_address
from mblint.facts.world import World

_READ_BY_CONTROLLERS = ("Ingress", "IngressRoute", "IngressRouteTCP", "IngressRouteUDP")


def external_names(world: World) -> Iterator[ExternalName]:
    """A row for each."""
    for service in world.cluster.services.values():
        if service.type == "ExternalName" and service.external_name:
            name = service.external_name.strip()
            yield ExternalName(
                object=service.id,
                place=service.place.at("spec", "externalName"),
                linted=service.linted,
                name=name,
                verdict=_verdict(world, service, name),
            )


def _verdict(world: World, service: Service, name: str) -> str:
    if literal_address(name.rstrip(".")) is None:
        return "name"
    begins = f"{its_external_name(service)},"
    asked = any(step.startswith(begins) for found in find(world) for step in found.resolution.through)
    return "address" if asked or not _is_read_by_a_controller(world, service) else "controller"


def _is_read_by_a_controller(world: World, service: Service) -> bool:
    return any(
        (backend.namespace, backend.service) == (service.id.namespace, service.id.name)
        for route in world.cluster.routes
        if route.id.kind in _READ_BY_CONTROLLERS
        for backend in route.backends
    )
