"""Ports of nodes and pods that two want: hostPort, hostNetwork, nodePort, and two containers of one pod.

A node gives a port to one pod for each address and protocol; the scheduler leaves the other pending (Kubernetes,
"Configuration Best Practices"). The API server refuses a nodePort that another Service has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.objects import ContainerPort, ContainerRole, Service, Workload
from mblint.cluster.pod_fields import pod_fields
from mblint.facts.rollouts.replicas import on_one_node, replicas_of, spread, surge_of
from mblint.facts.rollouts.rows import TakenPort
from mblint.facts.rows import Related
from mblint.facts.way.heard import ears, may_listen
from mblint.facts.world import World
from mblint.manifests.documents import Place


def taken_ports(world: World) -> Iterator[TakenPort]:
    """The rows of node ports, then of the ports of nodes that pods take, then of ports within one pod."""
    yield from _node_ports(world)
    yield from _addresses(world)
    yield from _of_daemon_sets(world)
    for workload in world.cluster.workloads:
        yield from _beside_itself(workload)
        yield from _before_itself(workload)
        yield from _within(world, workload)


def _wanted(port: int, protocol: str) -> str:
    return f"port {port}/{protocol}"


# ---------------------------------------------------------------- Services


def _node_ports(world: World) -> Iterator[TakenPort]:
    taken: dict[tuple[int, str], Service] = {}
    for service in world.cluster.services.values():
        for port in service.ports:
            if port.node_port is None or service.type not in ("NodePort", "LoadBalancer"):
                continue
            first = taken.setdefault((port.node_port, port.protocol), service)
            if first is not service:
                yield TakenPort(
                    object=service.id,
                    place=port.place.at("nodePort"),
                    related=(Related(f"Service {first.id.name} has it", first.place, first.id),),
                    linted=service.linted or first.linted,
                    verdict="node-port",
                    port=port.node_port,
                    protocol=port.protocol,
                    wanted=_wanted(port.node_port, port.protocol),
                    other=_called(first, service.id.namespace),
                )


def _addresses(world: World) -> Iterator[TakenPort]:
    """Addresses of the cluster that two Services name: the API server gives each to one."""
    taken: dict[str, Service] = {}
    for service in world.cluster.services.values():
        for address in service.cluster_ips if not service.headless else ():
            first = taken.setdefault(address, service)
            if first is not service:
                yield TakenPort(
                    object=service.id,
                    place=service.place.at("spec", "clusterIP"),
                    related=(Related(f"Service {first.id.name} has it", first.place, first.id),),
                    linted=service.linted or first.linted,
                    verdict="node-port",
                    port=0,
                    protocol="",
                    wanted=f"the address {address}",
                    other=_called(first, service.id.namespace),
                )


def _called(service: Service, seen_from: str) -> str:
    other = "" if service.id.namespace == seen_from else f" of namespace {service.id.namespace}"
    return f"Service {service.id.name}{other}"


# ---------------------------------------------------------------- pods on the ports of their nodes


def _host_ports(workload: Workload) -> Iterator[tuple[int, str, str, ContainerPort]]:
    """Number, protocol and address of each; with hostNetwork a container's port is the node's, too."""
    for container in workload.pod.containers:
        if container.role is ContainerRole.INIT:
            continue
        for port in container.ports:
            number = port.number if workload.pod.host_network else port.host_port
            if number:
                address = port.place.at("hostIP").value
                yield number, port.protocol, str(address or "0.0.0.0"), port


def _of_daemon_sets(world: World) -> Iterator[TakenPort]:
    taken: defaultdict[tuple[int, str], list[tuple[str, Workload]]] = defaultdict(list)
    for workload in world.cluster.workloads:
        if workload.id.kind != "DaemonSet":
            continue
        for number, protocol, address, port in _host_ports(workload):
            for other_address, other in taken[number, protocol]:
                if other is not workload and _meet(address, other_address) and _same_nodes(workload, other):
                    yield _host_port(workload, number, protocol, port, other)
            taken[number, protocol].append((address, workload))


def _meet(one: str, other: str) -> bool:
    return one == other or "0.0.0.0" in (one, other)


def _same_nodes(one: Workload, other: Workload) -> bool:
    """Whether both run on every node of the same kind: neither chooses its nodes in a way of its own."""
    fields = pod_fields(one), pod_fields(other)
    chosen = [each.affinity.place.at("nodeAffinity").value for each in fields]
    return fields[0].node_selector == fields[1].node_selector and chosen == [None, None]


def _host_port(workload: Workload, number: int, protocol: str, port: ContainerPort, other: Workload) -> TakenPort:
    return TakenPort(
        object=workload.id,
        place=_place(port),
        related=(Related(f"DaemonSet {other.id.name} takes it", other.place, other.id),),
        linted=workload.linted or other.linted,
        verdict="host-port",
        port=number,
        protocol=protocol,
        wanted=_wanted(number, protocol),
        other=f"DaemonSet {other.id.name}",
        host_network=workload.pod.host_network,
    )


def _place(port: ContainerPort) -> Place:
    place = port.place.at("hostPort")
    return place if place.value is not None else port.place


def _beside_itself(workload: Workload) -> Iterator[TakenPort]:
    """Pods of one workload on one node: its replicas, or a pod and its successor."""
    replicas, surge = replicas_of(workload), surge_of(workload)
    if workload.id.kind != "Deployment" or replicas == 0 or (replicas == 1 and surge == 0):
        return
    if replicas > 1 and spread(workload) and not on_one_node(workload):
        return
    for row in _by_itself(workload, "replicas" if replicas > 1 else "surge", _itself(replicas)):
        yield replace(row, replicas=replicas)


def _before_itself(workload: Workload) -> Iterator[TakenPort]:
    """A DaemonSet that starts the new pod of a node before the old one ends: that one has the port until then.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/apps/daemon-set-v1/ (maxSurge)
    """
    asked = workload.place.at("spec", "updateStrategy", "rollingUpdate", "maxSurge").value
    if workload.id.kind != "DaemonSet" or asked in (None, 0, "0", "0%") or isinstance(asked, list | dict):
        return
    other = f"the pod that it replaces on each node, which stays until the new one is ready (maxSurge: {asked})"
    yield from _by_itself(workload, "daemon-surge", other)


def _by_itself(workload: Workload, verdict: str, other: str) -> Iterator[TakenPort]:
    """A row for each port of the node that pods of one workload take from each other."""
    for number, protocol, _, port in _host_ports(workload):
        yield TakenPort(
            object=workload.id,
            place=_place(port),
            linted=workload.linted,
            verdict=verdict,
            port=number,
            protocol=protocol,
            wanted=_wanted(number, protocol),
            other=other,
            host_network=workload.pod.host_network,
        )


def _itself(replicas: int) -> str:
    if replicas == 1:
        return "the pod that it replaces, while that still runs on the node"
    return f"any other of its {replicas} replicas on the same node"


# ---------------------------------------------------------------- containers of one pod


def _within(world: World, workload: Workload) -> Iterator[TakenPort]:
    """Two containers that say that they listen on one port: they share the pod's address."""
    taken: dict[tuple[int, str], str] = {}
    for one in ears(world)[id(workload)]:
        container = one.container
        for port in container.ports:
            if not may_listen(world, one, port.number):
                continue
            first = taken.setdefault((port.number, port.protocol), container.name)
            if first != container.name:
                yield TakenPort(
                    object=workload.id,
                    container=container.name,
                    place=port.place,
                    linted=workload.linted,
                    verdict="containers",
                    port=port.number,
                    protocol=port.protocol,
                    wanted=_wanted(port.number, port.protocol),
                    other=f"container {first}",
                )
