"""The names by which kubectl knows resources: those of Kubernetes' own, and those of the view's definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.cluster import Cluster
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import Value
from mblint.settings.tables import load_table


class Resource(Struct, frozen=True):
    """A resource by its plural name. `cluster`: its objects are in no namespace."""

    name: str
    group: str
    others: tuple[str, ...] = ()
    cluster: bool = False


Resources = Mapping[str, Resource]


@remembered
def known_resources(cluster: Cluster) -> Resources:
    """By every name, and by name and group (`deployments.apps`)."""
    found: dict[str, Resource] = {}
    for resource in (*_of_kubernetes(), *_defined(cluster)):
        for name in (resource.name, *resource.others):
            found.setdefault(name, resource)
            if resource.group:
                found[f"{name}.{resource.group}"] = resource
    return found


def _defined(cluster: Cluster) -> Iterator[Resource]:
    for held in cluster.of_kind("CustomResourceDefinition", "apiextensions.k8s.io"):
        spec = held.place.at("spec")
        names, group = spec.at("names"), spec.at("group").value
        plural = names.at("plural").value
        if isinstance(plural, str) and isinstance(group, str):
            others = (names.at("singular").value, names.at("kind").value, *_texts(names.at("shortNames").value))
            yield Resource(
                plural,
                group,
                tuple(each.lower() for each in others if isinstance(each, str)),
                spec.at("scope").value == "Cluster",
            )


def _texts(value: Value) -> Iterator[str]:
    yield from (each for each in (value if isinstance(value, list) else ()) if isinstance(each, str))


@cache
def _of_kubernetes() -> tuple[Resource, ...]:
    return convert(load_table("kubectl", "resources"), tuple[Resource, ...])
