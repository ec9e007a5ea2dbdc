"""TLS of routes: the Secrets that routes and gateways name, and the hosts that their certificates are for.

A Secret is there when the view has it, or what writes it; its names are the `dnsNames` of that, else the certificate's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.fills import filler_of
from mblint.cluster.objects import Secret
from mblint.cluster.promised import may_be_copied
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.names.called_certificates import called_certificate_hosts
from mblint.facts.names.hook_authorities import hook_authorities
from mblint.facts.names.inline_certificates import inline_certificate_hosts
from mblint.facts.names.issued import Certificate, alternative_names, certificates, covers, writers_of
from mblint.facts.names.left_out_hosts import left_out_hosts
from mblint.facts.names.lent_secrets import is_lent
from mblint.facts.names.own_certificates import made_out, own_or_nameless
from mblint.facts.names.peer_certificates import peer_certificate_hosts
from mblint.facts.names.proxied_certificates import proxied_certificate_hosts
from mblint.facts.names.routed_hosts import routed_hosts, routed_row
from mblint.facts.names.rows import CertificateHost, TlsSecret
from mblint.facts.names.shape import Answer, Asked, Offered, answer
from mblint.facts.names.shim_certificates import shared_certificate_hosts, unmade_by_shim
from mblint.facts.names.spare_secrets import spare_secret
from mblint.facts.names.tls_entries import TlsEntry, tls_entries
from mblint.facts.names.unruled_tls import unruled_hosts
from mblint.facts.names.webhook_certificates import webhook_certificate_hosts
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import KeyPath

_MAKES_CERTIFICATES = ("cert-manager.io/", "kubernetes.io/tls-acme", "acme.cert-manager.io/", "certmanager.k8s.io/")
_HAVE_A_DEFAULT = ("Ingress", "IngressRoute", "IngressRouteTCP", "VirtualServer")


def tls_secrets(world: World) -> Iterator[TlsSecret]:
    """A row for each Secret that the TLS of a route names."""
    for wanted in tls_entries(world.cluster):
        if not wanted.guessed or _is_only_beside(world.cluster, wanted):
            yield _secret_row(world.cluster, wanted)


def certificate_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each host of a route whose certificate is known, each webhook, and each host that pods call by TLS."""
    for wanted in tls_entries(world.cluster):
        lists = _lists_of_all(world.cluster, wanted)
        for host in wanted.hosts:
            asked = Asked("host", host, wanted.by)
            if (found := answer(asked, lists, fits=covers)) is not None:
                yield _host_row(wanted, asked, found)
    for route, wanted, host in routed_hosts(world.cluster):
        found = answer(asked := Asked("host", host, route), _lists_of_all(world.cluster, wanted), fits=covers)
        if found is not None:
            yield routed_row(route, _host_row(wanted, asked, found))
    for of_cluster in (inline_certificate_hosts, shared_certificate_hosts, unruled_hosts):
        yield from of_cluster(world.cluster)
    of_calls = (called_certificate_hosts, peer_certificate_hosts, proxied_certificate_hosts)
    for of_world in (webhook_certificate_hosts, hook_authorities, left_out_hosts, *of_calls):
        yield from of_world(world)


def _lists_of_all(cluster: Cluster, wanted: TlsEntry) -> list[Offered]:
    """The names of its certificate, and of those beside it: a listener shows the one of several that fits."""
    if wanted.guessed:
        return []
    beside = [each for each in _of_listeners(cluster).get(_listener(wanted), ()) if each is not wanted]
    lists = [_lists(cluster, each) for each in (wanted, *beside)]
    return [offered for each in lists for offered in each] if all(lists) else []


def _listener(entry: TlsEntry) -> tuple[int, KeyPath]:
    return id(entry.by), entry.secret.place.path[:3] if entry.by.id.kind == "Gateway" else entry.secret.place.path


@remembered
def _of_listeners(cluster: Cluster) -> Mapping[tuple[int, KeyPath], tuple[TlsEntry, ...]]:
    """The entries by the part of the object that names them together."""
    found: defaultdict[tuple[int, KeyPath], list[TlsEntry]] = defaultdict(list)
    for entry in tls_entries(cluster):
        found[_listener(entry)].append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _lists(cluster: Cluster, wanted: TlsEntry) -> list[Offered]:
    """The names that the certificate of a Secret is made out to; none where not all are known."""
    writers = writers_of(cluster, wanted.namespace, reveal(wanted.secret.text))
    if writers:
        known = all(each.names for each in writers)
        names = ((each.object, alternative_names(cluster, each)) for each in writers)
        return [Offered("host", by, offered) for by, offered in names] if known else []
    own = own_or_nameless(cluster, wanted.namespace, reveal(wanted.secret.text))
    if own is None:
        return []
    reason = _may_be_made(cluster, wanted)
    return [own if reason is None else Offered("host", own.by, own.names, (reason,))]


# ---------------------------------------------------------------- rows


