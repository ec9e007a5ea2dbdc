"""The name by which the API server calls a webhook, held against the Certificate that the webhook is trusted by.

cert-manager's injector writes the authority of a Certificate into the configuration that names it
(`cert-manager.io/inject-ca-from`). The API server asks for SERVICE.NAMESPACE.svc, whatever the pod is called.
Sources: https://cert-manager.io/docs/concepts/ca-injector/ ,
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.secrets import reveal
from mblint.cluster.services import members
from mblint.facts.callers.call import Backend
from mblint.facts.callers.webhooks import Hook, hooks
from mblint.facts.names.called_certificates import shown_by
from mblint.facts.names.issued import Certificate, alternative_names, certificates, covers
from mblint.facts.names.own_certificates import made_out, own_certificate
from mblint.facts.names.own_webhook_names import own_webhook_names
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Answer, Asked, Name, Offered, answer
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

_TRUSTS = ("cert-manager.io/inject-ca-from", "certmanager.k8s.io/inject-ca-from")


def webhook_certificate_hosts(world: World) -> Iterator[CertificateHost]:
    """A row for each Service that the API server calls by TLS, where a Certificate of the view is trusted for it."""
    shown: set[tuple[object, str]] = set()
    for hook, _ in hooks(world):
        host = _host(hook)
        if host is None or (hook.by.id, host) in shown:
            continue
        offered = _offered(world, hook)
        if offered is None:
            continue
        shown.add((hook.by.id, host))
        asked = Asked("host", Name(host, hook.call.place, "service"), hook.by)
        if (found := answer(asked, [offered], fits=covers)) is not None:
            yield _row(hook, asked, found)


def _offered(world: World, hook: Hook) -> Offered | None:
    """The names of what it is trusted by: of a Certificate, of the one in its own text, or of what its pods show."""
    cluster = world.cluster
    trusted = _trusted(cluster, hook)
    if trusted is not None:
        return _names(cluster, trusted)
    return _in_its_text(cluster, hook) or _of_its_pods(world, hook)


def _of_its_pods(world: World, hook: Hook) -> Offered | None:
    """The names of the one certificate that the pods behind its Service have a key to, or that is made for them."""
    cluster = world.cluster
    to = hook.call.to
    service = cluster.services.get((to.namespace, to.service)) if isinstance(to, Backend) else None
    pods = members(cluster, service) if service is not None else ()
    if len(pods) != 1:
        return None
    return shown_by(cluster, pods[0], nameless=True) or own_webhook_names(world).get(id(pods[0]))


def _in_its_text(cluster: Cluster, hook: Hook) -> Offered | None:
    """The names of the certificate in its `caBundle`, where a Secret of its namespace has the very same one to show."""
    to, reference = hook.call.to, hook.call.place
    config = Place(reference.document, reference.path[:-2]).value  # clientConfig.service.name
    bundle = config.get("caBundle") if isinstance(config, dict) else None
    if not isinstance(bundle, str) or not isinstance(to, Backend):
        return None
    pem = _decoded(bundle)
    for (namespace, name), secret in cluster.secrets.items():
        entry = secret.entries.get("tls.crt") if namespace == to.namespace else None
        if entry is not None and entry.text is not None and reveal(entry.text).strip() == pem.strip() != "":
            return own_certificate(cluster, namespace, name)
    return None


def _decoded(bundle: str) -> str:
    try:
        return b64decode(bundle, validate=True).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return ""


def _trusted(cluster: Cluster, hook: Hook) -> Certificate | None:
    """The Certificate that its configuration trusts, where that is what a server shows, and all its names are known."""
    said = next((hook.by.annotations[key] for key in _TRUSTS if key in hook.by.annotations), "")
    namespace, _, name = reveal(said).partition("/")
    for each in certificates(cluster):
        if (each.object.id.namespace, each.object.id.name) == (namespace, name):
            return each if each.names and not each.authority else None
    return None


def _names(cluster: Cluster, trusted: Certificate) -> Offered:
    """Its names, and those of the other Certificates of its namespace, which may be what the server shows."""
    own = alternative_names(cluster, trusted)
    within = [each for each in certificates(cluster) if each.object.id.namespace == trusted.object.id.namespace]
    others = [name for each in within if each is not trusted and not each.authority for name in each.names]
    return Offered("host", trusted.object, (*own, *others))


def _host(hook: Hook) -> str | None:
    to = hook.call.to
    return f"{to.service}.{to.namespace}.svc" if isinstance(to, Backend) else None


class _Shown(Struct, frozen=True):
    """What is known of the certificate that the API server is shown. `says`: a clause."""

    names: tuple[str, ...]
    related: tuple[Related, ...]
    said_by: str
    says: str
    may_be_near: bool = True


def _row(hook: Hook, asked: Asked, found: Answer) -> CertificateHost:
    by, shown = found.offered.by.id, _shown(found)
    return CertificateHost(
        object=hook.by.id,
        place=asked.name.place,
        related=shown.related,
        linted=hook.by.linted,
        what="host",
        name=asked.name.shown,
        settings=asked.name.said_by,
        client=f"{hook.by.id.kind} {hook.by.id.name}",
        server=f"{by.kind} {by.name}",
        offered=shown.names,
        offered_by=shown.said_by,
        verdict=found.verdict,
        reason=found.reason,
        nearest=found.nearest.shown if found.nearest is not None and shown.may_be_near else None,
        use=f"The API server calls its webhook as {asked.name.shown}",
        refusal=f"it refuses the connection, and {hook.effect}",
        ignored=hook.ignored,
        says=shown.says,
    )


def _shown(found: Answer) -> _Shown:
    """By whose it is: of a program that makes it itself, of a Certificate, or of a Secret."""
    by, offered = found.offered.by.id, found.offered
    if isinstance(offered.by, Workload):
        where = {str(name.place.path): Related("it is told the names here", name.place) for name in offered.names}
        said_by = offered.names[0].said_by
        says = f"{by.kind} {by.name} shows a certificate that is made for {', '.join(offered.shown)} ({said_by})"
        return _Shown(offered.shown, tuple(where.values()), said_by, says)
    own = [name for name in offered.names if name.said_by.endswith(f" {by.name}") or name.said_by == "commonName"]
    names = tuple(dict.fromkeys(name.shown for name in own))
    if by.kind == "Certificate":
        related = tuple(Related(f"Certificate {by.name} is for {name.shown}", name.place, by) for name in own)
        says = f"Certificate {by.name}, which it is to trust, {made_out(Offered('host', offered.by, tuple(own)))}"
        return _Shown(names, related, "dnsNames", says)
    here = Related("it is the certificate of this Secret", offered.by.place, by)
    says = f"the certificate in its caBundle, which Secret {by.name} shows, {made_out(offered)}"
    return _Shown(names, (here,), "tls.crt", says, may_be_near=False)
