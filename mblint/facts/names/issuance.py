"""Certificates that cert-manager is asked for, and whether their issuer can issue them.

Asked for by a Certificate, or by an annotation of an Ingress or a Gateway, which becomes one (ingress-shim). An issuer
that proves hosts by ACME picks, for each, a solver whose selector takes it; a name with `*` can be proven by DNS only,
and a public authority proves no name that the public does not have. An issuer with a key of its own signs with it only
where it is an authority's.
Sources: https://github.com/cert-manager/website/blob/master/content/docs/configuration/acme/README.md ,
https://github.com/cert-manager/website/blob/master/content/docs/configuration/ca.md ,
https://github.com/cert-manager/cert-manager/blob/master/pkg/controller/certificaterequests/acme/acme.go ,
https://github.com/cert-manager/website/blob/master/content/docs/devops-tips/syncing-secrets-across-namespaces.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.flaws.forms import is_filled_later
from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.names.issued import ISSUER_ANNOTATIONS, Certificate, certificates, issuer_ref
from mblint.facts.names.rows import Issuance
from mblint.facts.names.shape import Name
from mblint.facts.names.solvers import Solver, class_of_proof, read_solvers, why_unsolved
from mblint.facts.names.tls_entries import tls_entries
from mblint.facts.rows import Related
from mblint.facts.stand_ins import text_at
from mblint.facts.way.host_names import is_inside, kind_of, means_loopback
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_GROUP = "cert-manager.io"
_KINDS = ("Issuer", "ClusterIssuer")
_PUBLIC = ("api.letsencrypt.org",)
_INGRESSES = "networking.k8s.io"
# What an Ingress says of its own proof: https://cert-manager.io/docs/usage/ingress/#supported-annotations
_PROOF_ITSELF = (
    "acme.cert-manager.io/http01-edit-in-place",
    "acme.cert-manager.io/http01-ingress-class",
    "acme.cert-manager.io/http01-ingress-ingressclassname",
)
_ISSUER_OF_OTHERS = ("cert-manager.io/issuer-kind", "cert-manager.io/issuer-group")


class _Acme(Struct, frozen=True):
    """What an issuer says of ACME."""

    server: str
    solvers: tuple[Solver, ...]


class _Request(Struct, frozen=True, eq=False):
    """What is asked of one issuer."""

    by: Object
    names: tuple[Name, ...]
    common: Name | None
    kind: str
    issuer: str


def issuances(world: World) -> Iterator[Issuance]:
    """A row for each certificate that is asked for, and for each Issuer that signs with a Certificate's key."""
    for request in (*_of_certificates(world.cluster), *_of_routes(world.cluster)):
        yield _row(world.cluster, request)
    yield from _signers(world.cluster)


def _of_certificates(cluster: Cluster) -> Iterator[_Request]:
    for each in certificates(cluster):
        ref = issuer_ref(each.object)
        if ref is None or not each.names:
            continue
        kind, name = ref
        common = next((one for one in each.names if one.said_by == "commonName"), None)
        if name is not None and kind in _KINDS:
            yield _Request(each.object, tuple(one for one in each.names if one is not common), common, kind, name)


def _of_routes(cluster: Cluster) -> Iterator[_Request]:
    for entry in tls_entries(cluster):
        for key, kind in ISSUER_ANNOTATIONS.items():
            name = entry.by.annotations.get(key)
            if name and entry.hosts and not any(other in entry.by.annotations for other in _ISSUER_OF_OTHERS):
                yield _Request(entry.by, entry.hosts, None, kind, name)


def _row(cluster: Cluster, request: _Request) -> Issuance:
    within = request.by.id.namespace if request.kind == "Issuer" else ""
    issuer = _issuers(cluster).get((request.kind, within, request.issuer))
    hosts = ", ".join(name.shown for name in request.names) or (request.common.shown if request.common else "")
    row = Issuance(
        object=request.by.id,
        place=request.by.place,
        linted=request.by.linted,
        asked=f"a certificate for {hosts}",
        issuer=f"{request.kind} {request.issuer}",
        verdict="unknown" if issuer is None else "issued",
        reason=None if issuer is not None else f"{request.kind} {request.issuer} is not in the view",
    )
    acme = _acme(issuer) if issuer is not None else None
    return row if issuer is None or acme is None else _by_acme(cluster, row, request, issuer, acme)


@remembered
def _issuers(cluster: Cluster) -> Mapping[tuple[str, str, str], Object]:
    return {
        (each.id.kind, each.id.namespace if kind == "Issuer" else "", each.id.name): each
        for kind in _KINDS
        for each in cluster.of_kind(kind, _GROUP)
    }


