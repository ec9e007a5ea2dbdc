"""Hosts of routes that come by an entry of TLS which says no host itself, or one with `*`.

Of a Gateway's listeners that one answers whose hostname fits best, and `*.example.org` stands for any number of labels
there, while in a certificate it stands for one. A server of Istio's Gateway takes the hosts of the VirtualServices that
name it. An IngressRoute of Traefik without a Secret has the certificate of the TLSStore `default`.
Sources: https://gateway-api.sigs.k8s.io/reference/spec/ (Listener),
https://istio.io/latest/docs/reference/config/networking/gateway/ ,
https://doc.traefik.io/traefik/v3.8/reference/routing-configuration/kubernetes/crd/tls/tlsstore/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Route
from mblint.facts.callers.gateways import GROUP, Listener, listeners, parents
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Name
from mblint.facts.names.tls_entries import TlsEntry, tls_entries
from mblint.manifests.partial import read_parts

_TUNNELS = ("cloudflared", "ngrok", "inlets", "/frpc", "tailscale")
_OF_HTTP = ("HTTPRoute", "GRPCRoute")
_TRAEFIK = ("IngressRoute", "IngressRouteTCP")


def routed_hosts(cluster: Cluster) -> Iterator[tuple[Route, TlsEntry, Name]]:
    """Each such host, with the entry that answers it."""
    entries = [each for each in tls_entries(cluster) if not each.guessed]
    if entries and not _has_a_tunnel(cluster):
        yield from _of_gateways(cluster, [each for each in entries if each.by.api_version.startswith(f"{GROUP}/")])
        yield from _of_mesh(
            cluster, [each for each in entries if each.by.api_version.startswith("networking.istio.io")]
        )
        yield from _of_traefik(cluster, entries)


def _has_a_tunnel(cluster: Cluster) -> bool:
    """Whether a tunnel of the view may bring the requests: browsers see the certificate at its other end."""
    images = (one.image or "" for workload in cluster.workloads for one in workload.pod.containers)
    return any(any(name in image for name in _TUNNELS) for image in images)


def _of_gateways(cluster: Cluster, entries: Sequence[TlsEntry]) -> Iterator[tuple[Route, TlsEntry, Name]]:
    by_key = {(each.by.id.namespace, each.by.id.name): each.by for each in entries}
    for route in cluster.routes if entries else ():
        named, partial = read_parts(route.node, lambda node, route=route: tuple(parents(route, node)))  # type: ignore[misc]
        if route.id.kind not in _OF_HTTP or partial.flaws:
            continue
        for parent in named or ():
            gateway = by_key.get((parent.namespace, parent.name))
            found, flaws = read_parts(gateway.node, lambda node: tuple(listeners(node))) if gateway else (None, None)
            if gateway is None or found is None or flaws is None or flaws.flaws:
                continue
            taking = [
                one
                for one in found
                if one.protocol == "HTTPS" and not one.passes_on
                if parent.section in (None, one.name) and parent.port in (None, one.port)
            ]
            for host in route.hosts:
                entry = _entry(gateway, _best(host.text, taking), entries)
                if entry is not None and "*" not in host.text:
                    yield route, entry, Name(host.text, host.place, "hostnames")


def _best(host: str, among: Sequence[Listener]) -> Listener | None:
    """The listener whose hostname fits best, where that does not say the host itself: that is judged without routes."""
    fitting = [one for one in among if _fits(host, one.hostname or "")]
    best = max(fitting, key=lambda one: (one.hostname == host, len(one.hostname or "")), default=None)
    return None if best is None or best.hostname == host else best


def _fits(host: str, hostname: str) -> bool:
    return hostname in ("", host) or (hostname.startswith("*.") and host.endswith(hostname[1:]))


def _entry(gateway: Object, listener: Listener | None, entries: Sequence[TlsEntry]) -> TlsEntry | None:
    path = listener.place.path if listener is not None else ()
    return next(
        (each for each in entries if listener and each.by is gateway and each.secret.place.path[: len(path)] == path),
        None,
    )


def _of_mesh(cluster: Cluster, entries: Sequence[TlsEntry]) -> Iterator[tuple[Route, TlsEntry, Name]]:
    """Where the Gateway has one server with TLS alone, for all hosts or those below a domain."""
    for route in cluster.routes if entries else ():
        named = route.place.at("spec", "gateways").value if route.id.kind == "VirtualService" else None
        for text in named if isinstance(named, list) else ():
            space, _, name = str(text).rpartition("/")
            of = [e for e in entries if (e.by.id.namespace, e.by.id.name) == (space or route.id.namespace, name)]
            servers = of[0].by.place.at("spec", "servers").value if len(of) == 1 else None
            if not isinstance(servers, list) or sum("tls" in one for one in servers if isinstance(one, dict)) != 1:
                continue
            said = {host.shown for host in of[0].hosts}
            for host in route.hosts:
                below = any(each.startswith("*.") and host.text.endswith(each[1:]) for each in said)
                if "*" not in host.text and "." in host.text and host.text not in said and (below or not said):
                    yield route, of[0], Name(host.text, host.place, "hosts")


def _of_traefik(cluster: Cluster, entries: Sequence[TlsEntry]) -> Iterator[tuple[Route, TlsEntry, Name]]:
    """Where no other Secret of a route may be for the host: Traefik shows the one that fits, whoever names it."""
    stores = [each for each in entries if each.by.id.kind == "TLSStore" and each.by.id.name == "default"]
    if len(stores) != 1 or any(each.by.id.kind in (*_TRAEFIK, "Ingress") for each in entries):
        return
    for route in cluster.routes:
        tls = route.place.at("spec", "tls").value
        if route.id.kind in _TRAEFIK and tls == {}:
            for host in route.hosts:
                yield route, stores[0], Name(host.text, host.place, "match")


def routed_row(route: Route, row: CertificateHost) -> CertificateHost:
    """The row of a host that a route has, and the one who names the Secret has not."""
    name = f"{route.id.kind} {route.id.name}"
    use = f"{name} is for {row.name}, and {row.use.replace(f'serves {row.name}', 'serves it')}"
    return replace(row, object=route.id, linted=route.linted, client=name, use=use, guessed=True)
