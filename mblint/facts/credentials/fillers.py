"""Who else may add keys to a ConfigMap or Secret of the render: operators, controllers, Jobs with a role for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Other, Secret
from mblint.manifests.documents import Value
from mblint.settings.tables import load_table

_ROLES = ("Role", "ClusterRole")
_CHANGES = frozenset(("*", "update", "patch", "create"))


def filled_by(cluster: Cluster, held: ConfigMap | Secret) -> str | None:
    """A clause that says why keys may be added to an object after it is applied; None where nothing shows that."""
    if not held.entries:
        return "it is empty in the render, so something else must fill it"
    if isinstance(held, Secret) and held.type in _types():
        return f"a controller makes the keys of a Secret of type {held.type}"
    for key in (*held.annotations, *held.labels):
        if any(mark in key for mark in _marks()):
            return f"its {key} says that something else fills it"
    for other in cluster.others:
        if other.id.namespace in ("", held.id.namespace) and _may_change(other, held):
            return f"{other.id.kind} {other.id.name} may have keys added to it"
    return None


def _may_change(other: Other, held: ConfigMap | Secret) -> bool:
    if other.id.kind in _ROLES:
        return any(_role_may_change(rule, held) for rule in _list(_value(other), "rules"))
    return is_named_by(other, held.id.name)


def is_named_by(other: Other, name: str) -> bool:
    """True for a custom resource that has this name itself, or somewhere in it."""
    group = other.api_version.rpartition("/")[0]
    custom = "." in group and not group.endswith("k8s.io")
    return custom and name in _texts(_value(other))


def _role_may_change(rule: Value, held: ConfigMap | Secret) -> bool:
    """A role that names the object, and may write to it. One for all objects is too common to say anything."""
    names = _list(rule, "resourceNames")
    return held.id.name in names and not _CHANGES.isdisjoint(str(verb) for verb in _list(rule, "verbs"))


def _list(value: Value, key: str) -> list[Value]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _value(other: Other) -> Value:
    value = other.place.document.value
    for step in other.place.path:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    return value


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


@cache
def _marks() -> tuple[str, ...]:
    return tuple(str(row["mark"]) for row in load_table("filled", "marks"))


@cache
def _types() -> frozenset[str]:
    return frozenset(str(row["type"]) for row in load_table("filled", "types"))
