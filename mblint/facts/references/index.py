"""Every name in every object that the table of references knows of, and what there is of the kinds that are named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.read_pods import template_node
from mblint.cluster.remembered import remembered
from mblint.facts.credentials.used import used_by
from mblint.facts.references.annotated import named_in, names_in
from mblint.facts.references.controllers import namespace_of
from mblint.facts.references.table import PODS, Naming, namings
from mblint.manifests.documents import Place
from mblint.manifests.nodes import WrongType

_Key = tuple[str, str, str]  # kind, namespace ("" for cluster-wide kinds), name


class Named(Struct, frozen=True, eq=False):
    """One name in one object. `namespace` is that of what is named."""

    holder: Object
    naming: Naming
    name: str
    namespace: str
    place: Place
    wanted: tuple[str, ...] = ()  # the keys that are read of it

    @property
    def key(self) -> _Key:
        """What is named."""
        return self.naming.to.kind, self.namespace, self.name


class Meant(Struct, frozen=True):
    """The object that must be meant, and how it is known, as a clause about it."""

    object: Object
    why: str
    in_place: bool = False  # its name in place of the one written is the remedy


@remembered
def all_named(cluster: Cluster) -> tuple[Named, ...]:
    """Every name in every object, that the table knows of."""
    return tuple(named for naming in namings() for named in _named_by(cluster, naming))


def _named_by(cluster: Cluster, naming: Naming) -> Iterator[Named]:
    if naming.annotation is not None or naming.label is not None:
        yield from _marked(cluster, naming)
        return
    own = namespace_of(cluster, naming.controller) if naming.controller is not None else None
    if naming.controller is not None and own is None:
        return
    for holder in cluster.workloads if naming.kind == PODS else cluster.of_kind(naming.kind, *naming.groups):
        start = _start(holder, naming)
        for place in _places(start, naming.at.split(".")) if start is not None else ():
            beside = Place(place.document, place.path[:-1]).value
            if not isinstance(place.value, str) or not place.value:
                continue
            beside = beside if isinstance(beside, dict) else {}  # a list of names has nothing beside each
            if all((beside.get(key) or "") in values for key, values in naming.where.items()):
                named = named_in(place.value, naming.form)
                if named is None:
                    continue
                said = named[0] or (beside.get(naming.namespace) if naming.namespace is not None else None)
                within, name = own or holder.id.namespace, named[1]
                if isinstance(said, str) and said not in ("", "."):
                    within = said
                key = beside.get(naming.key) if naming.key is not None else None
                wanted = (*naming.keys, *((key,) if isinstance(key, str) and key else ()))
                yield Named(holder, naming, name, "" if naming.to.scope == "cluster" else within, place, wanted)


def _marked(cluster: Cluster, naming: Naming) -> Iterator[Named]:
    """The names in an annotation, or in a label."""
    where, key = ("annotations", naming.annotation) if naming.annotation is not None else ("labels", naming.label)
    marked = [
        (held, text)
        for held in cluster.of_kind(naming.kind, *naming.groups)
        if key is not None and (text := (held.annotations if where == "annotations" else held.labels).get(key))
        if all(held.annotations.get(other, "") in values for other, values in naming.where.items())
    ]
    if not marked:
        return
    there = [each.id for each in cluster.of_kind(naming.to.kind, *naming.to.groups)]
    for holder, text in marked:
        own, place = holder.id.namespace, holder.place.at("metadata", where, key or "")
        pairs = ((each.namespace, each.name) for each in there)
        for namespace, name in names_in(text, naming.form, own, pairs):
            yield Named(holder, naming, name, "" if naming.to.scope == "cluster" else namespace, place, naming.keys)


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


@remembered
def held(cluster: Cluster) -> Mapping[_Key, Object]:
    """What there is of the kinds that are named."""
    found: dict[_Key, Object] = {}
    for target in {(naming.to.kind, naming.to.groups): naming.to for naming in namings()}.values():
        for each in cluster.of_kind(target.kind, *target.groups):
            found[target.kind, "" if target.scope == "cluster" else each.id.namespace, each.id.name] = each
    if any(kind in ("Secret", "ConfigMap") for kind, _, _ in found):
        copies = (("Secret", cluster.secrets), ("ConfigMap", cluster.config_maps))
        found.update({(kind, *at): each for kind, objects in copies for at, each in objects.items()})
    return found


@remembered
def names(cluster: Cluster) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The names of what there is, by kind and namespace."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, namespace, name in held(cluster):
        found[kind, namespace].append(name)
    return {key: tuple(names) for key, names in found.items()}


@remembered
def used(cluster: Cluster) -> frozenset[_Key]:
    """Everything that something names. A binding gives an account its rights: only pods use it."""
    of_pods = (used.object_key for workload in cluster.workloads for used in used_by(workload))
    others = (named.key for named in all_named(cluster) if not named.holder.id.kind.endswith("RoleBinding"))
    return frozenset((*others, *of_pods))
