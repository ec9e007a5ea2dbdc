"""The names that the certificate inside a Secret is made out to: its public part (`tls.crt`), and nothing else of it.

`cryptography` reads it, which is imported only where a route names a Secret that has one: that takes as long as a small
lint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Entry, Secret
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.names.shape import Name, Offered
from mblint.manifests.documents import Place
from mblint.regex import regex

if TYPE_CHECKING:
    from cryptography import x509

_KEYS = ("tls.crt", "public.crt")  # of a Secret for TLS, and of MinIO's
_OTHERS = "is made out to other names"
_OF_A_CLIENT = regex(r"(?i)client|peer|user")
_BEGIN = "-----BEGIN CERTIFICATE-----"
_LONGEST = 1 << 18  # characters: a chain of certificates has a hundredth of that


def own_or_nameless(cluster: Cluster, namespace: str, name: str) -> Offered | None:
    """The same, and a list without a name for a certificate that has none but its subject's commonName."""
    secret = cluster.secrets.get((namespace, name))
    nameless = secret is not None and _names_of(cluster).get(id(secret)) == ()
    return Offered("host", secret, ()) if nameless and secret else own_certificate(cluster, namespace, name)


def only_leaf(cluster: Cluster, namespace: str, name: str) -> Offered | None:
    """The same for a Secret with keys of other names (`server.pem`): the only certificate of a server's in it."""
    secret = cluster.secrets.get((namespace, name))
    found = _leaf(cluster).get(id(secret)) if secret is not None else None
    if secret is None or found is None:
        return None
    place, names = found
    return Offered("host", secret, tuple(Name(SecretText(each), place, "its certificate") for each in names))


@remembered
def _leaf(cluster: Cluster) -> dict[int, tuple[Place, tuple[str, ...]]]:
    found: dict[int, tuple[Place, tuple[str, ...]]] = {}
    for secret in cluster.secrets.values():
        leaves = {
            names: entry.place
            for key, entry in secret.entries.items()
            if entry.text is not None and not _OF_A_CLIENT.search(key) and (names := _of_a_server(reveal(entry.text)))
        }
        if len(leaves) == 1:
            names, place = next(iter(leaves.items()))
            found[id(secret)] = place, names
    return found


def _of_a_server(pem: str) -> tuple[str, ...] | None:
    """The names of the first certificate of a text, unless that is an authority's."""
    certificate = next(iter(certificates_in(pem)), None)
    return None if certificate is None or is_authority(certificate) else names_in(pem)


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign others, or does not say that it may not."""
    from cryptography import x509  # noqa: PLC0415

    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (ValueError, TypeError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return certificate.subject == certificate.issuer


def made_out(offered: Offered) -> str:
    """What is wrong with a certificate that does not have a name, as a clause without its subject."""
    if not offered.names:
        return "has no alternative name (dnsNames), and nothing but a commonName, at which they do not look"
    return f"is made out to {', '.join(offered.shown)} (dnsNames)" if offered.by.id.kind == "Certificate" else _OTHERS


def own_certificate(cluster: Cluster, namespace: str, name: str) -> Offered | None:
    """The names in a Secret's own certificate, which are not shown; None where there is none that can be read."""
    secret = cluster.secrets.get((namespace, name))
    entry = _entry(secret) if secret is not None else None
    if secret is None or entry is None or entry.text is None:
        return None
    names = _names_of(cluster).get(id(secret)) or ()
    place = entry.place
    offered = tuple(Name(SecretText(each), place, "its certificate") for each in names)
    return Offered("host", secret, offered) if offered else None


@remembered
def _names_of(cluster: Cluster) -> dict[int, tuple[str, ...] | None]:
    return {id(secret): _names(secret) for secret in cluster.secrets.values() if _entry(secret) is not None}


def _names(secret: Secret) -> tuple[str, ...] | None:
    entry = _entry(secret)
    return None if entry is None or entry.text is None else names_in(reveal(entry.text))


def _entry(secret: Secret) -> Entry | None:
    return next((secret.entries[key] for key in _KEYS if key in secret.entries), None)


def names_in(pem: str) -> tuple[str, ...] | None:
    """The DNS names and addresses of the first certificate of a text; None where it is none, or has others alone."""
    certificate = next(iter(certificates_in(pem)), None)
    if certificate is None:
        return None
    try:
        from cryptography import x509  # noqa: PLC0415

        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = (str(each) for each in names.get_values_for_type(x509.IPAddress))
        found = (*names.get_values_for_type(x509.DNSName), *addresses)
    except x509.ExtensionNotFound:
        return ()
    except (ValueError, TypeError, x509.DuplicateExtension):
        return None
    return found or None


def certificates_in(pem: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM text; none where one cannot be read."""
    if _BEGIN not in pem or len(pem) > _LONGEST:
        return ()
    try:
        from cryptography import x509  # noqa: PLC0415
    except ImportError:  # an installation without it reads no certificates
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(pem[pem.index(_BEGIN) :].encode()))
    except (ValueError, TypeError):
        return ()
