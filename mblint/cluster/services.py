"""From Services to the workloads behind them, and from Service ports to pod ports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ContainerPort, Service, ServicePort, Workload
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, set_at_run_time
from mblint.cluster.remembered import remembered


def services_in(cluster: Cluster, namespace: str) -> tuple[Service, ...]:
    """The Services of a namespace."""
    return _by_namespace(cluster).get(namespace, ())


@remembered
def _by_namespace(cluster: Cluster) -> Mapping[str, tuple[Service, ...]]:
    found: defaultdict[str, list[Service]] = defaultdict(list)
    for service in cluster.services.values():
        found[service.id.namespace].append(service)
    return {namespace: tuple(services) for namespace, services in found.items()}


def members(cluster: Cluster, service: Service) -> tuple[Workload, ...]:
    """The workloads whose pods a Service selects, all of them or some. None where it has no selector."""
    return _matching(cluster, service, (Match.YES, Match.SOME))


def possible_members(cluster: Cluster, service: Service) -> tuple[Workload, ...]:
    """The workloads whose pods a Service may select, but for labels that they get at run time."""
    return _matching(cluster, service, (Match.YES, Match.SOME, Match.UNKNOWN))


def run_time_keys(service: Service) -> tuple[str, ...]:
    """The labels of its selector that operators and controllers set, so that no manifest shows who carries them."""
    return tuple(key for key, value in service.selector.items() if set_at_run_time(key, value))


def _matching(cluster: Cluster, service: Service, matches: tuple[Match, ...]) -> tuple[Workload, ...]:
    if not service.selector or service.type == "ExternalName":
        return ()
    selector = Selector(service.selector, ())
    return tuple(workload for workload in _candidates(cluster, service) if match_pods(selector, workload) in matches)


def _candidates(cluster: Cluster, service: Service) -> tuple[Workload, ...]:
    """The workloads of its namespace, without those that another label rules out."""
    workloads = _workloads(cluster)
    for key, value in service.selector.items():
        if set_at_run_time(key, value) is None:
            return workloads.by_label.get((service.id.namespace, key, value), ())
    return workloads.by_namespace[service.id.namespace]


class _Workloads(Struct, frozen=True):
    """Those of a cluster by namespace, and by namespace and label, in their order."""

    by_namespace: Mapping[str, tuple[Workload, ...]]  # of every namespace of the view
    by_label: Mapping[tuple[str, str, str], tuple[Workload, ...]]


@remembered
def _workloads(cluster: Cluster) -> _Workloads:
    """Where the workloads are, and what labels they have: many Services are asked for."""
    by_namespace: dict[str, list[Workload]] = {namespace: [] for namespace in cluster.namespaces}
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


def pod_ports(workload: Workload, port: ServicePort) -> int | None:
    """The port in a workload's pods that a Service port leads to. None: a name that no container port has.

    A named target port is found by name and protocol.
    """
    if isinstance(port.target, int):
        return port.target
    return named_port(workload, port.target, port.protocol)


def named_port(workload: Workload, name: str, protocol: str) -> int | None:
    """The container port of that name and protocol; None where there is none."""
    return next((entry.number for entry in named_ports(workload, name) if entry.protocol == protocol), None)


def named_ports(workload: Workload, name: str | None) -> Iterator[ContainerPort]:
    """The container ports of that name, whatever their protocol; none for no name."""
    for container in workload.pod.containers:
        for entry in container.ports:
            if entry.name == name and name is not None:
                yield entry


def declared_ports(workload: Workload) -> frozenset[tuple[str, str, int]]:
    """Name, protocol and number of each named port: pods of the same ones are alike to rules that name ports."""
    declared = (port for container in workload.pod.containers for port in container.ports)
    return frozenset((port.name, port.protocol, port.number) for port in declared if port.name)


def service_at(cluster: Cluster, address: str) -> Service | None:
    """The Service that has this cluster address."""
    return next((service for service in cluster.services.values() if address in service.cluster_ips), None)
