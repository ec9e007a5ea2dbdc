"""How a policy names the pods of a workload, and whom it selects beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import NAMESPACE_NAME, Service, Workload
from mblint.cluster.policies.objects import NetworkPolicy, Requirement, Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, set_at_run_time
from mblint.cluster.remembered import remembered_each
from mblint.cluster.workloads_by_label import candidates
from mblint.manifests.documents import Value

# Labels that change with every release select nothing for long; who manages a pod says nothing of what it is.
_CHANGING = frozenset(
    (
        *("pod-template-hash", "controller-revision-hash", "helm.sh/chart", "app.kubernetes.io/version"),
        *("app.kubernetes.io/managed-by", "chart", "heritage"),
    )
)

_Asked = tuple[str, tuple[tuple[str, str], ...], tuple[Requirement, ...]]


def lasting_labels(workload: Workload) -> dict[str, str]:
    """The labels of its pods that stay from release to release."""
    return {key: value for key, value in workload.pod.labels.items() if key not in _CHANGING}


def labels_behind(service: Service | None, server: Workload) -> dict[str, str]:
    """What selects the pods that answer: the Service's own selector, unless run time decides on it."""
    selector = dict(service.selector) if service is not None else {}
    told = selector and all(set_at_run_time(key, value) is None for key, value in selector.items())
    return selector if told else lasting_labels(server)


def peer(labels: Mapping[str, str], namespace: str, seen_from: str) -> dict[str, Value] | None:
    """One entry of `to` or `from` of a policy in the namespace `seen_from`; None where no label is known."""
    if not labels:
        return None
    pods: dict[str, Value] = {"podSelector": {"matchLabels": dict(labels)}}
    if namespace == seen_from:
        return pods
    return {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: namespace}}, **pods}


def selected(cluster: Cluster, namespace: str, labels: Mapping[str, str]) -> frozenset[Workload]:
    """The workloads of a namespace of which pods have these labels, or may have them."""
    return _may_be_selected(cluster, namespace, Selector(labels, ()))


def selects_only(cluster: Cluster, policy: NetworkPolicy, meant: Collection[Workload]) -> bool:
    """True where a policy selects nobody but these."""
    found = _may_be_selected(cluster, policy.id.namespace, policy.selector)
    return len(found) <= len(meant) and found.issubset(meant)


def _may_be_selected(cluster: Cluster, namespace: str, selector: Selector) -> frozenset[Workload]:
    return _known(cluster, (namespace, tuple(sorted(selector.labels.items())), selector.expressions))


@remembered_each
def _known(cluster: Cluster, asked: _Asked) -> frozenset[Workload]:
    """By namespace, labels and expressions of a selector: each call that is denied asks of the same policies."""
    namespace, labels, expressions = asked
    selector = Selector(dict(labels), expressions)
    possible = candidates(cluster, namespace, selector)
    return frozenset(one for one in possible if match_pods(selector, one) is not Match.NO)
