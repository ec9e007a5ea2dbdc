"""When the kubelet gives up on a container.

Source: pkg/kubelet/prober/worker.go of kubernetes/kubernetes, and the documentation of probes. A probe's ticker starts
when the pod is admitted, so its phase against the container's start is arbitrary: the first probe falls into
[initialDelaySeconds, initialDelaySeconds + periodSeconds). That many failures in a row as `failureThreshold` says kill.
"""

from __future__ import annotations

from mblint.cluster.objects import Probe


def guaranteed_window(probe: Probe, *, hangs: bool) -> int:
    """The seconds that a container has at least, whatever the ticker's phase.

    A refused connection fails at once. `hangs`: the connection is accepted and nothing answers, so that every failure
    takes `timeoutSeconds`, and the next probe waits for it.
    """
    between = max(probe.period, probe.timeout) if hangs else probe.period
    last = probe.timeout if hangs else 0
    return probe.initial_delay + (probe.failure_threshold - 1) * between + last


def documented_budget(probe: Probe) -> int:
    """The seconds that the documentation counts with."""
    return probe.initial_delay + probe.failure_threshold * probe.period


def failures_to_cover(seconds: float, probe: Probe, *, hangs: bool) -> int:
    """The smallest failureThreshold with which the probe's guaranteed window is at least so long."""
    between = max(probe.period, probe.timeout) if hangs else probe.period
    missing = seconds - probe.initial_delay - (probe.timeout if hangs else 0)
    return max(1, 1 + -int(-missing // between))
