"""Which ServiceMonitors and PodMonitors the Prometheuses of the operator take: those that their selectors select.

A selector without anything selects all, none at all selects nothing. A monitor that none of the view takes is judged
where the view has a Prometheus, and nothing else that reads monitors.
Source: https://github.com/prometheus-operator/kube-prometheus/blob/main/manifests/setup/0prometheusCustomResourceDefinition.yaml
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.selectors import selects
from mblint.cluster.remembered import remembered
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_GROUP = "monitoring.coreos.com"
_FIELDS = {"ServiceMonitor": "serviceMonitor", "PodMonitor": "podMonitor"}
_OTHER_READERS = ("operator.victoriametrics.com", "monitoring.grafana.com", "opentelemetry.io")


def not_taken(cluster: Cluster, monitor: Object) -> str | None:
    """Why no Prometheus of the view takes a monitor, as a clause; None where one does, or something else may."""
    takers = _takers(cluster)
    field = _FIELDS.get(monitor.id.kind)
    if not takers or field is None:
        return None
    refusals = [_refusal(cluster, taker, monitor, field) for taker in takers]
    return refusals[0] if all(refusals) else None


@remembered
def _takers(cluster: Cluster) -> tuple[Object, ...]:
    """The Prometheuses of the view; none where others read monitors too."""
    if any(group_of(other.api_version) in _OTHER_READERS for other in cluster.others):
        return ()
    return (*cluster.of_kind("Prometheus", _GROUP), *cluster.of_kind("PrometheusAgent", _GROUP))


def _refusal(cluster: Cluster, taker: Object, monitor: Object, field: str) -> str | None:
    spec = taker.node.get("spec")
    name = f"{taker.id.kind} {taker.id.name}"
    if not _looks_in(cluster, spec.get(f"{field}NamespaceSelector"), taker, monitor):
        return f"{name} does not look for {monitor.id.kind}s in namespace {monitor.id.namespace}"
    written = spec.get(f"{field}Selector")
    if written.absent or written.value is None:
        return None  # the operator may then leave its configuration to somebody else
    selector, partial = read_parts(written, read_selector)
    if selector is None or partial.flaws or selects(selector, monitor.labels):
        return None
    asked = ", ".join(f"{key}: {value}" for key, value in selector.labels.items())
    return f"{name} takes only those {f'with {asked}' if asked else 'that its selector selects'}"


def _looks_in(cluster: Cluster, written: Node, taker: Object, monitor: Object) -> bool:
    if monitor.id.namespace == taker.id.namespace:
        return True
    if written.absent or written.value is None:
        return False
    selector, partial = read_parts(written, read_selector)
    namespace = cluster.namespaces.get(monitor.id.namespace)
    if selector is None or partial.flaws or namespace is None or cluster.objects.get(namespace.id) is None:
        return True  # its labels may be anything
    return selects(selector, namespace.labels)
