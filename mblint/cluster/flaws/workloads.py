"""What the API server refuses of workloads beside their pods: selectors, strategies, restart policies.

Source: ValidateDeploymentSpec, ValidateStatefulSetSpec, ValidateDaemonSetSpec and ValidateReplicaSetSpec of
k8s.io/kubernetes/pkg/apis/apps/validation; ValidateJobSpec of pkg/apis/batch/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.selectors import selects
from mblint.manifests.nodes import WrongType, dotted

_SELECTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def workload_flaws(workload: Workload) -> Iterator[WrongType]:
    """Of everything but its pod template."""
    kind, spec = workload.id.kind, workload.node.get("spec")
    if kind in _SELECTING and workload.api_version == "apps/v1":
        selector = spec.get("selector")
        found = read_selector(selector)
        if found is None or not (found.labels or found.expressions):
            yield WrongType(selector.place if not selector.absent else spec.place, "spec.selector is required")
        elif not selects(found, workload.pod.labels):
            yield WrongType(selector.place, "spec.selector does not match the labels of the pod template")
    strategy = spec.get("strategy" if kind == "Deployment" else "updateStrategy")
    if kind in _SELECTING and strategy.get("type").text() in ("Recreate", "OnDelete"):
        rolling = strategy.get("rollingUpdate")
        if not rolling.absent and kind != "DaemonSet":
            text = f"{dotted(rolling.path)} must not stand beside the type {strategy.get('type').text()}"
            yield WrongType(rolling.place, text)
    yield from _restart(workload)


def _restart(workload: Workload) -> Iterator[WrongType]:
    policy, place = workload.pod.restart_policy, workload.pod.place
    where = dotted((*place.path, "restartPolicy"))
    if workload.id.kind in (*_SELECTING, "ReplicationController") and policy not in (None, "Always"):
        yield WrongType(place.at("restartPolicy"), f"{where} must be Always for a {workload.id.kind}, not {policy}")
    elif workload.id.kind in ("Job", "CronJob") and policy not in ("OnFailure", "Never"):
        found = "it is absent, which means Always" if policy is None else f"not {policy}"
        at = place if policy is None else place.at("restartPolicy")
        yield WrongType(at, f"{where} must be OnFailure or Never for a {workload.id.kind}: {found}")
