"""Which object's operator makes a ConfigMap or Secret, or adds keys to it: only those that it names.

rules/tables/kinds.yaml says for each kind where it names them, or after what they are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import Fill, KindRow, is_custom, made_by_any, row_of, texts_at, usual_names
from mblint.cluster.objects import Other
from mblint.cluster.remembered import remembered
from mblint.globs import matches

_Filled = tuple[str | None, str, Other]  # namespace (None: any), name as a glob, who fills it


def filler_of(cluster: Cluster, kind: str, namespace: str, name: str) -> Other | None:
    """The object for which something else makes or fills this ConfigMap or Secret; None where none says so."""
    for within, glob, filler in _filled(cluster).get(kind, ()):
        if within in (None, namespace) and matches(name, glob):
            return filler
    return None


@remembered
def _filled(cluster: Cluster) -> Mapping[str, tuple[_Filled, ...]]:
    """What is filled, by kind."""
    found: defaultdict[str, list[_Filled]] = defaultdict(list)
    for other in cluster.others:
        row = row_of(other.api_version, other.id.kind)
        for fill in (*row.fills, *(made_by_any() if is_custom(other.api_version) else ())):
            for name in _names(other, fill):
                found[fill.kind].append((_namespace(other, row, fill), name, other))
    return {kind: tuple(filled) for kind, filled in found.items()}


def _namespace(other: Other, row: KindRow, fill: Fill) -> str | None:
    elsewhere = next(texts_at(other.place.value, fill.in_), None) if fill.in_ is not None else None
    return elsewhere or (None if row.scope == "cluster" else other.id.namespace)


def _names(other: Other, fill: Fill) -> Iterator[str]:
    said = [name for path in fill.at for name in texts_at(other.place.value, path)]
    yield from said or usual_names(other.id.name, other.place.value, fill)
