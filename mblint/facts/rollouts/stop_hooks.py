"""preStop hooks that sleep for as long as the pod has to end, or longer.

The grace period counts from the moment when the pod is told to end, and the hook runs before the container's process
gets TERM. What is left when the hook is through is for the program; when nothing is, it is killed (Kubernetes, "Pod
Lifecycle", "Termination of Pods"; "Container Lifecycle Hooks").
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.pod_fields import Hook, container_fields
from mblint.facts.rollouts.rows import StopHook
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.regex import regex

_GRACE_SECONDS = 30  # the API server's default
_SLEEP = regex(r"(?<![\w./-])(?:/usr)?(?:/bin/)?sleep\s+(\d+)(s|m)?(?![\w.$])")
_CONTROL_FLOW = regex(r"(?<![\w-])(?:if|while|until|for|case|trap)(?![\w-])|\|\||(?<!&)&(?!&)")
_LONGEST = 8192  # characters of a script


def stop_hooks(world: World) -> Iterator[StopHook]:
    """A row for each preStop hook of which it is plain how long it sleeps."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if container.role is not ContainerRole.INIT and (hook := container_fields(container).pre_stop) is not None:
                seconds = _sleeps(hook)
                if seconds:
                    yield _row(workload, container, hook, seconds)


def _sleeps(hook: Hook) -> int | None:
    """The seconds that a hook sleeps whatever happens; None where a script decides."""
    if hook.handler == "sleep":
        return hook.sleep_seconds
    text = " ".join(hook.command)[:_LONGEST]
    if _CONTROL_FLOW.search(text):
        return None
    return sum(int(number) * (60 if unit == "m" else 1) for number, unit in _SLEEP.findall(text)) or None


def _row(workload: Workload, container: Container, hook: Hook, seconds: int) -> StopHook:
    own = workload.pod.termination_grace_period
    grace = _GRACE_SECONDS if own is None else own
    where = workload.pod.place.at("terminationGracePeriodSeconds")
    return StopHook(
        object=workload.id,
        container=container.name,
        place=hook.node.place,
        related=() if own is None else (Related("the pod has this long to end", where),),
        linted=workload.linted,
        sleeps_seconds=seconds,
        grace_seconds=grace,
        left_seconds=grace - seconds,
        default_grace=own is None,
    )
