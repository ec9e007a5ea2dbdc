"""What the API server refuses of workloads beside their pods: selectors, strategies, restart policies, names of Jobs.

And what it refuses of every pod that a StatefulSet makes: their names and labels are made from the StatefulSet's.
Source: ValidateDeploymentSpec, ValidateStatefulSetSpec, ValidateDaemonSetSpec and ValidateReplicaSetSpec of
k8s.io/kubernetes/pkg/apis/apps/validation; ValidateJobSpec and validateGeneratedSelector of pkg/apis/batch/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.selectors import selects
from mblint.manifests.nodes import Node, WrongType, dotted

_NONE = (0, "0%")
_DEADLINE = 600  # seconds: the default of progressDeadlineSeconds
_LONGEST_OF_SETS = 52
_LONGEST_OF_JOBS = 63
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
    yield from _pace(workload, strategy.get("rollingUpdate"))
    yield from _restart(workload)
    yield from _named_after(workload)
    if kind in ("Job", "CronJob"):
        yield from _job(workload, spec if kind == "Job" else spec.get("jobTemplate").get("spec"))


def _pace(workload: Workload, rolling: Node) -> Iterator[WrongType]:
    """How fast pods are replaced: one must be able to go first, and a deadline must leave time to be ready."""
    surge, unavailable = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    if surge.value in _NONE and unavailable.value in _NONE and workload.id.kind in ("Deployment", "DaemonSet"):
        text = f"{dotted(unavailable.path)} must not be 0 where maxSurge is 0: no pod could be replaced"
        yield WrongType(unavailable.place, text)
    if workload.id.kind != "Deployment":
        return
    spec = workload.node.get("spec")
    ready, deadline = spec.get("minReadySeconds").integer() or 0, spec.get("progressDeadlineSeconds").integer()
    longest = _DEADLINE if deadline is None else deadline
    if ready >= longest:
        place = spec.get("progressDeadlineSeconds").place if deadline is not None else spec.get("minReadySeconds").place
        is_default = " (its default)" if deadline is None else ""
        text = f"spec.progressDeadlineSeconds is {longest}{is_default}, and must be above spec.minReadySeconds, {ready}"
        yield WrongType(place, text)


def _named_after(workload: Workload) -> Iterator[WrongType]:
    """What pods are named and labelled after must fit into a label and a host name.

    Sources: https://github.com/kubernetes/kubernetes/issues/64023 for the label controller-revision-hash, which is the
    name, a `-` and up to ten digits; https://kubernetes.io/docs/concepts/workloads/controllers/job/ for Jobs.
    """
    name, place = workload.id.name, workload.place.at("metadata", "name")
    if place.value is None:
        return
    if workload.id.kind == "StatefulSet" and len(name) > _LONGEST_OF_SETS:
        text = f"metadata.name has {len(name)} characters; with more than {_LONGEST_OF_SETS} its pods are refused, "
        yield WrongType(place, f"{text}whose label controller-revision-hash is the name and eleven more")
    elif workload.id.kind == "StatefulSet" and "." in name:
        yield WrongType(place, f"metadata.name is {name!r}: its pods are refused, whose host name has no dot")
    elif workload.id.kind == "Job" and len(name) > _LONGEST_OF_JOBS:
        text = f"metadata.name has {len(name)} characters; it becomes a label of the pods, which has at most 63"
        yield WrongType(place, text)


def _job(workload: Workload, spec: Node) -> Iterator[WrongType]:
    selector, mode = spec.get("selector"), spec.get("completionMode")
    is_live = workload.place.at("metadata", "uid").value is not None
    if not selector.absent and not is_live and not spec.get("manualSelector").boolean():
        yield WrongType(selector.place, f"{dotted(selector.path)} must not be there: Kubernetes makes that of a Job")
    if mode.text() == "Indexed" and spec.get("completions").absent:
        yield WrongType(mode.place, f"{dotted(spec.path)}.completions is required where completionMode is Indexed")
    policy = spec.get("podFailurePolicy")
    if not policy.absent and workload.pod.restart_policy == "OnFailure":
        text = f"{dotted(policy.path)} needs the restartPolicy Never: the kubelet restarts what fails otherwise"
        yield WrongType(policy.place, text)


def _restart(workload: Workload) -> Iterator[WrongType]:
    policy, place = workload.pod.restart_policy, workload.pod.place
    where = dotted((*place.path, "restartPolicy"))
    if workload.id.kind in (*_SELECTING, "ReplicationController") and policy not in (None, "Always"):
        yield WrongType(place.at("restartPolicy"), f"{where} must be Always for a {workload.id.kind}, not {policy}")
    elif workload.id.kind in ("Job", "CronJob") and policy not in ("OnFailure", "Never"):
        found = "it is absent, which means Always" if policy is None else f"not {policy}"
        at = place if policy is None else place.at("restartPolicy")
        yield WrongType(at, f"{where} must be OnFailure or Never for a {workload.id.kind}: {found}")
    deadline = place.at("activeDeadlineSeconds")
    if workload.id.kind in _SELECTING and deadline.value is not None:
        text = f"{dotted(deadline.path)} must not be there: the pods of a {workload.id.kind} are to run for ever"
        yield WrongType(deadline, text)
