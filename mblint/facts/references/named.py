"""Objects that others name, as the table of references says, and whether the view has them.

Most of what is missing may be there all the same: classes are the cluster's, accounts may be another release's. So
only a name is judged that nearly is the name of an object that nobody names, and what is certain: what only one
release can bring (`sure` in the table), and kinds of which the user says that the view holds all (`complete`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.fills import filler_of
from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.read_pods import template_node
from mblint.cluster.remembered import remembered
from mblint.facts.credentials.references import used_by
from mblint.facts.edits.near_names import only_near, only_swapped
from mblint.facts.references.rows import NamedObject
from mblint.facts.references.table import PODS, Naming, namings
from mblint.facts.rows import Related
from mblint.facts.way.unseen import unrendered_release
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.manifests.nodes import WrongType, dotted
from mblint.remedies.rendered import instead

_Key = tuple[str, str, str]  # kind, namespace ("" for cluster-wide kinds), name


class Named(Struct, frozen=True, eq=False):
    """One name in one object. `namespace` is that of what is named."""

    holder: Object
    naming: Naming
    name: str
    namespace: str
    place: Place

    @property
    def key(self) -> _Key:
        """What is named."""
        return self.naming.to.kind, self.namespace, self.name


def named_objects(world: World) -> Iterator[NamedObject]:
    """A row for each name, in the order of the table."""
    complete = frozenset(world.config.cluster.complete)
    for named in all_named(world.cluster):
        yield _row(world.cluster, named, complete)


@remembered
def all_named(cluster: Cluster) -> tuple[Named, ...]:
    """Every name in every object, that the table knows of."""
    return tuple(named for naming in namings() for named in _named_by(cluster, naming))


def _named_by(cluster: Cluster, naming: Naming) -> Iterator[Named]:
    for holder in cluster.workloads if naming.kind == PODS else cluster.of_kind(naming.kind, *naming.groups):
        start = _start(holder, naming)
        for place in _places(start, naming.at.split(".")) if start is not None else ():
            beside = Place(place.document, place.path[:-1]).value
            if not isinstance(place.value, str) or not place.value:
                continue
            beside = beside if isinstance(beside, dict) else {}  # a list of names has nothing beside each
            if all((beside.get(key) or "") in values for key, values in naming.where.items()):
                said = beside.get(naming.namespace) if naming.namespace is not None else None
                within = said if isinstance(said, str) and said else holder.id.namespace
                yield Named(holder, naming, place.value, "" if naming.to.scope == "cluster" else within, place)


def _start(holder: Object, naming: Naming) -> Place | None:
    if naming.kind != PODS:
        return holder.place
    try:
        return template_node(holder.id.kind, holder.node).get("spec").place
    except WrongType:  # invalid-object tells it
        return None


def _places(place: Place, steps: Sequence[str]) -> Iterator[Place]:
    """The places that a path of the table leads to."""
    if not steps:
        yield place
        return
    inner = place.at(steps[0].removesuffix("[*]"))
    if not steps[0].endswith("[*]"):
        yield from _places(inner, steps[1:])
    elif isinstance(elements := inner.value, list):
        for index in range(len(elements)):
            yield from _places(inner.at(index), steps[1:])


def _row(cluster: Cluster, named: Named, complete: frozenset[str]) -> NamedObject:
    naming = named.naming
    if named.key in _held(cluster):
        return _made(named, "exists")
    if (why := _perhaps_there(cluster, named)) is not None:
        return _made(named, "unknown", reason=why)
    nearest = _nearest(cluster, named)
    if naming.sure and nearest is None and _is_of_others(cluster, named.namespace):
        return _made(named, "unknown", reason=f"the view has nothing but roles and bindings in {named.namespace}")
    if naming.sure or naming.to.kind in complete:
        return _made(named, "missing", cluster=cluster, nearest=nearest)
    if nearest is not None:
        return _made(named, "near", cluster=cluster, nearest=nearest)
    return _made(named, "unknown", reason=f"{naming.to.kind} {named.name} is not in the render, and may be elsewhere")


def _made(
    named: Named, verdict: str, *, cluster: Cluster | None = None, reason: str | None = None, nearest: str | None = None
) -> NamedObject:
    holder, kind = named.holder, named.naming.to.kind
    near = _held(cluster).get((kind, named.namespace, nearest)) if cluster is not None and nearest is not None else None
    return NamedObject(
        object=holder.id,
        place=named.place,
        related=(Related(f"{kind} {nearest} has nearly this name", near.place, near.id),) if near is not None else (),
        linted=holder.linted,
        edits=(instead(holder, named.place, nearest),) if nearest is not None and verdict == "near" else (),
        kind=kind,
        name=named.name,
        namespace=named.namespace,
        field=dotted(named.place.path[len(holder.place.path) :]),
        fails=named.naming.fails,
        verdict=verdict,
        reason=reason,
        nearest=nearest,
    )


def _perhaps_there(cluster: Cluster, named: Named) -> str | None:
    """Why an object may be there that the view lacks; None where nothing says so."""
    naming = named.naming
    if any(matches(named.name, glob) for glob in naming.known):
        return f"the cluster has {naming.to.kind} {named.name}"
    if named.namespace.startswith("kube-"):
        return f"{named.namespace} belongs to the cluster"
    if naming.to.kind in ("Secret", "ConfigMap"):
        filler = filler_of(cluster, naming.to.kind, named.namespace, named.name)
        if filler is not None:
            return f"{filler.id.kind} {filler.id.name} makes it"
    release = unrendered_release(named.namespace, cluster) if named.namespace else None
    if release is not None:
        return f"{release.id.kind} {release.id.name} brings objects to {named.namespace} that the view does not hold"
    return None


def _is_of_others(cluster: Cluster, namespace: str) -> bool:
    """Whether the view only binds accounts in a namespace, as an extension does in that of what it extends."""
    peopled = _peopled(cluster)
    return bool(peopled) and namespace not in peopled


@remembered
def _peopled(cluster: Cluster) -> frozenset[str]:
    """The namespaces in which the view has anything else than roles and their bindings."""
    bound = ("Role", "RoleBinding")
    return frozenset(each.id.namespace for each in cluster.everything if each.id.kind not in bound) - {""}


def _nearest(cluster: Cluster, named: Named) -> str | None:
    """The name that must be meant: the only near one, of an object that nobody names, or with two letters swapped."""
    kind, namespace, name = named.key
    if named.naming.selecting:
        return only_near(name, (service.id.name for service in _selecting(cluster, named.holder)))
    others = _names(cluster).get((kind, namespace), ())
    unused = (other for other in others if (kind, namespace, other) not in _used(cluster))
    return only_near(name, unused) or only_swapped(name, others)


def _selecting(cluster: Cluster, holder: Object) -> Iterator[Service]:
    """The headless Services of a workload's pods."""
    if isinstance(holder, Workload):
        labels = holder.pod.labels.items()
        for service in cluster.services.values():
            own = service.id.namespace == holder.id.namespace and service.headless and service.selector
            if own and service.selector.items() <= labels:
                yield service


@remembered
def _held(cluster: Cluster) -> Mapping[_Key, Object]:
    """What there is of the kinds that are named."""
    found: dict[_Key, Object] = {}
    for target in {(naming.to.kind, naming.to.groups): naming.to for naming in namings()}.values():
        for held in cluster.of_kind(target.kind, *target.groups):
            found[target.kind, "" if target.scope == "cluster" else held.id.namespace, held.id.name] = held
    if any(kind in ("Secret", "ConfigMap") for kind, _, _ in found):
        copies = (("Secret", cluster.secrets), ("ConfigMap", cluster.config_maps))
        found.update({(kind, *at): held for kind, objects in copies for at, held in objects.items()})
    return found


@remembered
def _names(cluster: Cluster) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The names of what there is, by kind and namespace."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, namespace, name in _held(cluster):
        found[kind, namespace].append(name)
    return {key: tuple(names) for key, names in found.items()}


@remembered
def _used(cluster: Cluster) -> frozenset[_Key]:
    """Everything that something names."""
    of_pods = (used.object_key for workload in cluster.workloads for used in used_by(workload))
    return frozenset((*(named.key for named in all_named(cluster)), *of_pods))
