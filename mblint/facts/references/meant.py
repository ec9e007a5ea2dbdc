"""What an object must have meant by a name that nothing has.

A name that nearly is the one of an object that nobody names, or is it but for the words that the names of a release
begin with, or has two letters of one swapped; the same name in another namespace, or of the kind beside it (an Issuer
and a ClusterIssuer); the only account that the release of the object makes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import is_custom, texts_at
from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.promised import is_given, promised
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.remembered import remembered
from mblint.cluster.services import services_in
from mblint.facts.edits.near_names import only_near, only_swapped
from mblint.facts.references.index import Meant, Named, held, names, used
from mblint.facts.references.unbound import left_unbound, running
from mblint.regex import regex

_OF_TLS = regex(r"(?i)tls|cert(?!ificates$)|rootCAs")
_OF_AUTHORITIES = regex(r"CA(?:Secret|SecretRef|\.\w+)?$")  # whose certificates are no server's own
_OF_CLUSTER = "Cluster"  # how kinds of the whole cluster are called beside those of a namespace


def meant(cluster: Cluster, named: Named) -> Meant | None:
    """The one that must be meant; None where nothing is near, or several are."""
    kind, namespace, _ = named.key
    near = _near(cluster, named) or _prefixed(cluster, named)
    if near is not None:
        there = held(cluster)[kind, namespace, near]
        return Meant(there, f"{kind} {near} has nearly this name", in_place=True)
    return (
        _made_as(cluster, named)
        or _of_the_only_certificate(cluster, named)
        or _of_the_other_scope(cluster, named)
        or _elsewhere(cluster, named)
        or _sole(cluster, named)
        or _only(cluster, named)
        or left_unbound(cluster, named)
    )


def _near(cluster: Cluster, named: Named) -> str | None:
    """The only near name, of an object that nobody names, or with two letters swapped."""
    kind, namespace, name = named.key
    if named.naming.selecting:
        there = [service.id.name for service in _selecting(cluster, named.holder)]
        return there[0] if len(there) == 1 else only_near(name, there)
    others = names(cluster).get((kind, namespace), ())
    unused = (other for other in others if (kind, namespace, other) not in used(cluster))
    return only_near(name, unused) or only_swapped(name, others)


def _made_as(cluster: Cluster, named: Named) -> Meant | None:
    """What makes a Secret of nearly that name, which nobody names."""
    kind, namespace, name = named.key
    made = {
        key[2]: each
        for key, each in promised(cluster).items()
        if key[:2] == (kind, namespace) and key not in used(cluster) and not is_given(each, name)
    }
    near = only_near(name, made)
    if near is None:
        return None
    maker = made[near].maker
    return Meant(maker, f"{maker.id.kind} {maker.id.name} makes one named {near}")


def _of_the_only_certificate(cluster: Cluster, named: Named) -> Meant | None:
    """What the only Certificate of the namespace makes that nobody names, where a field is for a server's own."""
    kind, namespace, _ = named.key
    if kind != "Secret" or _OF_TLS.search(named.naming.at) is None or _OF_AUTHORITIES.search(named.naming.at):
        return None
    made = [
        each
        for key, each in promised(cluster).items()
        if key[:2] == (kind, namespace)
        and each.maker.id.kind == "Certificate"
        and each.maker.place.at("spec", "isCA").value is not True
    ]
    for_it = [each for each in made if _is_made_out_to(each.maker, named.holder)]
    left = for_it or [each for each in made if (kind, namespace, each.name) not in used(cluster)]
    if len(left) != 1 or (len(made) > 1 and not for_it):
        return None
    return Meant(left[0].maker, f"Certificate {left[0].maker.id.name} makes one named {left[0].name}")


def _is_made_out_to(certificate: Object, holder: Object) -> bool:
    """Whether a name of it begins as the Services of the holder do, which are called after it."""
    names = texts_at(certificate.place.value, "spec.dnsNames[*]")
    own = holder.id.name
    return any(name == own or name.removeprefix("*.").startswith((f"{own}-", f"{own}.")) for name in names)


def _prefixed(cluster: Cluster, named: Named) -> str | None:
    """The only object that nobody names, and that has the name behind the words that the holder's own begins with.

    Kustomize (`namePrefix`) and charts write such words before all names, and now and then leave out one.
    """
    kind, namespace, name = named.key
    unused = (
        each for each in names(cluster).get((kind, namespace), ()) if (kind, namespace, each) not in used(cluster)
    )
    found = [
        each
        for each in unused
        if each.endswith(f"-{name}") and named.holder.id.name.startswith(each.removesuffix(name)) and "-" in name
    ]
    return found[0] if len(found) == 1 else None