def _acme(issuer: Object) -> _Acme | None:
    """None where it is no issuer by ACME, or cannot be read as a whole."""
    found, partial = read_parts(issuer.node, _read_acme)
    return None if found is None or partial.flaws else found


def _read_acme(issuer: Node) -> _Acme | None:
    acme = issuer.get("spec").get("acme")
    return None if acme.absent else _Acme(acme.get("server").text() or "", read_solvers(acme))


def _by_acme(cluster: Cluster, row: Issuance, request: _Request, issuer: Object, acme: _Acme) -> Issuance:
    if request.common is not None and request.names and request.common.text not in [one.text for one in request.names]:
        because = f"its commonName {request.common.shown} is not among its dnsNames, which ACME wants of it"
        return _refused(row, request.common, issuer, because, "Write the commonName into dnsNames, or leave it out")
    for name in (*request.names, *((request.common,) if request.common and not request.names else ())):
        host = name.shown
        if is_filled_later(name.text) or "<" in name.text:
            return replace(row, verdict="unknown", reason="a name of it is not in the view")
        if _server(acme).endswith(_PUBLIC) and _is_nowhere_public(host):
            because = f"{host} is no name of the public Internet, and {_server(acme)} proves no other"
            return _refused(row, name, issuer, because, "Take an issuer of your own authority (ca, selfSigned)")
        if (why := why_unsolved(host, request.by.labels, acme.solvers)) is not None:
            return _refused(row, name, issuer, why, "Give the issuer a solver that takes this name")
    return _by_http(cluster, row, request, issuer, acme)


def _by_http(cluster: Cluster, row: Issuance, request: _Request, issuer: Object, acme: _Acme) -> Issuance:
    """Whether the Ingress of the proof is for a controller that serves nothing else of the view."""
    own = ingress_class(request.by) if request.by.id.kind == "Ingress" else None
    if own is None or any(key in request.by.annotations for key in _PROOF_ITSELF):
        return row
    for name in request.names:
        other = class_of_proof(name.shown, request.by.labels, acme.solvers)
        if other is not None and other not in _classes(cluster):
            proof = f"the proof of {name.shown} is an Ingress of class {other}"
            because = f"{proof}, and requests for that host come to class {own}"
            remedy = f"Set the solver's ingressClassName to {own}"
            return replace(_refused(row, name, issuer, because, remedy), verdict="other-class")
    return row


@remembered
def _classes(cluster: Cluster) -> frozenset[str]:
    """The classes that Ingresses of the view have, and those that are in it."""
    named = {ingress_class(route) for route in cluster.routes if route.id.kind == "Ingress"}
    return frozenset((*filter(None, named), *(each.id.name for each in cluster.of_kind("IngressClass", _INGRESSES))))


def _is_nowhere_public(host: str) -> bool:
    bare = host.removeprefix("*.").lower().rstrip(".")
    return kind_of(bare) != "public" or is_inside(bare) or means_loopback(bare)


def _server(acme: _Acme) -> str:
    return acme.server.partition("://")[2].partition("/")[0]


def _refused(row: Issuance, name: Name, issuer: Object, because: str, remedy: str) -> Issuance:
    related = (Related(f"{issuer.id.kind} {issuer.id.name} is here", issuer.place, issuer.id),)
    return replace(row, place=name.place, related=related, because=because, remedy=remedy, verdict="refused")


# ---------------------------------------------------------------- what signs


def _signers(cluster: Cluster) -> Iterator[Issuance]:
    """Issuers whose key is that of a Certificate which is no authority."""
    written: dict[tuple[str, str], list[Certificate]] = {}
    for each in certificates(cluster):
        written.setdefault((each.object.id.namespace, str(each.secret.shown)), []).append(each)
    for issuer in cluster.of_kind("Issuer", _GROUP):
        secret = issuer.place.at("spec", "ca", "secretName")
        name = text_at(secret)
        writers = written.get((issuer.id.namespace, name or ""), [])
        if len(writers) != 1:
            continue
        (one,) = writers
        is_authority = one.authority
        yield Issuance(
            object=issuer.id,
            place=secret,
            related=(Related(f"Certificate {one.object.id.name} writes it", one.object.place, one.object.id),),
            linted=issuer.linted,
            asked="any certificate",
            issuer=f"Issuer {issuer.id.name}",
            because=""
            if is_authority
            else f"Certificate {one.object.id.name}, whose key it signs with, is not an authority's (isCA)",
            remedy="" if is_authority else f"Write isCA: true into Certificate {one.object.id.name}",
            verdict="issued" if is_authority else "refused",
        )
