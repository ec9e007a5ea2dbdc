"""The TLS entries of Ingresses and Gateways: the Secret that each names, and the hosts that it is for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.names.shape import Name
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts


class TlsEntry(Struct, frozen=True, eq=False):
    """One entry of a route's TLS: the Secret that it names, and the hosts that it is for."""

    by: Object
    secret: Name
    namespace: str
    hosts: tuple[Name, ...]


@remembered
def tls_entries(cluster: Cluster) -> tuple[TlsEntry, ...]:
    """The TLS entries of all Ingresses and Gateways that name a Secret."""
    found: list[TlsEntry] = []
    for ingress in cluster.of_kind("Ingress", "networking.k8s.io", "extensions"):
        entries, _ = read_parts(ingress.node, _of_ingress)
        found += [TlsEntry(ingress, secret, ingress.id.namespace, hosts) for secret, hosts in entries or ()]
    for gateway in cluster.of_kind("Gateway", "gateway.networking.k8s.io"):
        listeners, _ = read_parts(gateway.node, _of_gateway)
        found += [
            TlsEntry(gateway, secret, namespace or gateway.id.namespace, hosts)
            for secret, namespace, hosts in listeners or ()
        ]
    return tuple(found)


def _of_ingress(ingress: Node) -> tuple[tuple[Name, tuple[Name, ...]], ...]:
    return tuple(
        (Name(secret, tls.get("secretName").place, "secretName"), tuple(names_at(tls.get("hosts"), "tls")))
        for tls in ingress.get("spec").get("tls").items()
        if (secret := tls.get("secretName").text())
    )


def _of_gateway(gateway: Node) -> tuple[tuple[Name, str | None, tuple[Name, ...]], ...]:
    return tuple(
        (Name(secret, ref.get("name").place, "certificateRefs"), ref.get("namespace").text(), _hostname(listener))
        for listener in gateway.get("spec").get("listeners").items()
        for ref in listener.get("tls").get("certificateRefs").items()
        if ref.get("kind").text() in (None, "Secret") and (secret := ref.get("name").text())
    )


def _hostname(listener: Node) -> tuple[Name, ...]:
    host = listener.get("hostname").text()
    return (Name(host, listener.get("hostname").place, "hostname"),) if host else ()


def names_at(hosts: Node, said_by: str) -> Iterator[Name]:
    """The names in a list."""
    for each in hosts.items():
        if host := each.text():
            yield Name(host, each.place, said_by)
