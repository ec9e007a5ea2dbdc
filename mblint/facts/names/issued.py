"""The Certificates of cert-manager in a view: the Secret that each writes, and the names that it is made out to."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.names.shape import Name
from mblint.facts.names.tls_entries import names_at
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

# By these annotations an Ingress or a Gateway lets cert-manager make its certificates, with an issuer of this kind.
ISSUER_ANNOTATIONS = {"cert-manager.io/issuer": "Issuer", "cert-manager.io/cluster-issuer": "ClusterIssuer"}


class Certificate(Struct, frozen=True, eq=False):
    """A Certificate of cert-manager. `names` empty: they could not be read, or there are none.

    `authority`: it signs others (`isCA`), and need not be what a server shows. `serves`: a server may show it, by its
    usages. `marks`: the annotations that its Secret gets.
    """

    object: Object
    secret: Name
    names: tuple[Name, ...]
    authority: bool = False
    marks: tuple[str, ...] = ()
    serves: bool = True


@remembered
def certificates(cluster: Cluster) -> tuple[Certificate, ...]:
    """All of the view that write a Secret."""
    found: list[Certificate] = []
    for certificate in cluster.of_kind("Certificate", "cert-manager.io", "certmanager.k8s.io"):
        read, partial = read_parts(certificate.node, _read)
        if read is not None and read[0] is not None:
            found.append(Certificate(certificate, read[0], () if partial.flaws else read[1], *read[2:]))
    return tuple(found)


def covers(asked: str, offered: str) -> bool:
    """Whether a certificate's name is good for a host; `*` stands for one label (RFC 6125, section 6.4.3)."""
    host, name = asked.lower().rstrip("."), offered.lower().rstrip(".")
    return host == name or (name.startswith("*.") and host.partition(".")[2] == name[2:] and not host.startswith("*"))


def _read(certificate: Node) -> tuple[Name | None, tuple[Name, ...], bool, tuple[str, ...], bool]:
    spec = certificate.get("spec")
    said_by = f"dnsNames of Certificate {certificate.get('metadata').get('name').text()}"
    common = spec.get("commonName")
    secret = spec.get("secretName").text()
    names = [*names_at(spec.get("dnsNames"), said_by)]
    if name := common.text():
        names.append(Name(name, common.place, "commonName"))
    if not spec.get("otherNames").absent or not spec.get("literalSubject").absent:
        names = []
    written = Name(secret, spec.get("secretName").place, "secretName") if secret else None
    marks = tuple(key for key, _ in spec.get("secretTemplate").get("annotations").entries())
    usages = spec.get("usages").texts()
    serves = "client auth" not in usages or "server auth" in usages
    return written, tuple(names), spec.get("isCA").boolean() is True, marks, serves
