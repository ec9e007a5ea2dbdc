"""Certificates that cert-manager makes for the TLS of an Ingress or Gateway, by its annotation, and no object says.

Such a Certificate is called as the Secret, is made out to the hosts of the object that asked for it first, and belongs
to that: another one that names the same Secret for other hosts gets nothing of its own.
Source: buildCertificates in pkg/controller/certificate-shim of https://github.com/cert-manager/cert-manager
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.names.issued import ISSUER_ANNOTATIONS, covers, writers_of
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Name
from mblint.facts.names.tls_entries import TlsEntry, tls_entries
from mblint.facts.rows import Related

_IGNORED = "cert-manager.io/ignore-tls-listeners"
_READ_BY_SHIM = "gateway.networking.k8s.io/"
_OF_MANY = ("wildcard", "default")  # words of Secrets that one Certificate fills for all, wherever that is


def shared_certificate_hosts(cluster: Cluster) -> Iterator[CertificateHost]:
    """A row for each host of an object whose Secret is made for another one, and not for that host."""
    for (namespace, secret), entries in _by_secret(cluster).items():
        owner = next((each for each in entries if _asks(each.by)), None)
        if owner is None or _is_filled_otherwise(cluster, namespace, secret):
            continue
        names = tuple(name for each in entries if each.by is owner.by for name in each.hosts)
        for each in entries:
            for host in each.hosts if each.by is not owner.by else ():
                if not any(covers(reveal(host.text), reveal(name.text)) for name in names):
                    yield _row(each, host, owner, names)


def unmade_by_shim(cluster: Cluster, wanted: TlsEntry) -> str | None:
    """Why cert-manager makes no certificate for an entry of an object whose annotation asks for one, as a clause.

    It skips listeners by validateGatewayListenerBlock, and all of an Ingress by checkForDuplicateSecretNames.
    """
    kind = wanted.by.id.kind
    if not any(key in ISSUER_ANNOTATIONS for key in wanted.by.annotations) or _IGNORED in wanted.by.annotations:
        return None
    of_same = [each for each in tls_entries(cluster) if each.by is wanted.by]
    if kind == "Ingress":
        if sum(each.secret.text == wanted.secret.text for each in of_same) > 1:
            return "an Ingress may not name one Secret in several entries of spec.tls; put the hosts in one"
        return None
    if not wanted.by.api_version.startswith(_READ_BY_SHIM):
        return f"it reads that annotation of Ingresses and of Gateways of {_READ_BY_SHIM[:-1]}, and of no {kind}"
    skipped = {id(each): _skipped(each) for each in of_same}
    # Where it makes some for the object, the others may be somebody else's on purpose.
    return skipped[id(wanted)] if None not in skipped.values() else None


def _skipped(entry: TlsEntry) -> str | None:
    """Why it makes none for a listener of a Gateway."""
    own = entry.by.id.namespace
    if entry.namespace != own:
        return f"it makes those of a Gateway in its own namespace, {own}, and skips a listener that names another one"
    return None if entry.hosts else "it skips a listener without a hostname"


def _asks(by: Object) -> bool:
    return by.id.kind in ("Ingress", "Gateway") and any(key in by.annotations for key in ISSUER_ANNOTATIONS)


@remembered
def _by_secret(cluster: Cluster) -> Mapping[tuple[str, str], tuple[TlsEntry, ...]]:
    """The entries with hosts, by the Secret that they name."""
    found: defaultdict[tuple[str, str], list[TlsEntry]] = defaultdict(list)
    for entry in tls_entries(cluster):
        if entry.hosts and not entry.guessed:
            found[entry.namespace, reveal(entry.secret.text)].append(entry)
    return {key: tuple(entries) for key, entries in found.items() if len({id(each.by) for each in entries}) > 1}


def _is_filled_otherwise(cluster: Cluster, namespace: str, secret: str) -> bool:
    """Whether the view has the Secret or a Certificate that writes it, or one for all hosts is meant."""
    written = bool(writers_of(cluster, namespace, secret))
    return written or (namespace, secret) in cluster.secrets or any(word in secret for word in _OF_MANY)


def _row(entry: TlsEntry, host: Name, owner: TlsEntry, names: tuple[Name, ...]) -> CertificateHost:
    by, made_for = entry.by.id, owner.by.id
    shown = tuple(dict.fromkeys(name.shown for name in names))
    first = " first" if _asks(entry.by) else ""
    return CertificateHost(
        object=by,
        place=host.place,
        related=(Related(f"{made_for.kind} {made_for.name} asks for it", owner.secret.place, made_for),),
        linted=entry.by.linted,
        what="host",
        name=host.shown,
        settings=host.said_by,
        client=f"{by.kind} {by.name}",
        server=f"{made_for.kind} {made_for.name}",
        offered=shown,
        offered_by="tls",
        verdict="missing",
        guessed=True,
        reason=None,
        nearest=None,
        use=f"{by.kind} {by.name} serves {host.shown} with the Secret {entry.secret.shown}",
        refusal="browsers refuse it",
        says=f"cert-manager makes that for {made_for.kind} {made_for.name}, which asks for it{first}, and for "
        f"{', '.join(shown)} alone",
    )
