"""The TLS Secret that a route must have meant, where it names one that is not there: one that nobody else names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Secret
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.used import used_by
from mblint.facts.edits.near_names import is_near
from mblint.facts.names.issued import covers
from mblint.facts.names.own_certificates import own_certificate
from mblint.facts.names.tls_entries import TlsEntry, tls_entries
from mblint.manifests.documents import texts_in
from mblint.regex import regex

_TYPE = "kubernetes.io/tls"
_WORDS = regex(r"[=/,\s]")


def spare_secret(cluster: Cluster, wanted: TlsEntry) -> Secret | None:
    """The only one that fits: of nearly that name, made out to the hosts, or the only one of the route's release."""
    spare = [each for each in _spare(cluster).get(wanted.namespace, ()) if _may_be_for(cluster, each, wanted)]
    near = [each for each in spare if is_near(each.id.name, reveal(wanted.secret.text))]
    if len(near) == 1:
        return near[0]
    made_out = [each for each in spare if _is_for(cluster, each, wanted)]
    if len(made_out) == 1:
        return made_out[0]
    release = wanted.by.release
    own = [each for each in spare if release is not None and each.release == release]
    return own[0] if len(own) == 1 and _lacks_one(cluster, wanted) else None


def _is_for(cluster: Cluster, secret: Secret, wanted: TlsEntry) -> bool:
    """Whether its certificate is made out to all of these hosts."""
    own = own_certificate(cluster, secret.id.namespace, secret.id.name)
    names = [reveal(name.text) for name in own.names] if own is not None else []
    return bool(wanted.hosts) and all(any(covers(reveal(host.text), name) for name in names) for host in wanted.hosts)


def _may_be_for(cluster: Cluster, secret: Secret, wanted: TlsEntry) -> bool:
    """Unless its certificate can be read, and is for none of these hosts."""
    own = own_certificate(cluster, secret.id.namespace, secret.id.name)
    if own is None or not wanted.hosts:
        return True
    names = {reveal(name.text).lower() for name in own.names}
    hosts = {reveal(host.text).lower() for host in wanted.hosts}
    return bool(hosts & names) or any(f"*.{host.partition('.')[2]}" in names for host in hosts)


def _lacks_one(cluster: Cluster, wanted: TlsEntry) -> bool:
    """Whether this is the only Secret that routes of the release name in vain."""
    lacking = {
        reveal(each.secret.text)
        for each in tls_entries(cluster)
        if each.by.release == wanted.by.release
        and each.namespace == wanted.namespace
        and (each.namespace, reveal(each.secret.text)) not in cluster.secrets
    }
    return len(lacking) == 1


@remembered
def _spare(cluster: Cluster) -> Mapping[str, Sequence[Secret]]:
    """By namespace: the TLS Secrets that nothing of the view names."""
    secrets = [secret for secret in cluster.secrets.values() if secret.type == _TYPE]
    found: dict[str, list[Secret]] = {}
    if secrets:
        named = frozenset(_named(cluster))
        for secret in secrets:
            if secret.id.name not in named:
                found.setdefault(secret.id.namespace, []).append(secret)
    return found


def _named(cluster: Cluster) -> Iterator[str]:
    """Every name of a Secret: by routes and pods, and the words of other objects and of what containers run."""
    yield from (reveal(each.secret.text) for each in tls_entries(cluster))
    for workload in cluster.workloads:
        yield from (used.name for used in used_by(workload))
        for container in workload.pod.containers:
            for word in container.words:
                yield from _WORDS.split(reveal(word.text))
            yield from (variable.value for variable in container.env if variable.value is not None)
    for other in cluster.others:
        yield from texts_in(other.place.value)
