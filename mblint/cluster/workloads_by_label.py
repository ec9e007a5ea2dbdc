"""Which workloads a selector may select: found by the labels of their templates, not by asking each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import set_at_run_time
from mblint.cluster.remembered import remembered


def workloads_in(cluster: Cluster, namespace: str) -> tuple[Workload, ...]:
    """The workloads of a namespace, in the view's order."""
    return _workloads(cluster).by_namespace.get(namespace, ())


def candidates(cluster: Cluster, namespace: str, selector: Selector) -> tuple[Workload, ...]:
    """The workloads of a namespace without those that a label of the selector rules out; others may be left.

    A label that something sets at run time rules out none: who will have it, no template says.
    """
    workloads = _workloads(cluster)
    found = [
        workloads.by_label.get((namespace, key, value), ())
        for key, value in selector.labels.items()
        if set_at_run_time(key, value) is None
    ]
    return min(found, key=len) if found else workloads_in(cluster, namespace)


class _Workloads(Struct, frozen=True):
    """Those of a cluster by namespace, and by namespace and label, in their order."""

    by_namespace: Mapping[str, tuple[Workload, ...]]
    by_label: Mapping[tuple[str, str, str], tuple[Workload, ...]]


@remembered
def _workloads(cluster: Cluster) -> _Workloads:
    by_namespace: defaultdict[str, list[Workload]] = defaultdict(list)
    by_label: defaultdict[tuple[str, str, str], list[Workload]] = defaultdict(list)
    for workload in cluster.workloads:
        namespace = workload.id.namespace
        by_namespace[namespace].append(workload)
        for key, value in workload.pod.labels.items():
            by_label[namespace, key, value].append(workload)
    return _Workloads(
        {namespace: tuple(found) for namespace, found in by_namespace.items()},
        {label: tuple(found) for label, found in by_label.items()},
    )
