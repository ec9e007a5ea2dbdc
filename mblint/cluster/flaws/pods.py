"""What the API server refuses of pod templates that can be read.

Source: ValidatePodTemplateSpec, validateContainers, ValidateVolumeMounts, ValidateEnv and validateProbe of
k8s.io/kubernetes/pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.flaws.metadata import label_flaws
from mblint.cluster.flaws.resources import resource_flaws
from mblint.cluster.flaws.security import container_security_flaws, pod_security_flaws
from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.read_pods import template_node
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, WrongType, dotted, node_at

_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def pod_flaws(workload: Workload) -> Iterator[WrongType]:
    """Of a workload's pod template."""
    template = template_node(workload.id.kind, workload.node)
    if workload.id.kind != "Pod":
        yield from label_flaws(workload.pod.labels, template.get("metadata").get("labels").place)
    names = [(volume.get("name").text() or "", volume.place) for volume in template.get("spec").get("volumes").items()]
    yield from _twice(names, "volume")
    yield from _twice([(container.name, container.place) for container in workload.pod.containers], "container")
    volumes = {name for name, _ in names} | {claim.name for claim in workload.claims}
    yield from pod_security_flaws(template.get("spec"))
    for container in workload.pod.containers:
        yield from _container(container, volumes)
    yield from _measured(workload)


def _measured(workload: Workload) -> Iterator[WrongType]:
    """Amounts of a container that is not in the pod: the kubelet does not start what asks for them."""
    names = {container.name for container in workload.pod.containers}
    for container in workload.pod.containers:
        node = node_at(container.place)
        for entry in node.get("env").items():
            named = entry.get("valueFrom").get("resourceFieldRef").get("containerName")
            if named.text() and named.text() not in names:
                yield WrongType(named.place, f"{dotted(named.path)} is {named.text()!r}, no container of the pod")


def _twice(names: Iterable[tuple[str, Place]], what: str) -> Iterator[WrongType]:
    seen: set[str] = set()
    for name, place in names:
        if name and name in seen:
            yield WrongType(place, f"{dotted(place.path)} is a second {what} named {name}")
        seen.add(name)


def _container(container: Container, volumes: set[str]) -> Iterator[WrongType]:
    node = node_at(container.place)
    yield from _twice([(port.name or "", port.place) for port in container.ports], "port")
    paths: set[str] = set()
    for mount in container.mounts:
        if mount.volume not in volumes:
            text = f"{dotted(mount.place.path)} mounts the volume {mount.volume}, which the pod does not have"
            yield WrongType(mount.place, text)
        if mount.mount_path in paths:
            yield WrongType(mount.place, f"{dotted(mount.place.path)} is a second mount at {mount.mount_path}")
        paths.add(mount.mount_path)
    yield from resource_flaws(container)
    yield from container_security_flaws(node)
    for entry in node.get("env").items():
        if entry.get("value").text() and not entry.get("valueFrom").absent:
            yield WrongType(entry.place, f"{dotted(entry.path)} has both a value and valueFrom")
    if container.role is not ContainerRole.INIT:
        for kind in _PROBES:
            yield from _probe(node.get(kind))


def _probe(node: Node) -> Iterator[WrongType]:
    if node.absent:
        return
    handlers = [handler for handler in _HANDLERS if not node.get(handler).absent]
    if not handlers:
        yield WrongType(node.place, f"{dotted(node.path)} has no handler: one of {', '.join(_HANDLERS)}")
    elif len(handlers) > 1:
        yield WrongType(node.place, f"{dotted(node.path)} has {' and '.join(handlers)}, and may have one of them")
    threshold = node.get("successThreshold")
    if node.path[-1] != "readinessProbe" and threshold.integer() not in (None, 0, 1):
        yield WrongType(threshold.place, f"{dotted(threshold.path)} must be 1")
