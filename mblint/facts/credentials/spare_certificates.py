"""The Certificate that a volume must mean whose Secret nothing makes: the only one whose own Secret nobody names.

Who mounts a certificate mounts one that a Certificate writes: for a server, one that is made out to a Service of its
pods; for a client, whatever is the only one left. A name beside which none is left may be that of a Secret from
elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import texts_at
from mblint.cluster.objects import Object, Workload
from mblint.cluster.promised import Promised, promised
from mblint.cluster.remembered import remembered
from mblint.cluster.services import services_of
from mblint.facts.credentials.used import ObjectKey, Used, used_by
from mblint.manifests.documents import texts_in
from mblint.regex import regex

_OF_TLS = regex(r"(?i)(?:^|[^a-z])(?:tls|ssl|certs?|certificates?|ca|crt|https)(?:[^a-z]|$)")
_KEYS = frozenset(("tls.crt", "tls.key", "ca.crt"))
_KIND = "Certificate"


def spare_certificate(cluster: Cluster, used: Used, referred: Mapping[ObjectKey, Collection[Used]]) -> Promised | None:
    """What the Certificate makes that must be meant; None where several are left, or none is for the pods."""
    if used.kind != "Secret" or not used.setting.startswith("volume "):
        return None
    asked = {each.key for each in referred.get(used.object_key, ())}
    if not (asked - {None} <= _KEYS) or not (_OF_TLS.search(used.name) or asked & _KEYS):
        return None
    here = _spare(cluster).get(used.workload.id.namespace, ())
    own = {each.name for each in used_by(used.workload)}
    fitting = [each for each in here if each.name not in own and _is_for(cluster, each, used.workload)]
    if len(fitting) == 1:
        return fitting[0]
    spare = [each for each in here if _key(each) not in referred]
    return spare[0] if len(spare) == 1 and asked == {"ca.crt"} else None


def _key(made: Promised) -> ObjectKey:
    return made.kind, made.namespace, made.name


def _is_for(cluster: Cluster, made: Promised, workload: Workload) -> bool:
    """Whether it is made out to a Service of these pods."""
    names = {str(name) for name in texts_at(made.maker.place.value, "spec.dnsNames[*]")}
    services = {service.id.name for service in services_of(cluster, workload)}
    return any(name.removeprefix("*.").partition(".")[0] in services for name in names)


@remembered
def _spare(cluster: Cluster) -> Mapping[str, tuple[Promised, ...]]:
    """By namespace: the Secrets of Certificates that no other object of the view has in it."""
    found: defaultdict[str, list[Promised]] = defaultdict(list)
    for made in promised(cluster).values():
        if made.maker.id.kind == _KIND and not _is_authority(made.maker):
            found[made.namespace].append(made)
    others: list[Object] = [*cluster.others, *cluster.routes] if found else []
    named = {text for other in others if other.id.kind != _KIND for text in texts_in(other.place.value)}
    return {
        namespace: tuple(each for each in made if not any(each.name in text for text in named))
        for namespace, made in found.items()
    }


def _is_authority(maker: Object) -> bool:
    return maker.place.at("spec", "isCA").value is True
