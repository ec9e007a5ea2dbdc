"""Finds the workload that a command line names."""

from __future__ import annotations

from mblint.cli.output import Refused
from mblint.cluster.by_name import workloads_like, workloads_named
from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload

_SHOWN = 8


def the_workload(cluster: Cluster, name: str) -> Workload:
    """The one workload that `[ns/][Kind/]name` means. Raises Refused, with what it may mean instead."""
    found = workloads_named(cluster, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"{name} means {len(found)} workloads: {_listed(found)}")
    similar = workloads_like(cluster, name)
    if similar:
        raise Refused(f"there is no workload {name}. Did you mean {_listed(similar)}?")
    known = tuple(sorted(cluster.workloads, key=lambda workload: workload.id))
    raise Refused(f"there is no workload {name}" + (f". There are {_listed(known)}" if known else ""))


def _listed(workloads: tuple[Workload, ...]) -> str:
    """Their ids, and how many more there are."""
    ids = [str(workload.id) for workload in workloads]
    more = [f"{len(ids) - _SHOWN} more"] if len(ids) > _SHOWN else []
    return ", ".join(ids[:_SHOWN] + more)