def _secret_row(cluster: Cluster, wanted: TlsEntry) -> TlsSecret:
    name, namespace = reveal(wanted.secret.text), wanted.namespace
    there = (namespace, name) in cluster.secrets or bool(writers_of(cluster, namespace, name))
    reason = None if there else _may_be_made(cluster, wanted)
    unmade = None if there or reason is not None else unmade_by_shim(cluster, wanted)
    unlent = there and wanted.lent and not is_lent(cluster, namespace, name, wanted.by.id.namespace)
    elsewhere = () if there or reason is not None else tuple(_elsewhere(cluster, name, namespace))
    other = None if there or reason is not None or elsewhere else _other_certificate(cluster, wanted)
    settled = there or reason is not None or elsewhere or other is not None or unmade is not None
    spare = None if settled else spare_secret(cluster, wanted)
    return TlsSecret(
        object=wanted.by.id,
        place=wanted.secret.place,
        related=(*_related_certificate(other), *_related_secret(spare)),
        linted=wanted.by.linted,
        what="TLS Secret",
        name=name,
        settings=wanted.secret.said_by,
        client=f"{wanted.by.id.kind} {wanted.by.id.name}",
        server=f"namespace {namespace}",
        offered=tuple(sorted({each for _, each in elsewhere})),
        verdict="missing" if unlent else "offered" if there else "unknown" if reason is not None else "missing",
        reason=reason,
        lacking=f"which namespace {namespace} does not lend to {wanted.by.id.namespace}"
        if unlent
        else f"which namespace {namespace} does not have",
        unlent=unlent,
        read_from=wanted.read_from if elsewhere else None,
        hosts=", ".join(host.shown for host in wanted.hosts) or None,
        only_in=", ".join(sorted({within for within, _ in elsewhere})) or None,
        certificate=other.object.id.name if other is not None else None,
        writes=other.secret.shown if other is not None else None,
        unmade=unmade,
        spare=spare.id.name if spare is not None else None,
    )


def _is_only_beside(cluster: Cluster, wanted: TlsEntry) -> bool:
    """Whether the Secret lies where the gateway's object does, and its pods usually do not."""
    found = {within for within, _ in _elsewhere(cluster, reveal(wanted.secret.text), wanted.namespace)}
    return found == {wanted.by.id.namespace}


def _may_be_made(cluster: Cluster, wanted: TlsEntry) -> str | None:
    """A clause that says why the Secret may be there although the view does not have it."""
    if wanted.made:
        return "a controller makes it"
    for each in tls_entries(cluster):
        if each is wanted or (each.namespace == wanted.namespace and each.secret.text == wanted.secret.text):
            key = next((key for key in each.by.annotations if key.startswith(_MAKES_CERTIFICATES)), None)
            if key is not None and unmade_by_shim(cluster, each) is None:
                whose = "its" if each.by is wanted.by else f"{each.by.id.kind} {each.by.id.name}'s"
                return f"{whose} annotation {key} lets a controller make it"
    filler = filler_of(cluster, "Secret", wanted.namespace, reveal(wanted.secret.text))
    if filler is not None:
        return f"{filler.id.kind} {filler.id.name} may make it"
    if may_be_copied(cluster, "Secret", reveal(wanted.secret.text)):
        return "the Secret of that name in another namespace is copied"
    if wanted.by.id.kind in _HAVE_A_DEFAULT and _has_default(cluster):
        return "the controller has a certificate of its own for what has none"
    return None


@remembered
def _has_default(cluster: Cluster) -> bool:
    """True where an ingress controller of the view is told of a default certificate."""
    words = (
        reveal(word.text)
        for workload in cluster.workloads
        for container in workload.pod.containers
        for word in container.words
    )
    return bool(cluster.of_kind("TLSStore", "traefik.io", "traefik.containo.us")) or any(
        "default-ssl-certificate" in word for word in words
    )


def _elsewhere(cluster: Cluster, name: str, namespace: str) -> Iterator[tuple[str, str]]:
    """(namespace, what it is) of Secrets of that name, and of Certificates that write one, in other namespaces."""
    for within, each in cluster.secrets:
        if each == name and within != namespace:
            yield within, f"Secret {name}"
    for certificate in certificates(cluster):
        if certificate.secret.text == name and certificate.object.id.namespace != namespace:
            yield certificate.object.id.namespace, f"Certificate {certificate.object.id.name}"


def _other_certificate(cluster: Cluster, wanted: TlsEntry) -> Certificate | None:
    """The one Certificate that is for all these hosts, and whose Secret no route of them names."""
    named = {reveal(each.secret.text) for each in tls_entries(cluster) if each.namespace == wanted.namespace}
    fitting = [
        each
        for each in certificates(cluster)
        if each.object.id.namespace == wanted.namespace
        and reveal(each.secret.text) not in named
        and wanted.hosts
        and all(any(covers(host.shown, name.shown) for name in each.names) for host in wanted.hosts)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _related_certificate(other: Certificate | None) -> Iterator[Related]:
    if other is not None:
        yield Related(f"Certificate {other.object.id.name} writes this Secret", other.secret.place, other.object.id)


def _related_secret(spare: Secret | None) -> Iterator[Related]:
    if spare is not None:
        yield Related("this one must be meant", spare.place, spare.id)


def _host_row(wanted: TlsEntry, asked: Asked, found: Answer) -> CertificateHost:
    by = found.offered.by.id
    written = by.kind == "Certificate"
    return CertificateHost(
        object=wanted.by.id,
        place=asked.name.place,
        related=tuple(
            Related(
                f"Certificate {by.name} is for {name.shown}" if written else "the certificate is here", name.place, by
            )
            for name in found.offered.names[: None if written else 1]
        ),
        linted=wanted.by.linted,
        what="host",
        name=asked.name.shown,
        settings=asked.name.said_by,
        client=f"{wanted.by.id.kind} {wanted.by.id.name}",
        server=f"{by.kind} {by.name}",
        offered=found.offered.shown,
        offered_by="dnsNames" if written else "tls.crt",
        verdict=found.verdict,
        reason=found.reason,
        nearest=found.nearest.shown if found.nearest is not None and written else None,
        use=f"{wanted.by.id.kind} {wanted.by.id.name} serves {asked.name.shown} with the Secret {wanted.secret.shown}",
        refusal="browsers refuse it",
        says=f"{by.kind} {by.name}, which writes that, {made_out(found.offered)}"
        if written
        else f"the certificate in that {made_out(found.offered)}",
    )
