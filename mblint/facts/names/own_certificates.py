"""The names that the certificate inside a Secret is made out to: its public part (`tls.crt`), and nothing else of it.

`cryptography` reads it, which is imported only where a route names a Secret that has one: that takes as long as a small
lint.
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Entry, Secret
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.names.shape import Name, Offered

_KEYS = ("tls.crt", "public.crt")  # of a Secret for TLS, and of MinIO's
_BEGIN = "-----BEGIN CERTIFICATE-----"
_LONGEST = 1 << 18  # characters: a chain of certificates has a hundredth of that


def own_certificate(cluster: Cluster, namespace: str, name: str) -> Offered | None:
    """The names in a Secret's own certificate, which are not shown; None where there is none that can be read."""
    secret = cluster.secrets.get((namespace, name))
    entry = _entry(secret) if secret is not None else None
    if secret is None or entry is None or entry.text is None:
        return None
    names = _names_of(cluster).get(id(secret), ())
    place = entry.place
    offered = tuple(Name(SecretText(each), place, "its certificate") for each in names)
    return Offered("host", secret, offered) if offered else None


@remembered
def _names_of(cluster: Cluster) -> dict[int, tuple[str, ...]]:
    return {id(secret): _names(secret) for secret in cluster.secrets.values() if _entry(secret) is not None}


def _names(secret: Secret) -> tuple[str, ...]:
    entry = _entry(secret)
    return () if entry is None or entry.text is None else names_in(reveal(entry.text))


def _entry(secret: Secret) -> Entry | None:
    return next((secret.entries[key] for key in _KEYS if key in secret.entries), None)


def names_in(pem: str) -> tuple[str, ...]:
    """The DNS names of the first certificate of a PEM text; none where it has none, or is no certificate."""
    if _BEGIN not in pem or len(pem) > _LONGEST:
        return ()
    try:
        from cryptography import x509  # noqa: PLC0415
    except ImportError:  # an installation without it reads no certificates
        return ()
    try:
        certificate = x509.load_pem_x509_certificate(pem[pem.index(_BEGIN) :].encode())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return tuple(names.get_values_for_type(x509.DNSName))
    except (ValueError, TypeError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return ()
