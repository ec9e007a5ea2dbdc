"""The smallest probe that would do, in words and ready to paste."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Probe
from mblint.facts.workers.flow import flow
from mblint.facts.workers.kubelet import failures_to_cover
from mblint.manifests.documents import Place, Value

_PERIOD = 10  # Kubernetes' default
_PATIENT = 5  # seconds that a first request, which loads what was left out at the start, may take
_CARRIED = ("httpGet", "tcpSocket", "grpc", "exec")


class Remedy(Struct, frozen=True):
    """`enough`: a sentence without its full stop. `yaml`: the probe, to paste into the container."""

    enough: str
    yaml: str


def longer_startup(probe: Probe, seconds: float, *, hangs: bool, existing: bool) -> Remedy:
    """A startup probe that waits so long: the existing one with more failures, or one beside the liveness probe."""
    basis = probe if existing else replace(probe, initial_delay=0, period=_PERIOD, timeout=max(probe.timeout, _PATIENT))
    failures = failures_to_cover(seconds, basis, hangs=hangs)
    delay = f"initialDelaySeconds {basis.initial_delay}, " if basis.initial_delay else ""
    times = f"{delay}periodSeconds {basis.period} and failureThreshold {failures}"
    written = replace(basis, failure_threshold=failures)
    return Remedy(
        enough=f"A startupProbe with {times} covers {round(seconds)} s", yaml=f"startupProbe: {_written(written)}"
    )


def patient_command(probe: Probe, kind: str, seconds: float) -> Remedy:
    """The probe with a timeout in which its command can finish."""
    timeout = ceil(seconds)
    written = replace(probe, timeout=timeout, period=max(probe.period, timeout))
    return Remedy(enough=f"timeoutSeconds {timeout} is enough", yaml=f"{kind}Probe: {_written(written)}")


def _written(probe: Probe) -> str:
    raw = _value_at(probe.place)
    mapping: dict[str, Value] = {key: raw[key] for key in _CARRIED if raw.get(key) is not None}
    if probe.initial_delay:
        mapping["initialDelaySeconds"] = probe.initial_delay
    mapping["periodSeconds"] = probe.period
    mapping["timeoutSeconds"] = probe.timeout
    mapping["failureThreshold"] = probe.failure_threshold
    return flow(mapping)


def _value_at(place: Place) -> Mapping[str, Value]:
    value: Value = place.document.value
    for step in place.path:
        value = cast("dict[str | int, Value]", value)[step]
    return cast("Mapping[str, Value]", value)
