"""The names by which the pods of a distributed object store call each other by TLS, held against their certificate.

MinIO is started with the addresses of all its pods, of which `{0...3}` stands for several. Each pod checks the
certificate of the others, and they come to no agreement where it is not made out to those names.
Sources: https://github.com/minio/minio/pull/5971, https://github.com/minio/docs/issues/447,
https://github.com/minio/minio/blob/master/docs/distributed/README.md
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import reveal
from mblint.cluster.services import members
from mblint.facts.names.called_certificates import shown_by
from mblint.facts.names.issued import covers
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Asked, Name, Offered, answer
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.names import Origin

_BY_TLS = regex(r"https://([\w.-]*\{\d+\.{3}\d+\}[\w.-]*)")
_NAMED = regex(r"(?:^|[\s,;])([\w.-]*\{\d+\.{3}\d+\}[\w.-]*)")  # of a list whose scheme another variable says
_SCHEMES = ("MINIO_SCHEME",)
_SEVERAL = regex(r"\{(\d+)\.{3}\d+\}")


def peer_certificate_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each such list of a workload whose certificate is known."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers if workload.lasting else ():
            for name in _peers(world, workload, container):
                first = _SEVERAL.sub(r"\1", reveal(name.text))
                offered = shown_by(world.cluster, workload) if _is_its_own(world, workload, first) else None
                asked = Asked("host", Name(first, name.place, name.said_by), workload, container)
                found = answer(asked, [offered], fits=covers) if offered is not None else None
                if offered is not None and found is not None:
                    yield _row(workload, container, name, first, offered, found.verdict)


def _peers(world: World, workload: Workload, container: Container) -> Iterator[Name]:
    """The hosts with `{0...3}` that a container is told to call by TLS, each once."""
    found: dict[str, Name] = {}
    for word in container.words:
        for host in _BY_TLS.findall(word.text):
            found.setdefault(host, Name(host, word.place, "its command"))
    told = [each for each in settings_of(world, workload, container) if each.origin is Origin.ENV and each.value]
    by_tls = any(each.key in _SCHEMES and each.value is not None and reveal(each.value) == "https" for each in told)
    for each in told:
        text = "" if each.value is None or each.secret else reveal(each.value)
        for host in (*_BY_TLS.findall(text), *(_NAMED.findall(text) if by_tls else ())):
            found.setdefault(host, Name(host, each.place, each.label))
    yield from found.values()


def _is_its_own(world: World, workload: Workload, host: str) -> bool:
    """Whether a host leads to pods of the workload itself."""
    leads = resolve(host, workload, world.cluster, world.config.cluster)
    return leads.service is not None and workload in members(world.cluster, leads.service)


def _row(
    workload: Workload, container: Container, name: Name, first: str, offered: Offered, verdict: str
) -> CertificateHost:
    by, place = offered.by.id, _place(offered)
    written = by.kind == "Certificate"
    itself = f"{workload.id.kind} {workload.id.name}"
    made_out = f"to {', '.join(offered.shown)} (dnsNames)" if written else "to other names"
    return CertificateHost(
        object=workload.id,
        container=container.name,
        place=name.place,
        related=(Related(f"Certificate {by.name}" if written else "its certificate", place, by),),
        linted=workload.linted,
        what="host",
        name=first,
        settings=name.said_by,
        client=itself,
        server=f"{by.kind} {by.name}",
        offered=offered.shown,
        offered_by="dnsNames" if written else "tls.crt",
        verdict=verdict,
        use=f"The pods of {itself} call each other by TLS, one of them as {first} ({name.said_by})",
        refusal="they refuse each other, and none of them serves",
        says=f"{by.kind} {by.name}, which they show, is made out {made_out}",
    )


def _place(offered: Offered) -> Place:
    return offered.names[0].place if offered.names else offered.by.place
