"""Probes and hooks that call another host than their own pod.

The kubelet makes these calls, from the network of the node: without a host it calls the pod, which is what is nearly
always meant. `localhost` is then the node itself, and names are asked of the node's resolver, which knows no Services.
Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.facts.listening.rows import ProbeHost
from mblint.facts.way.host_names import is_loopback, literal_address, normal
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.manifests.nodes import Node

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_WHERE = {
    "livenessProbe": "The liveness probe",
    "readinessProbe": "The readiness probe",
    "startupProbe": "The startup probe",
    "postStart": "The postStart hook",
    "preStop": "The preStop hook",
}


def probe_hosts(world: World) -> Iterator[ProbeHost]:
    """A row for each probe and hook that names its node, or a Service of the view."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if container.role is not ContainerRole.INIT and isinstance(container.place.value, dict):
                yield from _of_container(world, workload, container, container.place.value)


def _of_container(
    world: World, workload: Workload, container: Container, written: dict[str, Value]
) -> Iterator[ProbeHost]:
    node = Node(container.place.document, container.place.path, written)
    lifecycle = written.get("lifecycle")
    asked = [(name, node.get(name)) for name in _PROBES if isinstance(written.get(name), dict)]
    if isinstance(lifecycle, dict):
        asked += [(name, node.get("lifecycle").get(name)) for name in _HOOKS if isinstance(lifecycle.get(name), dict)]
    for name, probe in asked:
        for handler in ("httpGet", "tcpSocket"):
            call = probe.get(handler)
            host = call.value.get("host") if isinstance(call.value, dict) else None
            if isinstance(host, str) and host:
                found = _called(world, workload, container, normal(host), call)
                if found is not None:
                    yield _row(workload, container, name, call.get("host"), found)


def _called(world: World, workload: Workload, container: Container, host: str, call: Node) -> tuple[str, str] | None:
    """The verdict, and what the kubelet calls; None where that may be meant."""
    address = literal_address(host)
    if host == "localhost" or (address is not None and is_loopback(address)):
        return None if workload.pod.host_network or _is_on_the_node(container, call.get("port").value) else _NODE
    if address is not None:
        return None
    name, _, rest = host.rstrip(".").partition(".")
    namespace, _, suffix = rest.partition(".")
    if (namespace or workload.id.namespace, name) not in world.cluster.services:
        return None
    if suffix and not suffix.startswith("svc"):
        return None
    return "service", f"the Service {name}, whose name the node's resolver does not know"


_NODE = ("node", "the node, and not the pod: the kubelet runs there")


def _is_on_the_node(container: Container, port: Value) -> bool:
    """Whether the node hands on the port to the container."""
    return any(each.host_port is not None and port in (each.host_port, each.name) for each in container.ports)


def _row(workload: Workload, container: Container, name: str, host: Node, found: tuple[str, str]) -> ProbeHost:
    verdict, leads = found
    return ProbeHost(
        object=workload.id,
        container=container.name,
        place=host.place,
        linted=workload.linted,
        probe=_WHERE[name],
        kind="hook" if name in _HOOKS else "probe",
        host=str(host.value),
        leads=leads,
        verdict=verdict,
    )
