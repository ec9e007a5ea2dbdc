"""Hosts that an Ingress serves to those who come by https://, and for which it brings no certificate.

cert-manager passes over an entry of spec.tls without a secretName. A host of a rule that no entry is for has the
certificate of an entry only where that covers it, and else the controller's own: it is judged where the Ingress sends
everybody to https://, or something of the view is told an address that begins so.
Sources: https://github.com/cert-manager/cert-manager/blob/2d0d7f7f7424/pkg/controller/certificate-shim/sync.go ,
https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/controller.go (extractTLSSecretName)
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.names.issued import ISSUER_ANNOTATIONS, covers, writers_of
from mblint.facts.names.own_certificates import own_certificate
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.tls_entries import TlsEntry, tls_entries
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex

_GROUPS = ("networking.k8s.io", "extensions")
_FORCES = "nginx.ingress.kubernetes.io/force-ssl-redirect"
_ADDRESS = regex(r"https://([A-Za-z0-9.-]+)")


def left_out_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each such host, where no controller of the view has a certificate for all."""
    entries = tls_entries(world.cluster)
    if any(each.by.id.kind in ("TLSStore", "Deployment", "DaemonSet") for each in entries):
        return
    ingresses = world.cluster.of_kind("Ingress", *_GROUPS)
    # Who leaves the Secret out everywhere has a controller with a certificate for all.
    is_a_slip = sum(any(_entries_without_a_secret(each)) for each in ingresses) == 1
    for ingress in ingresses:
        asks = any(key in ingress.annotations for key in ISSUER_ANNOTATIONS)
        if asks and is_a_slip:
            yield from _without_a_secret(ingress)
        own = [each for each in entries if each.by is ingress]
        named = [(_names(world.cluster, each, asks=asks)) for each in own]
        names = [name for each in named for name in each or ()]
        if not own or None in named or not any(names):
            continue
        for host, place in _rules(ingress):
            elsewhere = any(covers(host, reveal(one.text)) for each in entries for one in each.hosts)
            told = ingress.annotations.get(_FORCES) == "true" or host in _by_tls(world)
            if told and not elsewhere and not any(covers(host, name) for name in names):
                hosts = dict.fromkeys(one.shown for each in own for one in each.hosts)
                says = f"its spec.tls is for {', '.join(hosts)} alone"
                refusal = "browsers that come by https:// are shown a certificate of the controller's own"
                yield _row(ingress, host, place, says, refusal)


def _without_a_secret(ingress: Object) -> Iterator[CertificateHost]:
    for host, place in _entries_without_a_secret(ingress):
        says = "its entry of spec.tls names no secretName, so that cert-manager passes over it"
        yield _row(ingress, host, place, says, "browsers are shown a certificate of the controller's own")


def _entries_without_a_secret(ingress: Object) -> Iterator[tuple[str, Place]]:
    """Their hosts."""
    tls = ingress.place.at("spec", "tls")
    for index, entry in enumerate(tls.value if isinstance(tls.value, list) else ()):
        hosts = entry.get("hosts") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and not entry.get("secretName") and isinstance(hosts, list):
            for at, host in enumerate(hosts):
                if isinstance(host, str) and host:
                    yield host, tls.at(index).at("hosts").at(at)


def _names(cluster: Cluster, entry: TlsEntry, *, asks: bool) -> tuple[str, ...] | None:
    """The names of an entry's certificate; None where nobody knows them."""
    secret = reveal(entry.secret.text)
    writers = writers_of(cluster, entry.namespace, secret)
    if writers:
        return tuple(reveal(name.text) for each in writers for name in each.names)
    own = own_certificate(cluster, entry.namespace, secret)
    if own is not None:
        return tuple(reveal(name.text) for name in own.names)
    made = asks and (entry.namespace, secret) not in cluster.secrets
    return tuple(reveal(host.text) for host in entry.hosts) if made else None


def _rules(ingress: Object) -> Iterator[tuple[str, Place]]:
    rules = ingress.place.at("spec", "rules")
    for index, rule in enumerate(rules.value if isinstance(rules.value, list) else ()):
        host = rule.get("host") if isinstance(rule, dict) else None
        if isinstance(host, str) and host:
            yield host, rules.at(index).at("host")


@remembered
def _by_tls(world: World) -> frozenset[str]:
    """The hosts of addresses that containers are told."""
    texts = (reveal(each.value) for each in world.settings if each.value is not None)
    return frozenset(host for text in texts if "https://" in text for host in _ADDRESS.findall(text))


def _row(ingress: Object, host: str, place: Place, says: str, refusal: str) -> CertificateHost:
    by = f"{ingress.id.kind} {ingress.id.name}"
    return CertificateHost(
        object=ingress.id,
        place=place,
        related=(),
        linted=ingress.linted,
        what="host",
        name=host,
        settings="tls",
        client=by,
        server=by,
        offered_by="tls",
        verdict="missing",
        guessed=True,
        use=f"{by} serves {host}",
        says=says,
        refusal=refusal,
    )
