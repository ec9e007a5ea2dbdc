"""What the API server refuses of Services that can be read.

Source: ValidateService of k8s.io/kubernetes/pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.flaws.metadata import is_subdomain, label_flaws
from mblint.cluster.objects import Service
from mblint.manifests.nodes import WrongType, dotted

# https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
_NODE_PORTS = range(30000, 32768)


def service_flaws(service: Service) -> Iterator[WrongType]:
    """Of its selector and ports."""
    yield from label_flaws(service.selector, service.place.at("spec", "selector"))
    if not service.ports and not service.headless and service.type != "ExternalName":
        yield WrongType(service.place.at("spec"), "spec.ports is required")
    named = service.external_name
    if named is not None and not is_subdomain(named.removesuffix(".")):
        yield WrongType(service.place.at("spec", "externalName"), f"spec.externalName {named} is no host name")
    names: set[str] = set()
    numbers: set[tuple[int, str]] = set()
    nodes: set[tuple[int, str]] = set()
    for port in service.ports:
        where = dotted(port.place.path)
        if port.name is None and len(service.ports) > 1:
            yield WrongType(port.place, f"{where} needs a name: the Service has several ports")
        if port.name is not None and port.name in names:
            yield WrongType(port.place, f"{where} is a second port named {port.name}")
        if (port.port, port.protocol) in numbers:
            yield WrongType(port.place, f"{where} is a second port {port.port}/{port.protocol}")
        if port.node_port and (port.node_port, port.protocol) in nodes:
            yield WrongType(port.place, f"{where} has the nodePort {port.node_port} of another port")
        if port.node_port and port.node_port not in _NODE_PORTS and service.type in ("NodePort", "LoadBalancer"):
            text = f"{where}.nodePort is {port.node_port}; the API server gives out {_NODE_PORTS[0]}-{_NODE_PORTS[-1]}"
            yield WrongType(port.place.at("nodePort"), f"{text} unless its cluster says otherwise", refused=False)
        if not 1 <= port.port <= 65535:
            yield WrongType(port.place.at("port"), f"{where}.port is {port.port}; ports are 1 to 65535")
        names.add(port.name or "")
        numbers.add((port.port, port.protocol))
        nodes.add((port.node_port or 0, port.protocol))
