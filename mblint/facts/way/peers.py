"""Peers as a policy names them, ready to paste, and the Service that a misspelt host may mean."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Service, ServicePort, Workload
from mblint.cluster.remembered import remembered_each
from mblint.cluster.services import services_in
from mblint.remedies.flow import flow

_CHANGING = ("pod-template-hash", "controller-revision-hash", "helm.sh/chart", "app.kubernetes.io/version")


def port_words(port: ServicePort) -> str:
    """A port of a Service as a list names it: `8125/UDP (statsd)`; TCP goes without saying."""
    number = str(port.port) if port.protocol == "TCP" else f"{port.port}/{port.protocol}"
    return f"{number} ({port.name})" if port.name else number


def peer_of_service(service: Service, seen_from: str) -> str | None:
    """A peer that selects the Service's pods, for a policy in the namespace `seen_from`."""
    return _peer(service.selector, service.id.namespace, seen_from) if service.selector else None


def peer_of_workload(workload: Workload, seen_from: str) -> str | None:
    """A peer that selects a workload's pods. Labels that change with every release select nothing for long."""
    labels = {
        key: value
        for key, value in workload.pod.labels.items()
        if key not in _CHANGING and key != "app.kubernetes.io/managed-by"
    }
    return _peer(labels, workload.id.namespace, seen_from) if labels else None


def _peer(labels: Mapping[str, str], namespace: str, seen_from: str) -> str:
    pods = f"podSelector: {{matchLabels: {flow(labels)}}}"
    if namespace == seen_from:
        return "{" + pods + "}"
    return f"{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}, {pods}}}"


def nearest_service(host: str, namespace: str, cluster: Cluster) -> str | None:
    """The Service whose name is most like a host's first label: in the client's namespace, or in the one it names."""
    labels = host.lower().split(".")
    within = labels[1] if len(labels) > 1 and labels[1] in cluster.namespaces else namespace
    return _nearest(cluster, (within, labels[0]))


@remembered_each
def _nearest(cluster: Cluster, asked: tuple[str, str]) -> str | None:
    """By namespace and name. An application's containers call the same hosts, and comparing names takes long."""
    namespace, name = asked
    names = [service.id.name for service in services_in(cluster, namespace)]
    found = get_close_matches(name, names, n=1, cutoff=0.75)
    return f"{namespace}/{found[0]}" if found else None
