"""Names of single pods: those of a StatefulSet by their number, and pods with a hostname of their own.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id.
"""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Service, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.autoscalers import autoscaler_of


def is_pod_of(name: str, workload: Workload, service: Service) -> bool:
    """StatefulSet pods of their governing Service, and pods with a hostname and this Service as their subdomain."""
    if workload.id.kind == "StatefulSet" and workload.service_name == service.id.name:
        stem, _, ordinal = name.rpartition("-")
        return stem == workload.id.name.lower() and ordinal.isdigit()
    return workload.pod.subdomain == service.id.name and (workload.pod.hostname or "").lower() == name


def is_lost_pod(pod: str, service: str, namespace: str, cluster: Cluster) -> bool:
    """Whether the name can only be a pod's, and the Service has no such pod, or is not there."""
    held = cluster.services.get((namespace, service))
    if held is None:
        return _is_pod_without_service(pod, service, namespace, cluster)
    return _one_too_many(pod, held, cluster) is not None or _governed_elsewhere(pod, held, cluster) is not None


def whose(pod: str, service: Service, cluster: Cluster) -> str:
    """Why a Service lacks the pod, where a StatefulSet is meant: `: StatefulSet shop has one pod, shop-0`."""
    if (beyond := _one_too_many(pod, service, cluster)) is not None:
        return f": StatefulSet {beyond.id.name} has {_pods_there(beyond)}"
    if (other := _governed_elsewhere(pod, service, cluster)) is not None:
        below = f"below its serviceName, {other.service_name}"
        return f": the pods of StatefulSet {other.id.name} have their names {below}"
    return ""


def _one_too_many(pod: str, service: Service, cluster: Cluster) -> Workload | None:
    """The StatefulSet of whose pods it would be one, if there were as many."""
    return next((each for each in members(cluster, service) if is_beyond(pod, each, service, cluster)), None)


def _is_pod_without_service(pod: str, service: str, namespace: str, cluster: Cluster) -> bool:
    """Whether the name is one of a StatefulSet's pods, below a Service that is not there: the one that it names as its
    own (`serviceName`), or a name that is no namespace of the view either.
    """
    stem, _, ordinal = pod.rpartition("-")
    if not ordinal.isdigit():
        return False
    named = _stateful_sets(cluster).get((namespace, stem))
    if named is None:
        return False
    return named.service_name == service or not _is_a_namespace(service, cluster)


@remembered
def _stateful_sets(cluster: Cluster) -> Mapping[tuple[str, str], Workload]:
    """StatefulSets by their namespace and name."""
    return {
        (each.id.namespace, each.id.name.lower()): each for each in cluster.workloads if each.id.kind == "StatefulSet"
    }


@remembered
def _namespaces(cluster: Cluster) -> frozenset[str]:
    made = (each.id.name for each in cluster.of_kind("Namespace", ""))
    return frozenset((*made, *(namespace for namespace, _ in cluster.services)))


def _is_a_namespace(name: str, cluster: Cluster) -> bool:
    return name in _namespaces(cluster)


def _governed_elsewhere(pod: str, service: Service, cluster: Cluster) -> Workload | None:
    """The StatefulSet whose pod it is, where that names another Service as its own than this one, which selects it."""
    stem, _, ordinal = pod.rpartition("-")
    if not ordinal.isdigit():
        return None
    for workload in members(cluster, service):
        named = workload.id.kind == "StatefulSet" and workload.id.name.lower() == stem
        if named and workload.service_name and workload.service_name != service.id.name:
            return workload
    return None


def is_beyond(name: str, workload: Workload, service: Service, cluster: Cluster) -> bool:
    """Whether a pod's number is one that its StatefulSet does not reach, and that nothing scales up to."""
    is_governed = workload.id.kind == "StatefulSet" and workload.service_name == service.id.name
    if not is_governed or not is_pod_of(name, workload, service) or workload.replicas == 0:
        return False
    first = first_ordinal(workload)
    is_there = first <= int(name.rpartition("-")[2]) < first + (workload.replicas or 1)
    return not is_there and autoscaler_of(cluster, workload) is None


def first_ordinal(workload: Workload) -> int:
    """The number of its first pod."""
    start = workload.place.at("spec", "ordinals", "start").value
    return start if isinstance(start, int) else 0


def _pods_there(workload: Workload) -> str:
    """The pods of a StatefulSet, by number and name."""
    first, name, count = first_ordinal(workload), workload.id.name, workload.replicas or 1
    return f"one pod, {name}-{first}" if count == 1 else f"{count} pods, {name}-{first} to {name}-{first + count - 1}"
