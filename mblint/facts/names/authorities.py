"""Who signed the certificate that a server shows, and whose signatures a client takes.

An Issuer `ca` of cert-manager signs with the key of a Secret, which may be that of a Certificate that another Issuer
signs; `ca.crt` of what it makes is the certificate of that. Of PEM texts of the view the signature itself is asked. An
authority is known by the Secret that has its key; None stands for what is not known.
Sources: https://cert-manager.io/docs/configuration/ca/ , https://cert-manager.io/docs/configuration/selfsigned/ ,
https://cert-manager.io/docs/trust/trust-manager/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.promised import Promised, promised
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.references import held_by
from mblint.facts.names.issued import Certificate, certificates, issuer_of, writers_of
from mblint.facts.names.own_certificates import certificates_in, is_authority
from mblint.facts.stand_ins import text_at

if TYPE_CHECKING:
    from cryptography import x509

_DEEPEST = 5  # authorities that sign each other
_OF_CLUSTER_ISSUERS = "cert-manager"  # where the Secrets of ClusterIssuers are, unless the controller is told otherwise
_AUTHORITYS, _WITH_LEAF = ("ca.crt", "truststore.jks", "truststore.p12"), ("tls.crt", "tls-combined.pem")
_TAKE_FROM_OTHERS = ("ExternalSecret", "SealedSecret", "Bundle", "VaultStaticSecret", "InfisicalSecret", "SopsSecret")
_Key = tuple[str, str]  # namespace and name of a Secret


class Signers(Struct, frozen=True, eq=False):
    """The Secrets with the keys that stand above a certificate, or the texts of certificates. `by`: who is to name."""

    keys: frozenset[_Key] = frozenset()
    texts: tuple[str, ...] = ()
    by: str = ""


def signers(cluster: Cluster, namespace: str, secret: str) -> Signers | None:
    """Those of the certificate in a Secret, itself among them."""
    return _signers(cluster, (namespace, secret), _DEEPEST)


def secret_of(by: Object) -> str:
    """The name of the Secret that a Certificate writes, or that this is."""
    written = by.place.at("spec", "secretName").value
    return written if by.id.kind == "Certificate" and isinstance(written, str) else by.id.name


def trusted(cluster: Cluster, kind: str, namespace: str, name: str, key: str) -> Signers | None:
    """Those that a client takes by one file of a Secret or ConfigMap; one without any where that is no certificate."""
    written = _written_by(cluster, (namespace, name)) if kind == "Secret" else None
    if written is not None:
        above = _signers(cluster, (namespace, name), _DEEPEST)
        if above is None or key not in (*_AUTHORITYS, *_WITH_LEAF):
            return None if key in (*_AUTHORITYS, *_WITH_LEAF) else Signers()
        alone = above.keys - {(namespace, name)} if key in _AUTHORITYS else above.keys
        return Signers(alone or above.keys, by=f"Secret {name}")
    held = held_by(cluster, (kind, namespace, name))
    entry = held.entries.get(key) if held is not None else None
    if held is None and (made := promised(cluster).get((kind, namespace, name))) is not None:
        return _of_an_operator(made, key)
    if entry is None or entry.text is None:
        return None
    text = reveal(entry.text)
    return Signers(texts=(text,), by=f"{kind} {name}") if certificates_in(text) else Signers()


def _of_an_operator(made: Promised, key: str) -> Signers | None:
    """An authority that an operator writes, known by the Secret; None for what it takes from others."""
    of_others = made.keys is None or made.maker.id.kind in _TAKE_FROM_OTHERS
    if of_others or key not in (*_AUTHORITYS, *_WITH_LEAF, "ca.p12"):
        return None if of_others else Signers()
    return Signers(frozenset(((made.namespace, made.name),)), by=f"Secret {made.name}")


def may_trust(shown: Signers, anchors: Signers) -> bool:
    """Whether a client that has these authorities may take the certificate: unless it is known that none signed it."""
    if anchors.keys and shown.keys and not anchors.texts and not shown.texts:
        return not anchors.keys.isdisjoint(shown.keys)
    if anchors.texts and shown.texts and not anchors.keys and not shown.keys:
        return any(has_signed(roots, chain) for roots in anchors.texts for chain in shown.texts)
    return True


def has_signed(roots: str, chain: str) -> bool:
    """Whether one of the certificates of a text signed one of a chain, or is in it; so it is where none can be read."""
    authorities, shown = certificates_in(roots), certificates_in(chain)
    return not authorities or not shown or any(_signed(one, each) for one in authorities for each in shown)


def _signed(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    if authority == certificate:
        return True
    if authority.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:  # InvalidSignature, and what a key makes it raise that the library does not know
        return False
    return True


def _signers(cluster: Cluster, key: _Key, depth: int) -> Signers | None:
    written = _written_by(cluster, key)
    if written is None:
        secret = cluster.secrets.get(key)
        texts = (reveal(each.text) for each in secret.entries.values() if each.text) if secret is not None else ()
        chains = tuple(text for text in texts if any(not is_authority(one) for one in certificates_in(text)[:1]))
        return Signers(texts=chains, by=f"Secret {key[1]}") if chains else None
    issuer = issuer_of(cluster, written.object)
    if issuer is None or depth == 0:
        return None
    shown = f"{issuer.id.kind} {issuer.id.name}"
    if issuer.place.at("spec", "selfSigned").value is not None:
        return Signers(frozenset((key,)), by=shown)
    name = text_at(issuer.place.at("spec", "ca", "secretName"))
    if not name:
        return None
    above = _key_of(cluster, issuer, name)
    if _written_by(cluster, above) is None:
        return Signers(frozenset((key, above)), by=shown) if above not in cluster.secrets else None
    further = _signers(cluster, above, depth - 1)
    return None if further is None else Signers(further.keys | {key}, by=shown)


def _key_of(cluster: Cluster, issuer: Object, name: str) -> _Key:
    """The Secret that an issuer names; that of a ClusterIssuer where the only Certificate of the view writes it."""
    if issuer.id.kind == "Issuer":
        return issuer.id.namespace, name
    within = {each.object.id.namespace for each in certificates(cluster) if reveal(each.secret.text) == name}
    return (next(iter(within)) if len(within) == 1 else _OF_CLUSTER_ISSUERS), name


def _written_by(cluster: Cluster, key: _Key) -> Certificate | None:
    found = writers_of(cluster, *key)
    return found[0] if len(found) == 1 else None
