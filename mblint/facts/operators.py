"""Services that operators make for their custom resources, and that no render shows."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from mblint.cluster.cluster import Cluster
from mblint.facts.tables import table


def made_by_an_operator(service: str, namespace: str, cluster: Cluster) -> str | None:
    """The custom resource (`Cluster docs`) of the namespace for which an operator makes a Service of this name."""
    for other in cluster.others:
        if other.id.namespace != namespace:
            continue
        group = other.api_version.rpartition("/")[0]
        for pattern in _patterns().get((group, other.id.kind), ()):
            if fnmatchcase(service, pattern.format(name=other.id.name)):
                return f"{other.id.kind} {other.id.name}"
    return None


@cache
def _patterns() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (str(row["group"]), str(row["kind"])): tuple(str(row["services"]).split())
        for row in table("operator-services", "operators")
    }
