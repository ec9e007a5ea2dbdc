"""The name by which a pod calls another one by TLS, held against the certificate that the other has to show.

A client that checks the certificate compares its names with the host that it was told, as a browser does. Which
certificate a server shows is known where its pods mount just one Secret that has a key to it, and a Certificate writes
that, or its own text is in the view. A client whose settings speak of not checking is let be.
Sources: https://www.rfc-editor.org/rfc/rfc6125#section-6 ,
https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS ,
https://www.mongodb.com/docs/manual/reference/connection-string-options/#tls-options
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.credentials.used import used_by
from mblint.facts.names.issued import Certificate, certificates, covers
from mblint.facts.names.own_certificates import own_certificate
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Asked, Name, Offered, answer
from mblint.facts.names.untrusted import untrusted
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.heard import ears
from mblint.facts.way.told_schemes import told_schemes
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin

_WEB = ("https", "wss")
_MONGO = ("mongodb", "mongodb+srv")
# Drivers compare the host's name, unless an option of the address says otherwise.
_BY_TLS, _TRUSTS_ANY = (
    regex(r"(?i)[?&](?:tls|ssl)=true"),
    regex(r"(?i)[?&](?:tls|ssl)(?:insecure|allowinvalid|invalid)"),
)
_FULL = regex(r"(?i)(?:^|sslmode=|ssl-mode=)(?:verify-full|verify_identity)$|sslmode=verify-full")
# A setting that says so, and one whose value may: `INSECURE_SKIP_VERIFY`, `VERIFY_SSL=false`, `NODE_TLS_REJECT_…=0`.
_UNCHECKED = regex(
    r"(?i)insecure|skip[-_.]?(?:tls|ssl|verif|hostname)|no[-_.]?verif|verif\w*|reject[-_.]?unauthorized|allow[-_.]?self"
    r"|check[-_.]?(?:hostname|cert)|hostname[-_.]?verif|server[-_.]?name"
)
_UNCHECKED_OPTION = regex(r"(?:^|\s)(?:-{1,2}tls-skip-verify|--insecure|-k)(?:\s|$)")
# Of several letters behind one dash, as `-skf`, curl takes each; Source: https://curl.se/docs/manpage.html
_UNCHECKED_CLIENT = regex(
    r"\bcurl\b[^|;&\n]*?\s-(?:-insecure\b|[A-Za-z#]{0,9}k)|\bwget\b[^|;&\n]*?--no-check-certificate"
)
_SAYS_IT_CHECKS = ("true", "1", "yes", "on", "full", "verify-full", "verify_identity", "required")


def called_certificate_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each host by which a pod calls a server of the view whose certificate is known."""
    shown: set[tuple[object, object, str]] = set()
    for found in find(world):
        setting, server = found.destination.setting, found.reached.server
        host = found.row.host.lower().rstrip(".")
        key = setting.workload.id, server.id if server is not None else None, host
        if server is None or key in shown or not _checks(world, found):
            continue
        offered = shown_by(world.cluster, server)
        if offered is None and found.destination.scheme in _WEB and _has_one(world, found, server):
            shown.add(key)
            yield from untrusted(world, found, server, None)
        asked = Asked("host", Name(host, setting.place, setting.label), setting.workload, setting.container)
        answered = answer(asked, [offered], fits=covers) if offered is not None else None
        if offered is not None and answered is not None:
            shown.add(key)
            yield _row(found, server, offered, answered.verdict)
            if answered.verdict == "offered" and found.destination.scheme in _WEB:
                yield from untrusted(world, found, server, offered)


def _checks(world: World, found: Found) -> bool:
    """Whether the client insists on a certificate for the host that it calls, as far as anybody says."""
    setting, scheme = found.destination.setting, found.destination.scheme or ""
    if found.destination.hidden or found.destination.assumed or not found.row.hard or found.reached.beside:
        return False
    told = settings_of(world, setting.workload, setting.container)
    if found.reached.server is setting.workload and _asks_itself_unchecked(setting.container):
        return False
    if setting.origin is Origin.ARGUMENT and _runs_an_unchecked_client(setting.container):
        return False
    if scheme in _MONGO:
        text = reveal(setting.value) if setting.value is not None else ""
        return bool(_BY_TLS.search(text)) and not _TRUSTS_ANY.search(text)
    if scheme not in _WEB and not any(each.value and _FULL.search(reveal(each.value).strip()) for each in told):
        return False
    return not any(_is_unchecked(each.key, "" if each.value is None else reveal(each.value)) for each in told)


def _asks_itself_unchecked(container: Container) -> bool:
    """Whether probes, for which a server is told its own address, call it without looking at its certificate."""
    return any(_UNCHECKED_OPTION.search(" ".join(probe.command)) for _, probe in probes(container))


def _runs_an_unchecked_client(container: Container) -> bool:
    """Whether its words run curl or wget so that these look at no certificate: which of several calls is not asked."""
    words = [word.text for word in container.words]
    return any(_UNCHECKED_CLIENT.search(text) for text in (*words, " ".join(words)))


def _is_unchecked(key: str, value: str) -> bool:
    if not _UNCHECKED.search(key):
        return bool(re.search(r"(?i)insecure|verify=(?:false|0|no)|(?:^|\s)-k(?:\s|$)", value))
    return value.strip().lower() not in _SAYS_IT_CHECKS or bool(re.search(r"(?i)insecure|skip|no[-_.]?verif", key))


def _has_one(world: World, found: Found, server: Workload) -> bool:
    """Whether the server speaks TLS on that port: it is told a certificate of its own, or its software does so."""
    port = found.reached.pod_port
    told = any(row.port == port and row.scheme == "https" for row in told_schemes(world).get(id(server), ()))
    return told or any(
        one.known and heard.port == port and heard.speaks == "https"
        for one in ears(world)[id(server)]
        for heard in one.heard
    )


def shown_by(cluster: Cluster, server: Workload) -> Offered | None:
    """The names of the one certificate that its pods have a key to; None where there are several, or not all known."""
    namespace = server.id.namespace
    mounted = dict.fromkeys(
        used.name
        for used in used_by(server)
        if used.kind == "Secret" and used.setting.startswith("volume") and used.key in (None, "tls.crt", "public.crt")
    )
    found: list[Offered] = []
    for name in mounted:
        written = [each for each in certificates(cluster) if _writes(each, namespace, name)]
        own = own_certificate(cluster, namespace, name)
        if written:
            found += [
                Offered("host", each.object, each.names) for each in written if each.serves and not each.authority
            ]
            if not all(each.names for each in written):
                return None
        elif own is not None:
            found.append(own)
        elif (namespace, name) not in cluster.secrets:
            return None
    return found[0] if len(found) == 1 else None


def _writes(certificate: Certificate, namespace: str, name: str) -> bool:
    return certificate.object.id.namespace == namespace and certificate.secret.text == name


def _row(found: Found, server: Workload, offered: Offered, verdict: str) -> CertificateHost:
    setting, by = found.destination.setting, offered.by.id
    written = by.kind == "Certificate"
    names: Sequence[Name] = offered.names if written else offered.names[:1]
    client = f"{setting.workload.id.kind} {setting.workload.id.name}"
    made_out = f"to {', '.join(offered.shown)} (dnsNames)" if written else "to other names"
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
        says=f"{by.kind} {by.name}, which that has to show, is made out {made_out}",
    )
