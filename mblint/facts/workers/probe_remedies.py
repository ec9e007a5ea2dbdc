"""The smallest probe that would do, in words and as edits."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, Probe, Workload
from mblint.facts.workers.kubelet import failures_to_cover
from mblint.manifests.documents import Value
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import put

_PERIOD = 10  # Kubernetes' default
_PATIENT = 5  # seconds that a first request, which loads what was left out at the start, may take
_CARRIED = ("httpGet", "tcpSocket", "grpc", "exec")


class Remedy(Struct, frozen=True):
    """`enough`: a sentence without its full stop. `edits`: what makes the probe so."""

    enough: str
    edits: tuple[Edit, ...]


def longer_startup(probe: Probe, seconds: float, *, hangs: bool, where: tuple[Workload, Container]) -> Remedy:
    """A startup probe that waits so long: the container's own with more failures, or one beside its liveness probe."""
    workload, container = where
    own = container.startup
    basis = own or replace(probe, initial_delay=0, period=_PERIOD, timeout=max(probe.timeout, _PATIENT))
    failures = failures_to_cover(seconds, basis, hangs=hangs)
    delay = f"initialDelaySeconds {basis.initial_delay}, " if basis.initial_delay else ""
    times = f"{delay}periodSeconds {basis.period} and failureThreshold {failures}"
    if own is not None:
        edit = put(workload, own.place, "failureThreshold", failures)
    else:
        edit = put(workload, container.place, "startupProbe", _written(replace(basis, failure_threshold=failures)))
    return Remedy(enough=f"A startupProbe with {times} covers {round(seconds)} s", edits=(edit,))


def patient_command(probe: Probe, seconds: float, workload: Workload) -> Remedy:
    """The probe with a timeout in which its command can finish."""
    timeout = ceil(seconds)
    edits: list[Edit] = [put(workload, probe.place, "timeoutSeconds", timeout)]
    if probe.period < timeout:
        edits.append(put(workload, probe.place, "periodSeconds", timeout))
    return Remedy(enough=f"timeoutSeconds {timeout} is enough", edits=tuple(edits))


def _written(probe: Probe) -> dict[str, Value]:
    raw = cast("Mapping[str, Value]", probe.place.value)
    mapping: dict[str, Value] = {key: raw[key] for key in _CARRIED if raw.get(key) is not None}
    if probe.initial_delay:
        mapping["initialDelaySeconds"] = probe.initial_delay
    mapping["periodSeconds"] = probe.period
    mapping["timeoutSeconds"] = probe.timeout
    mapping["failureThreshold"] = probe.failure_threshold
    return mapping
