"""The name by which a pod calls another one by TLS, held against the certificate that the other has to show.

A client that checks the certificate compares its names with the host that it was told, as a browser does. Which
certificate a server shows is known where its pods mount just one Secret that has a key to it, and a Certificate writes
that, or its own text is in the view.
Source: https://www.rfc-editor.org/rfc/rfc6125#section-6
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.credentials.used import Used, used_by
from mblint.facts.names.authorities import secret_of, signers
from mblint.facts.names.checking_clients import NAME, WEB, checks
from mblint.facts.names.issued import alternative_names, covers, writers_of
from mblint.facts.names.operated_certificates import operated
from mblint.facts.names.own_certificates import made_out, only_leaf, own_certificate, own_or_nameless
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Asked, Name, Offered, answer
from mblint.facts.names.untrusted import of_another_authority, untrusted
from mblint.facts.rows import Related
from mblint.facts.way.heard import ears
from mblint.facts.way.told_schemes import told_schemes
from mblint.facts.world import World


def called_certificate_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each host by which a pod calls a server of the view whose certificate is known."""
    shown: set[tuple[object, object, str]] = set()
    for found in find(world):
        setting, server = found.destination.setting, found.reached.server
        host = found.row.host.lower().rstrip(".")
        key = setting.workload.id, server.id if server is not None else None, host
        how = None if key in shown else checks(world, found)
        if how is None:
            continue
        if server is None:
            yield from _of_an_operator(world, found, how)
            continue
        by_web = found.destination.scheme in WEB
        offered = shown_by(world.cluster, server, or_common=True)
        if offered is None and by_web and _has_one(world, found, server):
            shown.add(key)
            yield from untrusted(world, found, server, None)
        asked = Asked("host", Name(host, setting.place, setting.label), setting.workload, setting.container)
        answered = answer(asked, [offered], fits=covers) if offered is not None else None
        if offered is not None and answered is not None:
            shown.add(key)
            missing = answered.verdict == "missing" and how == NAME
            yield _row(found, server, offered, "missing" if missing else "offered")
            if not missing and by_web:
                yield from untrusted(world, found, server, offered)
            if not missing:
                signed = signers(world.cluster, offered.by.id.namespace, secret_of(offered.by))
                yield from of_another_authority(world, found, server, offered, signed)


def _of_an_operator(world: World, found: Found, how: str) -> Iterator[CertificateHost]:
    """The rows of a call of a Service that an operator makes."""
    maker = found.resolution.maker
    shown = operated(world.cluster, maker) if maker is not None else None
    if maker is None or shown is None:
        return
    setting = found.destination.setting
    asked = Asked("host", Name(found.row.host.rstrip("."), setting.place, setting.label), setting.workload)
    answered = answer(asked, [shown.offered], fits=covers) if shown.offered is not None else None
    missing = answered is not None and answered.verdict == "missing" and how == NAME
    if shown.offered is not None:
        yield _row(found, maker, shown.offered, "missing" if missing else "offered")
    if not missing and shown.signed is not None:
        yield from of_another_authority(world, found, maker, shown.offered, shown.signed)


def _has_one(world: World, found: Found, server: Workload) -> bool:
    """Whether the server speaks TLS on that port: it is told a certificate of its own, or its software does so."""
    port = found.reached.pod_port
    told = any(row.port == port and row.scheme == "https" for row in told_schemes(world).get(id(server), ()))
    return told or any(
        one.known and heard.port == port and heard.speaks == "https"
        for one in ears(world)[id(server)]
        for heard in one.heard
    )


def shown_by(cluster: Cluster, server: Workload, *, or_common: bool = False, nameless: bool = False) -> Offered | None:
    """The names of the one certificate that its pods have a key to; None where there are several, or not all known."""
    namespace = server.id.namespace
    mounted = dict.fromkeys(
        used.name
        for used in used_by(server)
        if used.kind == "Secret" and used.setting.startswith("volume") and _may_be_shown(cluster, used)
    )
    found: list[Offered] = []
    for name in mounted:
        written = writers_of(cluster, namespace, name)
        read = own_or_nameless if nameless else own_certificate
        own = read(cluster, namespace, name) or only_leaf(cluster, namespace, name)
        if written:
            found += [
                Offered("host", each.object, alternative_names(cluster, each, or_common=or_common))
                for each in written
                if each.serves and not each.authority
            ]
            if not all(each.names for each in written):
                return None
        elif own is not None:
            found.append(own)
        elif (namespace, name) not in cluster.secrets:
            return None
    return found[0] if len(found) == 1 else None


def _may_be_shown(cluster: Cluster, used: Used) -> bool:
    held = cluster.secrets.get((used.workload.id.namespace, used.name)) if used.key is not None else None
    entry = held.entries.get(used.key) if held is not None and used.key is not None else None
    written = entry is not None and entry.text is not None and "-----BEGIN CERTIFICATE" in reveal(entry.text)
    return used.key in (None, "tls.crt", "public.crt") or written


def _row(found: Found, server: Object, offered: Offered, verdict: str) -> CertificateHost:
    setting, by = found.destination.setting, offered.by.id
    written = by.kind == "Certificate"
    names: Sequence[Name] = offered.names if written else offered.names[:1]
    client = f"{setting.workload.id.kind} {setting.workload.id.name}"
    return CertificateHost(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=tuple(
            Related(f"Certificate {by.name} is for {name.shown}" if written else "its certificate", name.place, by)
            for name in names
        ),
        linted=setting.workload.linted,
        what="host",
        name=found.row.host,
        settings=setting.label,
        client=client,
        server=f"{by.kind} {by.name}",
        offered=offered.shown,
        offered_by="dnsNames" if written else "tls.crt",
        verdict=verdict,
        guessed=True,
        use=f"{client} calls {server.id.kind} {server.id.name} by TLS as {found.row.host} ({setting.label})",
        refusal="it refuses the connection, unless it is told not to look",
        says=f"{by.kind} {by.name}, which that has to show, {made_out(offered)}",
    )
