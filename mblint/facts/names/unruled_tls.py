"""Hosts for which an Ingress brings a certificate, and for which it has no rule.

ingress-nginx makes a server for each host of a rule, and looks up its certificate by that host. A rule without a host
is of the server for all others, which is shown the controller's default certificate, whatever `spec.tls` says.
Of whatever controller, a certificate that cert-manager makes is made out to the hosts of `spec.tls`: where none of the
rules is for any of them, the hosts of the rules have none.
Source: https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/controller.go
(createServers, extractTLSSecretName)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Object
from mblint.cluster.secrets import reveal
from mblint.facts.names.issued import ISSUER_ANNOTATIONS, covers
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Name
from mblint.facts.names.tls_entries import TlsEntry, tls_entries

_GROUPS = ("networking.k8s.io", "extensions")
_OWN = "nginx.ingress.kubernetes.io/"
_DEFAULT = "default-ssl-certificate"


def unruled_hosts(cluster: Cluster) -> Iterator[CertificateHost]:
    """A row for each such host, where the Ingress takes requests for any, and no other of the view is for it."""
    entries = [each for each in tls_entries(cluster) if each.by.id.kind == "Ingress" and each.hosts]
    if not entries or any(_DEFAULT in reveal(each.secret.said_by) for each in tls_entries(cluster)):
        return
    ruled = {host for each in cluster.of_kind("Ingress", *_GROUPS) for host in _hosts(each) if host}
    for entry in entries:
        others = _without_certificate(entry, entries)
        if others or (_is_of_nginx(entry.by) and _takes_any(entry.by)):
            for host in entry.hosts:
                text = reveal(host.text)
                if text not in ruled and f"*.{text.partition('.')[2]}" not in ruled:
                    yield _row(entry, host, others)


def _without_certificate(entry: TlsEntry, entries: Sequence[TlsEntry]) -> tuple[str, ...]:
    """The hosts of the rules of an Ingress that asks cert-manager for a certificate, where that is for none of them."""
    hosts = tuple(_hosts(entry.by))
    asks = any(key in entry.by.annotations for key in ISSUER_ANNOTATIONS)
    names = [reveal(name.text) for each in entries if each.by is entry.by for name in each.hosts]
    if not asks or not hosts or not all(hosts):
        return ()
    return () if any(covers(host, name) for host in hosts for name in names) else tuple(dict.fromkeys(hosts))


def _is_of_nginx(ingress: Object) -> bool:
    named = ingress_class(ingress) or ""
    return "nginx" in named or (not named and any(key.startswith(_OWN) for key in ingress.annotations))


def _hosts(ingress: Object) -> Iterator[str]:
    """The hosts of the rules; an empty text for a rule without one."""
    rules = ingress.place.at("spec", "rules").value
    for rule in rules if isinstance(rules, list) else ():
        host = rule.get("host") if isinstance(rule, dict) else ""
        yield host if isinstance(host, str) else ""


def _takes_any(ingress: Object) -> bool:
    hosts = list(_hosts(ingress))
    return "" in hosts and not any(hosts)


def _row(entry: TlsEntry, host: Name, others: tuple[str, ...]) -> CertificateHost:
    by = entry.by.id
    return CertificateHost(
        object=by,
        place=host.place,
        related=(),
        linted=entry.by.linted,
        what="host",
        name=host.shown,
        settings=host.said_by,
        client=f"{by.kind} {by.name}",
        server=f"{by.kind} {by.name}",
        offered=(),
        offered_by="rules",
        verdict="missing",
        guessed=True,
        reason=None,
        nearest=None,
        use=f"{by.kind} {by.name} brings the Secret {entry.secret.shown} for {host.shown}",
        refusal="browsers refuse what they are shown there"
        if others
        else "browsers are shown the default certificate of ingress-nginx there",
        says=f"its rules are for {', '.join(others)} alone" if others else "none of its rules is for that host",
    )
