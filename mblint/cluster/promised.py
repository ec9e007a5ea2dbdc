"""ConfigMaps and Secrets that operators make from objects of the view, by the names and the keys that these say.

An ExternalSecret lists the keys of its Secret, a SealedSecret has them in plain text. rules/tables/kinds.yaml says
where, and what lets such an object fill in more than it lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import Fill, KindRow, More, row_of, texts_at, usual_names, value_at
from mblint.cluster.objects import Other
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import Place, texts_in

_COPIERS = ("reflector", "replicator", "kubed", "config-syncer", "emberstack")  # words of their annotations
NAMED_BY_HAND = ("Certificate", "ExternalSecret", "SealedSecret")  # which say what they make


class Promised(Struct, frozen=True, eq=False):
    """What `maker` lets an operator make. `keys` None: nothing says which. `texts`: where its templates stand."""

    maker: Other
    kind: str
    namespace: str
    name: str
    keys: tuple[str, ...] | None
    texts: Place | None = None


@remembered
def promised(cluster: Cluster) -> Mapping[tuple[str, str, str], Promised]:
    """By kind, namespace and name; what several make, or what is made beside one of the view, has no keys to go by."""
    return {key: made[0] if len(made) == 1 else _of_many(made[0]) for key, made in makers(cluster).items()}


@remembered
def makers(cluster: Cluster) -> Mapping[tuple[str, str, str], list[Promised]]:
    """All that let one be made, by its kind, namespace and name."""
    found: defaultdict[tuple[str, str, str], list[Promised]] = defaultdict(list)
    for other in cluster.others:
        row = row_of(other.api_version, other.id.kind)
        without = _not_known_by_acme(cluster, other)
        for fill in _fills(row, other) if row.scope == "namespaced" else ():
            for each in _of(other, fill, without):
                found[each.kind, each.namespace, each.name].append(each)
    return found


def may_be_copied(cluster: Cluster, kind: str, name: str) -> bool:
    """Whether one of that name, of the view or promised by it, tells a controller to copy it to other namespaces."""
    return (kind, name) in _copied(cluster)


@remembered
def _copied(cluster: Cluster) -> frozenset[tuple[str, str]]:
    """By kind and name."""
    held = [each for objects in (cluster.secrets, cluster.config_maps) for each in objects.values()]
    marked: list[tuple[str, str, Collection[str]]] = [(each.id.kind, each.id.name, each.annotations) for each in held]
    for (kind, _, name), made in promised(cluster).items():
        template = made.maker.place.at("spec", "secretTemplate", "annotations").value
        if isinstance(template, dict):
            marked.append((kind, name, template))
    return frozenset(
        (kind, name) for kind, name, keys in marked if any(mark in key for key in keys for mark in _COPIERS)
    )


def is_given(made: Promised, name: str) -> bool:
    """Whether what makes one names another itself: that is brought by somebody else, and not meant for what is made.

    What an ExternalSecret names is where the texts are, and no object of the cluster.
    """
    if made.maker.id.kind in NAMED_BY_HAND:
        return False
    return any(text == name for text in texts_in(made.maker.place.at("spec").value))


def _fills(row: KindRow, other: Other) -> Iterator[Fill]:
    """Those that are for this object: with templates where it has some, else those without."""
    templated = any(fill.texts and value_at(other.place.value, fill.texts) for fill in row.fills)
    return (fill for fill in row.fills if bool(fill.texts) == templated and _is_so(other, fill))


def _is_so(other: Other, fill: Fill) -> bool:
    return fill.where is None or any(text in fill.where.is_ for text in texts_at(other.place.value, fill.where.at))


def _of_many(one: Promised) -> Promised:
    return Promised(one.maker, one.kind, one.namespace, one.name, None)


def _not_known_by_acme(cluster: Cluster, other: Other) -> tuple[str, ...]:
    """The keys that cert-manager leaves out of a Certificate's Secret: by ACME it never learns of the authority.

    Source: https://cert-manager.io/v1.1-docs/concepts/certificate
    """
    if other.id.kind != "Certificate" or not isinstance(other.place.value, dict):
        return ()
    ref = other.place.at("spec", "issuerRef")
    kind, name = ref.at("kind").value or "Issuer", ref.at("name").value
    for issuer in cluster.of_kind(kind, "cert-manager.io") if kind in ("Issuer", "ClusterIssuer") else ():
        near = kind == "ClusterIssuer" or issuer.id.namespace == other.id.namespace
        if near and issuer.id.name == name and issuer.place.at("spec", "acme").value is not None:
            return ("ca.crt",)
    return ()


def _of(other: Other, fill: Fill, without: tuple[str, ...]) -> Iterator[Promised]:
    value = other.place.value
    said = [name for path in fill.at for name in texts_at(value, path)]
    names = said or list(usual_names(other.id.name, value, fill))
    keys = [*fill.writes, *(key for path in fill.keys for key in texts_at(value, path))]
    keys = [key for key in keys if key not in without]
    texts = other.place.at(*fill.texts.split(".")) if fill.texts else None
    if texts is not None and isinstance(texts.value, dict):
        keys.extend(texts.value)
    closed = bool(keys) and not any(_holds(other, each) for each in fill.more)
    for name in names if fill.in_ is None else ():
        if "*" not in name:
            yield Promised(other, fill.kind, other.id.namespace, name, tuple(keys) if closed else None, texts)


def _holds(other: Other, more: More) -> bool:
    if more.annotation is not None and more.annotation in other.annotations:
        return True
    at = value_at(other.place.value, more.at) if more.at is not None else None
    return at not in (None, {}, [], "", *more.but)
