"""What changes the number of a workload's pods while they run: HorizontalPodAutoscalers, and KEDA's ScaledObjects."""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, ObjectId, Workload
from mblint.cluster.remembered import remembered

_SCALERS = (("HorizontalPodAutoscaler", "autoscaling"), ("ScaledObject", "keda.sh"))


def autoscaler_of(cluster: Cluster, workload: Workload) -> Object | None:
    """What changes its number of replicas."""
    return _autoscalers(cluster).get(workload.id)


@remembered
def _autoscalers(cluster: Cluster) -> Mapping[ObjectId, Object]:
    found: dict[ObjectId, Object] = {}
    for kind, group in _SCALERS:
        for scaler in cluster.of_kind(kind, group):
            target = scaler.place.at("spec", "scaleTargetRef")
            named = target.at("kind").value or "Deployment", target.at("name").value
            found[ObjectId(scaler.id.namespace, str(named[0]), str(named[1]))] = scaler
    return found
