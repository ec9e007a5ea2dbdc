"""What operators make for their custom resources, and no render shows: Services, and pods behind Services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Other
from mblint.cluster.remembered import remembered
from mblint.globs import matches
from mblint.settings.tables import as_texts, load_table


def maker_of(service: str, namespace: str, cluster: Cluster) -> Other | None:
    """The custom resource of the namespace for which an operator makes a Service of this name."""
    return next((other for glob, other in _made(cluster).get(namespace, ()) if matches(service, glob)), None)


@remembered
def _made(cluster: Cluster) -> Mapping[str, tuple[tuple[str, Other], ...]]:
    """By namespace: the Services that operators make, as globs."""
    found: defaultdict[str, list[tuple[str, Other]]] = defaultdict(list)
    for other in cluster.others:
        group = other.api_version.rpartition("/")[0]
        for pattern in _patterns().get((group, other.id.kind), ()):
            found[other.id.namespace].append((pattern.format(name=other.id.name), other))
    return {namespace: tuple(made) for namespace, made in found.items()}


def may_make_pods(other: Other, namespace: str) -> bool:
    """True for a custom resource of the namespace whose operator may start pods that no manifest shows."""
    if other.id.namespace != namespace:
        return False
    group = other.api_version.rpartition("/")[0]
    return "." in group and (group, other.id.kind) not in _podless() and (group, "*") not in _podless()


@cache
def _podless() -> frozenset[tuple[str, str]]:
    return frozenset(
        (str(row["group"]), kind)
        for row in load_table("operator-services", "podless")
        for kind in as_texts(row, "kinds")
    )


@cache
def _patterns() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (str(row["group"]), str(row["kind"])): tuple(str(row["services"]).split())
        for row in load_table("operator-services", "operators")
    }
