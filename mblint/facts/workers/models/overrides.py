"""What users know better than the models: `workloads:` of the configuration, and annotations of a workload."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.config import Observed, WorkloadSettings
from mblint.facts.workers.models.tables import OWN, Row
from mblint.globs import matches

PREFIX = "mblint.dev/"
_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


class Override(Struct, frozen=True):
    """None: the models say it. `startup_cpu_seconds`: of one worker. `memory_mib`: of all."""

    runtime: str | None = None
    workers: int | None = None
    startup_cpu_seconds: float | None = None
    memory_mib: float | None = None
    observed: Observed | None = None


def override(workload: Workload, container: Container, configured: Sequence[WorkloadSettings]) -> Override:
    """What is said of a container; the configuration's first entry that says a thing goes before the annotations.

    Annotations are about the pod's default container: the one that `kubectl.kubernetes.io/default-container` names,
    else the first.
    """
    found = [_of_entry(entry) for entry in configured if _matches(entry, workload, container)]
    if container is _default_container(workload):
        found.append(_annotated({**workload.pod.annotations, **workload.annotations}))
    return Override(
        runtime=next((one.runtime for one in found if one.runtime is not None), None),
        workers=next((one.workers for one in found if one.workers is not None), None),
        startup_cpu_seconds=next((s for one in found if (s := one.startup_cpu_seconds) is not None), None),
        memory_mib=next((one.memory_mib for one in found if one.memory_mib is not None), None),
        observed=next((one.observed for one in found if one.observed is not None), None),
    )


def start_up_row(cpu_seconds: float, opens: str) -> Row:
    """A user's own CPU seconds: exact where they were measured on the cluster, up to twice as many where elsewhere."""
    return Row(
        of="start-up",
        base=(0, 0, 0),
        worker=(cpu_seconds, cpu_seconds, 2 * cpu_seconds),
        evidence="measured",
        source=OWN,
        opens=opens,
        hardware=1,
    )


def memory_row(mib: float) -> Row:
    """A user's own MiB of all workers together."""
    return Row(of="memory", base=(mib, mib, mib), worker=(0, 0, 0), evidence="measured", source=OWN)


def _matches(entry: WorkloadSettings, workload: Workload, container: Container) -> bool:
    own = workload.id
    pairs = (
        (own.namespace, entry.namespace),
        (own.kind, entry.kind),
        (own.name, entry.name),
        (container.name, entry.container),
    )
    return all(matches(value, glob) for value, glob in pairs)


def _default_container(workload: Workload) -> Container | None:
    main = [container for container in workload.pod.containers if container.role is ContainerRole.MAIN]
    named = workload.pod.annotations.get(_DEFAULT_CONTAINER)
    return next((container for container in main if container.name == named), main[0] if main else None)


def _of_entry(entry: WorkloadSettings) -> Override:
    return Override(entry.runtime, entry.workers, entry.startup_cpu_seconds, entry.memory_mib, entry.observed)


def _annotated(annotations: dict[str, str]) -> Override:
    """Values that are no numbers say nothing."""
    workers = _number(annotations.get(PREFIX + "workers"))
    return Override(
        runtime=annotations.get(PREFIX + "runtime") or None,
        workers=int(workers) if workers is not None and workers >= 1 else None,
        startup_cpu_seconds=_number(annotations.get(PREFIX + "startup-cpu-seconds")),
        memory_mib=_number(annotations.get(PREFIX + "memory-mib")),
    )


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None
