"""Who else may add keys to a ConfigMap or Secret of the render: operators, controllers, Jobs with a role for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from mblint.cluster.cluster import Cluster
from mblint.cluster.fills import filler_of
from mblint.cluster.objects import ConfigMap, Object, Secret
from mblint.cluster.remembered import remembered
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex
from mblint.settings.tables import load_table, program_rows
from mblint.software.programs import Programs
from mblint.software.running import Fills

_RBAC = "rbac.authorization.k8s.io"
_WRITES = regex(r"\b(?:kubectl|oc)\b[^\n|;]*\s(?:patch|apply|replace|create|edit|set)\s")
_BETWEEN_WORDS = regex(r"[^A-Za-z0-9.-]+")
_LONGEST = 65_536  # characters of a command
_CHANGES = frozenset(("*", "update", "patch", "create"))


def filled_by(cluster: Cluster, held: ConfigMap | Secret, programs: Programs) -> str | None:
    """A clause that says why keys may be added to an object after it is applied; None where nothing shows that."""
    if not held.entries:
        return "it is empty in the render, so something else must fill it"
    if isinstance(held, Secret) and held.type in _types():
        return f"a controller makes the keys of a Secret of type {held.type}"
    for key in (*held.annotations, *held.labels):
        if any(mark in key for mark in _marks(programs)):
            return f"its {key} says that something else fills it"
    if held.id.name in written_by_commands(cluster):
        return "a command of the render names it and writes to objects of the cluster"
    kind = "Secret" if isinstance(held, Secret) else "ConfigMap"
    filler = filler_of(cluster, kind, held.id.namespace, held.id.name) or _role_over(cluster, held)
    return None if filler is None else f"{filler.id.kind} {filler.id.name} may have keys added to it"


@remembered
def written_by_commands(cluster: Cluster) -> frozenset[str]:
    """The words of commands and scripts by which kubectl writes to objects: `kubectl patch secret/shop-db …`."""
    commands = (text.text for workload in cluster.workloads for each in workload.pod.containers for text in each.words)
    scripts = (entry.text for held in cluster.config_maps.values() for entry in held.entries.values())
    texts = (str(text)[:_LONGEST] for text in (*commands, *scripts) if text is not None)
    return frozenset(word for text in texts if _WRITES.search(text) for word in _BETWEEN_WORDS.split(text))


def _role_over(cluster: Cluster, held: ConfigMap | Secret) -> Object | None:
    """A role that names the object, and may write to it. One for all objects is too common to say anything."""
    for role in cluster.of_kind("Role", _RBAC) + cluster.of_kind("ClusterRole", _RBAC):
        rules, _ = read_parts(role.node, _rules_that_write)
        if role.id.namespace in ("", held.id.namespace) and held.id.name in (rules or ()):
            return role
    return None


def role_that_makes(cluster: Cluster, kind: str, namespace: str, name: str) -> Object | None:
    """A role that names an object which is not there, and may create objects of its kind: its holder makes it."""
    resource = f"{kind.lower()}s"
    for role in cluster.of_kind("Role", _RBAC) + cluster.of_kind("ClusterRole", _RBAC):
        if role.id.namespace in ("", namespace):
            made, _ = read_parts(role.node, partial(_makes, resource, name))
            if made:
                return role
    return None


def _makes(resource: str, name: str, role: Node) -> bool:
    about = [rule for rule in role.get("rules").items() if resource in rule.get("resources").texts()]
    named = any(name in rule.get("resourceNames").texts() for rule in about)
    return named and any(not {"create", "*"}.isdisjoint(rule.get("verbs").texts()) for rule in about)


def _rules_that_write(role: Node) -> frozenset[str]:
    """The names of the objects that a role may change."""
    return frozenset(
        name
        for rule in role.get("rules").items()
        if not _CHANGES.isdisjoint(rule.get("verbs").texts())
        for name in rule.get("resourceNames").texts()
    )


@remembered
def _marks(programs: Programs) -> tuple[str, ...]:
    return tuple(
        str(row["mark"]) for row in (*load_table("filled", "marks"), *program_rows(programs, Fills, name="software"))
    )


@cache
def _types() -> frozenset[str]:
    return frozenset(str(row["type"]) for row in load_table("filled", "types"))


def made_everywhere(kind: str, name: str) -> str | None:
    """Who makes an object of this name in every namespace, as messages call that; None where nobody is known to."""
    return _everywhere().get((kind, name))


@cache
def _everywhere() -> Mapping[tuple[str, str], str]:
    return {(str(row["kind"]), str(row["name"])): str(row["by"]) for row in load_table("filled", "everywhere")}
