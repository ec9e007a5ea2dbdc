"""From Services to the workloads behind them, and from Service ports to pod ports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ContainerPort, ObjectId, Service, ServicePort, Workload
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, set_at_run_time
from mblint.cluster.remembered import remembered
from mblint.cluster.workloads_by_label import candidates


def services_in(cluster: Cluster, namespace: str) -> tuple[Service, ...]:
    """The Services of a namespace."""
    return services_by_namespace(cluster).get(namespace, ())


@remembered
def services_by_namespace(cluster: Cluster) -> Mapping[str, tuple[Service, ...]]:
    """Those of every namespace that has any."""
    found: defaultdict[str, list[Service]] = defaultdict(list)
    for service in cluster.services.values():
        found[service.id.namespace].append(service)
    return {namespace: tuple(services) for namespace, services in found.items()}


def services_of(cluster: Cluster, workload: Workload) -> tuple[Service, ...]:
    """The Services that select pods of a workload, all of them or some."""
    return _by_workload(cluster).get(workload.id, ())


@remembered
def _by_workload(cluster: Cluster) -> Mapping[ObjectId, tuple[Service, ...]]:
    found: defaultdict[ObjectId, list[Service]] = defaultdict(list)
    for service in cluster.services.values():
        for workload in members(cluster, service):
            found[workload.id].append(service)
    return {workload: tuple(services) for workload, services in found.items()}


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
    possible = candidates(cluster, service.id.namespace, selector)
    return tuple(workload for workload in possible if match_pods(selector, workload) in matches)


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