def _selecting(cluster: Cluster, holder: Object) -> Iterator[Service]:
    """The headless Services of a workload's pods."""
    if isinstance(holder, Workload):
        labels = holder.pod.labels.items()
        for service in services_in(cluster, holder.id.namespace):
            if service.headless and service.selector and service.selector.items() <= labels:
                yield service


def _of_the_other_scope(cluster: Cluster, named: Named) -> Meant | None:
    """The same name, of the kind that is in a namespace where this one is of the whole cluster, or the reverse."""
    kind, namespace, name = named.key
    other = kind.removeprefix(_OF_CLUSTER) if kind.startswith(_OF_CLUSTER) else f"{_OF_CLUSTER}{kind}"
    within = "" if namespace else named.holder.id.namespace
    one = held(cluster).get((other, within, name))
    return None if one is None else Meant(one, f"{other} {name} has this name, and {kind} is what this field means")


def _elsewhere(cluster: Cluster, named: Named) -> Meant | None:
    """The only one of that name, in another namespace than the one that is looked in: of the same release, or named by
    nobody.

    A field without a namespace looks in the object's own. There only kinds are judged that are not Kubernetes' own,
    whose names (`default`, `data`) are those of many.
    """
    kind, namespace, name = named.key
    naming = named.naming
    if not namespace and naming.to.scope == "cluster":
        return None
    if naming.controller is not None and (written := _written(cluster).get(name)) is not None:
        return Meant(written, f"Certificate {written.id.name} makes it in namespace {written.id.namespace}")
    found = _by_name(cluster).get((kind, name), ())
    if len(found) == 1 and naming.form == "joined" and not namespace:
        first = found[0].id.namespace if names_namespace(found[0]) else "NAMESPACE"
        return Meant(found[0], f"a name here has its namespace before it: {first}-{name}@kubernetescrd")
    if len(found) != 1 or not names_namespace(found[0]):  # it is wherever the release is installed
        return None
    (one,) = found
    at_home = named.namespace == named.holder.id.namespace and naming.controller is None
    if at_home and not _is_of_one_project(named):
        return None
    own, often_afar = named.holder.release, at_home and (naming.namespace is not None or naming.form == "qualified")
    if (own is None or one.release != own) and not often_afar and (kind, one.id.namespace, name) in used(cluster):
        return None
    return Meant(one, f"{kind} {name} is in namespace {one.id.namespace}")


def _is_of_one_project(named: Named) -> bool:
    """Whether a name in the object's own namespace is that of a kind which is not Kubernetes' own.

    A label says to which object its own belongs, and an operator may be told to look for it in other namespaces.
    """
    naming = named.naming
    groups_are_custom = all(is_custom(f"{group}/v1") for group in naming.to.groups)
    return names_namespace(named.holder) and groups_are_custom and naming.label is None


@remembered
def _written(cluster: Cluster) -> Mapping[str, Object]:
    """The Certificates of cert-manager, by the names of the Secrets that they make."""
    made = (
        (each, each.place.at("spec", "secretName").value) for each in cluster.of_kind("Certificate", "cert-manager.io")
    )
    return {name: each for each, name in made if isinstance(name, str)}


@remembered
def _by_name(cluster: Cluster) -> Mapping[tuple[str, str], Sequence[Object]]:
    found: defaultdict[tuple[str, str], list[Object]] = defaultdict(list)
    for (kind, _, name), each in held(cluster).items():
        found[kind, name].append(each)
    return found


def _only(cluster: Cluster, named: Named) -> Meant | None:
    """The only object of the kind in the namespace, where its kind says that none but it can be meant."""
    kind, namespace, _ = named.key
    there = names(cluster).get((kind, namespace), ()) if named.naming.only else ()
    if len(there) != 1:
        return None
    one = held(cluster)[kind, namespace, there[0]]
    return Meant(one, f"{kind} {there[0]} is the only one in its namespace", in_place=True)


def _sole(cluster: Cluster, named: Named) -> Meant | None:
    """The only account that the release of the object makes there, where no pod runs as the one that is named.

    A binding may well mean an account of another release, unless it names its own namespace or release as one.
    """
    kind, namespace, name = named.key
    release = named.holder.release
    if not named.naming.sole or release is None or named.holder.id.namespace not in ("", namespace):
        return None
    own = [held(cluster)[kind, namespace, other] for other in names(cluster).get((kind, namespace), ())]
    made = [each for each in own if each.release == release]
    by_pod = isinstance(named.holder, Workload)
    if not by_pod and name not in (namespace, release):
        return None
    if len(made) != 1 or made[0].id.name.endswith(("-test", "-tests")):
        return None
    running_as = running(cluster)
    if (namespace, made[0].id.name) in running_as if by_pod else (namespace, name) in running_as:
        return None
    return Meant(made[0], f"{kind} {made[0].id.name} is the only one that the release {release} makes there")
