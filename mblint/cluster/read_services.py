"""Reads Services."""

from __future__ import annotations

from mblint.cluster.objects import Object, Service, ServicePort
from mblint.manifests.nodes import Node, WrongType


def read_service(base: Object, node: Node) -> Service:
    """A Service of the core API. Type defaults to ClusterIP, target ports to the port itself, protocols to TCP."""
    spec = node.get("spec")
    cluster_ip = spec.get("clusterIP").text()
    kind = spec.get("type").text() or "ClusterIP"
    addresses = spec.get("clusterIPs").texts() or ((cluster_ip,) if cluster_ip else ())
    return Service(
        *base.header,
        type=kind,
        headless=kind != "ExternalName" and "None" in (cluster_ip, *addresses),
        selector=spec.get("selector").text_map(),
        ports=tuple(_port(entry) for entry in spec.get("ports").items()),
        external_name=spec.get("externalName").text() or None if kind == "ExternalName" else None,
        cluster_ips=tuple(address for address in addresses if address != "None"),
        publish_not_ready=spec.get("publishNotReadyAddresses").boolean() or False,
    )


def _port(node: Node) -> ServicePort:
    port = node.get("port").integer()
    if port is None:
        raise WrongType(node.place, "port is required")
    return ServicePort(
        name=node.get("name").text() or None,
        port=port,
        target=node.get("targetPort").integer_or_text() or port,
        protocol=node.get("protocol").text() or "TCP",
        node_port=node.get("nodePort").integer(),
        place=node.place,
    )
