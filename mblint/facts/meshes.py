"""Service meshes, and into which pods they put their proxies.

The head of `rules/tables/meshes.yaml` explains the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from msgspec import Struct, convert, field

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.settings.tables import load_table


class Mark(Struct, frozen=True):
    """A label or an annotation, by its key (a glob), and the values that count; none: any."""

    of: Literal["namespace", "pod"]
    label: str | None = None
    annotation: str | None = None
    is_: tuple[str, ...] = field(default=(), name="is")

    def found(self, labels: Mapping[str, str], annotations: Mapping[str, str]) -> str | None:
        """The key that bears it; None where it is not there."""
        within, key = (labels, self.label) if self.label is not None else (annotations, self.annotation)
        return next((each for each, value in within.items() if self._is(each, value, key or "")), None)

    def _is(self, key: str, value: str, wanted: str) -> bool:
        return matches(key, wanted) and (not self.is_ or value.lower() in self.is_)


class Control(Struct, frozen=True, rename="kebab"):
    """What shows that a mesh's proxies are native sidecars by default."""

    image: str | None = None
    setting: str | None = None
    since: str | None = None
    config_map: str | None = None
    has: str | None = None


class Mesh(Struct, frozen=True):
    """One row."""

    name: str
    asked: tuple[Mark, ...]
    refused: tuple[Mark, ...]
    quits: tuple[str, ...]
    source: str
    native: tuple[Mark, ...] = ()
    control: Control | None = None


@cache
def meshes() -> tuple[Mesh, ...]:
    """All rows, in their order."""
    return convert(load_table("meshes", "meshes"), tuple[Mesh, ...])


class Asked(Struct, frozen=True):
    """What asks for a proxy: the object, and where it says so."""

    words: str  # "label istio-injection of Namespace team"
    place: Place
    object: Object


def asked_for(cluster: Cluster, workload: Workload, mesh: Mesh) -> Asked | None:
    """What asks for the proxy of a mesh in the pods of a workload; None where nothing does, or something refuses it."""
    if any(found(cluster, workload, mark) for mark in mesh.refused):
        return None
    return next((one for mark in mesh.asked if (one := found(cluster, workload, mark)) is not None), None)


def found(cluster: Cluster, workload: Workload, mark: Mark) -> Asked | None:
    """What bears a mark for the pods of a workload; None where nothing does."""
    kind = "labels" if mark.label is not None else "annotations"
    if mark.of == "pod":
        key = mark.found(workload.pod.labels, workload.pod.annotations)
        pod = workload.pod.place
        where = Place(pod.document, pod.path[:-1]).at("metadata", kind, key or "")
        return None if key is None else Asked(f"its own {kind[:-1]} {key}", where, workload)
    namespace = cluster.namespaces.get(workload.id.namespace)
    key = None if namespace is None else mark.found(namespace.labels, namespace.annotations)
    if namespace is None or key is None:
        return None
    where = namespace.place.at("metadata", kind, key)
    return Asked(f"the {kind[:-1]} {key} of Namespace {namespace.id.name}", where, namespace)
