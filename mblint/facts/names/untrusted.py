"""Servers whose certificates no image knows the authority of, and clients that are told of none.

Nobody but an authority of one's own issues a certificate for the name of a Service, nor does an image know the Issuers
`selfSigned` and `ca` of cert-manager. A client that checks it needs that authority: by a mount, or a setting. One whose
settings or mounts speak of any is let be, as is one that says it does not look.
Sources: https://cert-manager.io/docs/configuration/selfsigned/ , https://cert-manager.io/docs/configuration/ca/ ,
https://cabforum.org/working-groups/server/baseline-requirements/ (section 7.1.4.2.1: no internal names)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.facts.callers.dependencies import Found
from mblint.facts.names.authorities import Signers, may_trust
from mblint.facts.names.issued import is_own, issuer_of
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Offered
from mblint.facts.names.trust_files import told_authorities
from mblint.facts.rows import Related
from mblint.facts.way.heard import reads_what_is_not_there, told_texts
from mblint.facts.way.host_names import is_inside
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.world import World
from mblint.regex import regex

_TRUST = regex(
    r"(?i)(?<![a-z])(?:ca|cas|cacerts?|cafile|capath|certs?|certificates?|trust\w*|bundles?|ssl|tls|pem|crt|pki|jks|p12|pkcs12"
    r"|keystore|x509|x-509|insecure|verif\w*|authority|authorities|https[-_]?proxy)(?![a-z])"
)


def untrusted(world: World, found: Found, server: Workload, offered: Offered | None) -> Iterator[CertificateHost]:
    """The row of a call whose client cannot know the authority of the certificate that it is shown.

    `offered`: that certificate; None where it is not in the view, but the server speaks TLS.
    """
    setting, host = found.destination.setting, found.row.host.rstrip(".")
    client = setting.workload
    by = server if offered is None else offered.by
    signed = None if offered is None else _signed(world.cluster, offered.by)
    if signed is None and is_inside(host):
        signed = "is of an authority of one's own, since no other signs the name of a Service"
    if (
        signed is None
        or has_sidecar(client)
        or reads_what_is_not_there(world, client)
        or _knows_any(world, client, host)
    ):
        return
    shown = f"{by.id.kind} {by.id.name}"
    says = f"the certificate of {shown}{', which that has to show,' if by is not server else ''} {signed}"
    row = _row(found, server, by, says, "nothing that the pod is told or mounts speaks of an authority to trust")
    yield row if by is not server else replace(row, related=())


def of_another_authority(
    world: World, found: Found, server: Object, offered: Offered | None, shown: Signers | None
) -> Iterator[CertificateHost]:
    """The row of a call whose client is told of authorities, none of which signed what it is shown.

    `offered` None: an operator makes that certificate.
    """
    setting, by = found.destination.setting, server if offered is None else offered.by
    client = setting.workload
    told = None if has_sidecar(client) or shown is None else told_authorities(world, client, setting.container)
    if told is None or shown is None or any(may_trust(shown, each) for each in told):
        return
    others = ", ".join(dict.fromkeys(each.by for each in told))
    signed = "is in the view" if by.id.kind == "Secret" else f"is signed by {shown.by}"
    says = f"the certificate of {by.id.kind} {by.id.name} {signed}"
    refusal = f"the authorities that the pod mounts ({others}) are others, which did not sign that"
    yield _row(found, server, by, says, refusal)


def _row(found: Found, server: Object, by: Object, says: str, refusal: str) -> CertificateHost:
    """`by`: who has the certificate that the server shows, or the server itself."""
    setting = found.destination.setting
    client, name = setting.workload, f"{setting.workload.id.kind} {setting.workload.id.name}"
    shown = f"{by.id.kind} {by.id.name}"
    return CertificateHost(
        object=client.id,
        container=setting.container.name,
        place=setting.place,
        related=(Related(f"{shown} is what it is shown", by.place, by.id),),
        linted=client.linted,
        what="host",
        name=found.row.host,
        settings=setting.label,
        client=name,
        server=shown,
        verdict="untrusted",
        guessed=True,
        use=f"{name} calls {server.id.kind} {server.id.name} by TLS as {found.row.host} ({setting.label})",
        says=says,
        refusal=refusal,
    )


def _signed(cluster: Cluster, certificate: Object) -> str | None:
    """How a Certificate's issuer signs, where that is of one's own; None where that is not known."""
    issuer = issuer_of(cluster, certificate) if certificate.id.kind == "Certificate" else None
    if issuer is None or not is_own(issuer):
        return None
    shown = f"{issuer.id.kind} {issuer.id.name}"
    if not issuer.node.get("spec").get("selfSigned").absent:
        return f"is signed by itself ({shown})"
    return f"is signed by the authority of {shown}, which no image knows"


def _knows_any(world: World, client: Workload, host: str) -> bool:
    """Whether anything that the client's pods are told or mount has a word of certificates in it."""
    for text in told_texts(world, client):
        if _TRUST.search(text.replace(host, "")):
            return True
    for container in client.pod.containers:
        names = [each.name for each in container.env] + [word.text for word in container.words]
        mounted = [text for each in container.mounts for text in (each.mount_path, each.volume, each.sub_path or "")]
        if any(_TRUST.search(text) for text in (*names, *mounted)):
            return True
    sources = (source.name for volume in client.pod.volumes.values() for source in volume.files)
    return any(_TRUST.search(name) for name in sources)
