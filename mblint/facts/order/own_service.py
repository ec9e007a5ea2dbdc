"""Readiness probes, startup probes and postStart hooks that call their pods by their own Service.

A Service hands connections to ready pods alone, and a pod is ready when its probes succeed: on a new cluster the first
pod never is. A container counts as started when its postStart hook has ended. In an upgrade the pods of before answer.
Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Container, ContainerRole, Service, Workload
from mblint.cluster.pod_fields import container_fields
from mblint.cluster.services import members, services_of
from mblint.facts.order.rows import Waiting
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex

_MAY_GO_ON = regex(r"\|\||(?<![\w-])(?:if|case|trap)(?![\w-])")
_CALLED = (
    r"(?:://(?:[^/@\s]*@)?|(?:^|\s)(?:-h|--host|--hostname)[=\s]\s*|(?<![\w-])nc\s+(?:-\w+\s+)*){host}(?=[:/\s\"']|$)"
)


def own_service_asked(world: World) -> Iterator[Waiting]:
    """A row for each of them that calls the Service of its pods, and of no others."""
    for workload in world.cluster.workloads:
        services = _alone(world, workload) if workload.lasting else ()
        for container in workload.pod.containers if services else ():
            if container.role is not ContainerRole.INIT:
                yield from _of_container(workload, container, services)


def _alone(world: World, workload: Workload) -> Sequence[Service]:
    """The Services that hand connections to its ready pods, and to nobody else."""
    return [
        service
        for service in services_of(world.cluster, workload)
        if not service.publish_not_ready and len(members(world.cluster, service)) == 1
    ]


def _of_container(workload: Workload, container: Container, services: Sequence[Service]) -> Iterator[Waiting]:
    hook = container_fields(container).post_start
    asked: list[tuple[str, tuple[str, ...], Place]] = [
        (f"The {name} probe", probe.command, probe.place)
        for name, probe in (("readiness", container.readiness), ("startup", container.startup))
        if probe is not None and probe.command
    ]
    if hook is not None and hook.command:
        asked.append(("The postStart hook", hook.command, hook.node.place))
    for who, command, place in asked:
        text = " ".join(command)
        service = next((one for one in services if _calls(text, one)), None)
        if service is not None and _MAY_GO_ON.search(text) is None:
            yield Waiting(
                object=workload.id,
                container=container.name,
                place=place,
                linted=workload.linted,
                who=who,
                waits_for=service.id.name,
                back="that is its own",
                verdict="circle",
            )


def _calls(text: str, service: Service) -> bool:
    if service.id.name not in text:
        return False
    name, namespace = re.escape(service.id.name), re.escape(service.id.namespace)
    host = rf"{name}(?:\.{namespace}(?:\.svc(?:\.[\w.-]+)?)?)?"
    return re.search(_CALLED.replace("{host}", host), text) is not None
