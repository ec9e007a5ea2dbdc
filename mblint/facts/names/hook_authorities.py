"""Whether the API server is told of the authority that signed what it is shown by webhooks and aggregated APIs.

It trusts the certificates of `caBundle` alone. cert-manager's injector writes one there, from a Certificate or a Secret
that its annotations name with the namespace; the Secret has to allow it. Of texts of the view the signature is asked.
Sources: https://cert-manager.io/docs/concepts/ca-injector/ ,
https://github.com/cert-manager/cert-manager/blob/2d0d7f7f7424/pkg/controller/cainjector/sources.go ,
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#contacting-the-webhook
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.cluster.services import members
from mblint.facts.callers.call import Backend
from mblint.facts.callers.webhooks import Hook, hooks
from mblint.facts.names.authorities import has_signed, secret_of, signers
from mblint.facts.names.called_certificates import shown_by
from mblint.facts.names.issued import is_own, issuer_of, writers_of
from mblint.facts.names.own_certificates import certificates_in
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Offered
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place, texts_in

_FROM, _FROM_SECRET = "cert-manager.io/inject-ca-from", "cert-manager.io/inject-ca-from-secret"
_ALLOWS = "cert-manager.io/allow-direct-injection"
_INJECTS = ("inject", "ca-bundle", "cabundle", "sync-options", "kopf", "certs.")  # parts of annotations and labels
_RESOURCES = (
    "validatingwebhookconfigurations",
    "mutatingwebhookconfigurations",
    "apiservices",
    "customresourcedefinitions",
    "*",
)


def hook_authorities(world: World) -> Iterator[CertificateHost]:
    """A row for each that trusts nobody who signed what its pods show."""
    told: set[object] = set()
    for hook, _ in hooks(world):
        because = _because(world, hook) if hook.by.id not in told else None
        if because is not None:
            told.add(hook.by.id)
            yield _row(hook, *because)


def _because(world: World, hook: Hook) -> tuple[Place, str, Object | None] | None:
    """Where it stands, a clause, and what is shown."""
    notes = hook.by.annotations
    for key in (_FROM, _FROM_SECRET):
        if key in notes and "/" not in notes[key]:
            place = hook.by.place.at("metadata", "annotations", key)
            return place, f"its annotation {key} names {notes[key]} without a namespace, and is passed over", None
    if _FROM_SECRET in notes:
        return _not_allowed(world.cluster, hook, notes[_FROM_SECRET])
    offered = _shown(world, hook)
    if offered is None:
        return None
    bundle = _bundle(hook)
    if bundle:
        return _of_another(world.cluster, hook, bundle, offered)
    return _without(world.cluster, hook, offered)


def _not_allowed(cluster: Cluster, hook: Hook, named: str) -> tuple[Place, str, Object | None] | None:
    namespace, _, name = named.partition("/")
    place = hook.by.place.at("metadata", "annotations", _FROM_SECRET)
    says = f"the Secret {name} that its annotation {_FROM_SECRET} names does not allow it ({_ALLOWS})"
    secret = cluster.secrets.get((namespace, name))
    if secret is not None:
        return None if _ALLOWS in secret.annotations else (place, says, secret)
    writers = writers_of(cluster, namespace, name)
    if len(writers) == 1 and _ALLOWS not in writers[0].marks:
        return place, says, writers[0].object
    return None


def _shown(world: World, hook: Hook) -> Offered | None:
    to = hook.call.to
    service = world.cluster.services.get((to.namespace, to.service)) if isinstance(to, Backend) else None
    pods: tuple[Workload, ...] = tuple(members(world.cluster, service)) if service is not None else ()
    return shown_by(world.cluster, pods[0], nameless=True) if len(pods) == 1 else None


def _bundle(hook: Hook) -> str:
    reference = hook.call.place
    config = Place(reference.document, reference.path[:-2]).value  # clientConfig.service.name
    bundle = config.get("caBundle") if isinstance(config, dict) else None
    return bundle if isinstance(bundle, str) else ""


def _of_another(cluster: Cluster, hook: Hook, bundle: str, offered: Offered) -> tuple[Place, str, Object | None] | None:
    """A caBundle that signed nothing of what is shown, or is no certificate but another encoding of one."""
    text = _decoded(bundle)
    shown = signers(cluster, offered.by.id.namespace, secret_of(offered.by))
    if _is_replaced(cluster, hook):
        return None
    if not certificates_in(text):
        twice = certificates_in(_decoded(text))
        return (hook.call.place, "its caBundle is encoded twice (base64 of base64)", offered.by) if twice else None
    if shown is None or not shown.texts or any(has_signed(text, each) for each in shown.texts):
        return None
    return hook.call.place, "the certificate in its caBundle did not sign that", offered.by


def _without(cluster: Cluster, hook: Hook, offered: Offered) -> tuple[Place, str, Object | None] | None:
    """No caBundle, and nothing of the view that may write one."""
    by = offered.by
    if by.id.kind == "Certificate" and not is_own(issuer_of(cluster, by)):
        return None
    if _is_replaced(cluster, hook) or _skips(hook):
        return None
    return hook.call.place, "it has no caBundle, and nothing of the view writes one there", by


def _skips(hook: Hook) -> bool:
    return hook.by.place.at("spec", "insecureSkipTLSVerify").value is True


def _is_replaced(cluster: Cluster, hook: Hook) -> bool:
    """Whether an annotation, a program with the right to, or a command may write another bundle."""
    marks = (*hook.by.annotations, *hook.by.labels)
    return any(part in mark.lower() for mark in marks for part in _INJECTS) or _may_be_written(cluster)


@remembered
def _may_be_written(cluster: Cluster) -> bool:
    roles = (each for each in cluster.everything if each.id.kind in ("ClusterRole", "Role"))
    if any(text in _RESOURCES for role in roles for text in texts_in(role.place.value)):
        return True
    words = (word.text for each in cluster.workloads for one in each.pod.containers for word in one.words)
    return any("webhook" in reveal(word).lower() or "caBundle" in reveal(word) for word in words)


def _decoded(bundle: str) -> str:
    try:
        return b64decode("".join(bundle.split()), validate=True).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return ""


def _row(hook: Hook, place: Place, says: str, shown: Object | None) -> CertificateHost:
    to = hook.call.to
    host = f"{to.service}.{to.namespace}.svc" if isinstance(to, Backend) else ""
    by = f"{hook.by.id.kind} {hook.by.id.name}"
    return CertificateHost(
        object=hook.by.id,
        place=place,
        related=(Related("this is what it is shown", shown.place, shown.id),) if shown is not None else (),
        linted=hook.by.linted,
        what="host",
        name=host,
        settings="caBundle",
        client=by,
        server=host if shown is None else f"{shown.id.kind} {shown.id.name}",
        verdict="untrusted",
        use=f"The API server is to call {host} for {by}",
        says=says,
        refusal=f"so it does not trust the certificate there: {hook.effect}",
        ignored=hook.ignored,
    )
