"""The name that a proxy asks for when it calls the pods behind a route by TLS, held against what these show.

A BackendTLSPolicy says it (`validation.hostname`). Traefik calls pods by their addresses, which are in no certificate
of cert-manager's, unless the ServersTransport of the route's Service says a `serverName` or not to look. ingress-nginx
looks where `proxy-ssl-verify` is on, and asks for `proxy-ssl-name`.
Sources: https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/ ,
https://doc.traefik.io/traefik/v3.8/reference/routing-configuration/kubernetes/crd/http/serverstransport/ ,
https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/nginx-configuration/annotations.md
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Object, Service
from mblint.cluster.secrets import reveal
from mblint.cluster.services import members
from mblint.facts.names.called_certificates import shown_by
from mblint.facts.names.issued import covers
from mblint.facts.names.own_certificates import made_out
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Offered
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

_NGINX = "nginx.ingress.kubernetes.io/"
_TRAEFIK = ("traefik.io", "traefik.containo.us")


class _Call(Struct, frozen=True, eq=False):
    """`name` None: it asks for the address of the pod. `said_by`: what says the name, or leaves it out."""

    by: Object
    place: Place
    service: Service
    name: str | None
    said_by: str


def proxied_certificate_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each such call of pods whose certificate is known."""
    for call in (*_by_policies(world), *_by_traefik(world), *_by_nginx(world)):
        pods = members(world.cluster, call.service)
        offered = shown_by(world.cluster, pods[0], nameless=True) if len(pods) == 1 else None
        if offered is not None:
            yield _row(call, pods[0], offered)


def _by_policies(world: World) -> Iterator[_Call]:
    for policy in world.cluster.of_kind("BackendTLSPolicy", "gateway.networking.k8s.io"):
        place = policy.place.at("spec", "validation", "hostname")
        refs = policy.place.at("spec", "targetRefs").value
        others = policy.place.at("spec", "validation", "subjectAltNames").value
        for ref in refs if isinstance(refs, list) and not others else ():
            name = ref.get("name") if isinstance(ref, dict) and ref.get("kind") == "Service" else None
            service = world.cluster.services.get((policy.id.namespace, str(name)))
            if service is not None and isinstance(place.value, str):
                yield _Call(policy, place, service, place.value, "validation.hostname")


def _by_traefik(world: World) -> Iterator[_Call]:
    transports = {
        (each.id.namespace, each.id.name): each for each in world.cluster.of_kind("ServersTransport", *_TRAEFIK)
    }
    for route in world.cluster.of_kind("IngressRoute", *_TRAEFIK) if transports else ():
        rules = route.place.at("spec", "routes")
        for index, rule in enumerate(rules.value if isinstance(rules.value, list) else ()):
            backends = rule.get("services") if isinstance(rule, dict) else None
            for at, each in enumerate(backends if isinstance(backends, list) else ()):
                named = each.get("serversTransport") if isinstance(each, dict) else None
                if isinstance(each, dict) and isinstance(named, str):
                    space = str(each.get("namespace") or route.id.namespace)
                    transport = transports.get((space, named))
                    service = world.cluster.services.get((space, str(each.get("name"))))
                    place = rules.at(index).at("services").at(at).at("serversTransport")
                    if transport is not None and service is not None and not each.get("nativeLB"):
                        yield from _by_transport(transport, service, place)


def _by_transport(transport: Object, service: Service, place: Place) -> Iterator[_Call]:
    spec = transport.place.at("spec").value
    if not isinstance(spec, dict) or spec.get("insecureSkipVerify") is True or spec.get("peerCertURI"):
        return
    name = spec.get("serverName")
    if isinstance(name, str) and name:
        yield _Call(transport, transport.place.at("spec", "serverName"), service, name, "serverName")
    elif spec.get("rootCAs") or spec.get("rootCAsSecrets"):
        yield _Call(transport, transport.place, service, None, f"ServersTransport {transport.id.name}")


def _by_nginx(world: World) -> Iterator[_Call]:
    for route in world.cluster.routes:
        if route.id.kind != "Ingress" or route.annotations.get(f"{_NGINX}proxy-ssl-verify") != "on":
            continue
        name = route.annotations.get(f"{_NGINX}proxy-ssl-name")
        for backend in route.backends if name else ():
            service = world.cluster.services.get((route.id.namespace, backend.service or ""))
            if service is not None and name is not None:
                place = route.place.at("metadata", "annotations", f"{_NGINX}proxy-ssl-name")
                yield _Call(route, place, service, name, "proxy-ssl-name")


def _row(call: _Call, server: Object, offered: Offered) -> CertificateHost:
    by = offered.by.id
    fits = call.name is not None and any(covers(call.name, reveal(name.text)) for name in offered.names)
    who, name = f"{call.by.id.kind} {call.by.id.name}", call.name or "the pod's address"
    without = f"by its address, since {call.said_by} says no serverName"
    asks = f"by the name {name} ({call.said_by})" if call.name else without
    return CertificateHost(
        object=call.by.id,
        place=call.place,
        related=(Related(f"{by.kind} {by.name} is what it is shown", offered.by.place, by),),
        linted=call.by.linted,
        what="host",
        name=name,
        settings=call.said_by,
        client=who,
        server=f"{by.kind} {by.name}",
        offered=offered.shown,
        offered_by="dnsNames",
        verdict="offered" if fits else "missing",
        guessed=True,
        use=f"{who} lets the proxy call {server.id.kind} {server.id.name} by TLS, {asks}",
        says=f"{by.kind} {by.name}, which that has to show, {made_out(offered)}",
        refusal="it refuses the connection, and browsers get an error (500 or 502)",
    )
