"""The Certificates of cert-manager in a view: the Secret that each writes, and the names that it is made out to.

Browsers, the API server and programs in Go compare the subject's alternative names alone; cert-manager writes what
stands in `dnsNames` there, and no commonName.
Sources: https://cert-manager.io/docs/usage/certificate/ , https://go.dev/doc/go1.17#crypto/x509 ,
https://www.rfc-editor.org/rfc/rfc6125#section-6.4.4
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.names.shape import Name
from mblint.facts.names.tls_entries import names_at
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

COMMON = "commonName"
_GROUP = "cert-manager.io"
# By these annotations an Ingress or a Gateway lets cert-manager make its certificates, with an issuer of this kind.
ISSUER_ANNOTATIONS = {"cert-manager.io/issuer": "Issuer", "cert-manager.io/cluster-issuer": "ClusterIssuer"}


class Certificate(Struct, frozen=True, eq=False):
    """A Certificate of cert-manager. `names` empty: they could not be read, or there are none.

    `authority`: it signs others (`isCA`), and need not be what a server shows. `serves`: a server may show it, by its
    usages. `marks`: the annotations that its Secret gets. `addresses`: it is made out to these, too.
    """

    object: Object
    secret: Name
    names: tuple[Name, ...]
    authority: bool = False
    marks: tuple[str, ...] = ()
    serves: bool = True
    addresses: tuple[Name, ...] = ()


@remembered
def certificates(cluster: Cluster) -> tuple[Certificate, ...]:
    """All of the view that write a Secret."""
    found: list[Certificate] = []
    for certificate in cluster.of_kind("Certificate", _GROUP, "certmanager.k8s.io"):
        read, partial = read_parts(certificate.node, _read)
        if read is not None and read[0] is not None:
            found.append(Certificate(certificate, read[0], () if partial.flaws else read[1], *read[2:]))
    return tuple(found)


def writers_of(cluster: Cluster, namespace: str, secret: str) -> tuple[Certificate, ...]:
    """The Certificates that write a Secret: mostly one, and none where something else makes it."""
    return _by_secret(cluster).get((namespace, secret), ())


@remembered
def _by_secret(cluster: Cluster) -> Mapping[tuple[str, str], tuple[Certificate, ...]]:
    found: dict[tuple[str, str], tuple[Certificate, ...]] = {}
    for each in certificates(cluster):
        key = each.object.id.namespace, reveal(each.secret.text)
        found[key] = (*found.get(key, ()), each)
    return found


def issuer_ref(certificate: Object) -> tuple[str, str | None] | None:
    """Kind and name of the issuer that a Certificate wants; None where that is none of cert-manager's own."""
    said, partial = read_parts(certificate.node, _read_issuer)
    if said is None or partial.flaws or said[0] not in (None, _GROUP):
        return None
    return said[1] or "Issuer", said[2]


def _read_issuer(certificate: Node) -> tuple[str | None, str | None, str | None]:
    ref = certificate.get("spec").get("issuerRef")
    return ref.get("group").text(), ref.get("kind").text(), ref.get("name").text()


def issuer_of(cluster: Cluster, certificate: Object) -> Object | None:
    """The Issuer or ClusterIssuer that signs a Certificate; None where the view does not have it."""
    ref = issuer_ref(certificate)
    if ref is None:
        return None
    kind, name = ref
    for issuer in cluster.of_kind(kind, _GROUP) if kind in ("Issuer", "ClusterIssuer") else ():
        same = kind == "ClusterIssuer" or issuer.id.namespace == certificate.id.namespace
        if issuer.id.name == name and same:
            return issuer
    return None


def is_own(issuer: Object | None) -> bool:
    """Whether it signs with a key of one's own (`ca`, `selfSigned`), and what it is asked for as it stands."""
    spec = None if issuer is None else issuer.place.at("spec").value
    return isinstance(spec, dict) and any(spec.get(way) is not None for way in ("selfSigned", "ca"))


def alternative_names(cluster: Cluster, each: Certificate, *, or_common: bool = False) -> tuple[Name, ...]:
    """The names that clients compare: a commonName is none of them, unless the authority writes it there, too.

    `or_common`: for clients that look at it where there is no other name, as libpq does. An issuer that is not in the
    view, or a public one, may write it there.
    """
    own = is_own(issuer_of(cluster, each.object))
    names = tuple(name for name in each.names if name.said_by != COMMON) if own else each.names
    return (*names, *each.addresses) if names or not or_common else (*each.names, *each.addresses)


def covers(asked: str, offered: str) -> bool:
    """Whether a certificate's name is good for a host; `*` stands for one label (RFC 6125, section 6.4.3)."""
    host, name = asked.lower().rstrip("."), offered.lower().rstrip(".")
    return host == name or (name.startswith("*.") and host.partition(".")[2] == name[2:] and not host.startswith("*"))


def _read(certificate: Node) -> tuple[Name | None, tuple[Name, ...], bool, tuple[str, ...], bool, tuple[Name, ...]]:
    spec = certificate.get("spec")
    said_by = f"dnsNames of Certificate {certificate.get('metadata').get('name').text()}"
    common = spec.get("commonName")
    secret = spec.get("secretName").text()
    names = [*names_at(spec.get("dnsNames"), said_by)]
    if name := common.text():
        names.append(Name(name, common.place, COMMON))
    if not spec.get("otherNames").absent or not spec.get("literalSubject").absent:
        names = []
    written = Name(secret, spec.get("secretName").place, "secretName") if secret else None
    marks = tuple(key for key, _ in spec.get("secretTemplate").get("annotations").entries())
    usages = spec.get("usages").texts()
    serves = "client auth" not in usages or "server auth" in usages
    addresses = tuple(names_at(spec.get("ipAddresses"), said_by))
    return written, tuple(names), spec.get("isCA").boolean() is True, marks, serves, addresses
