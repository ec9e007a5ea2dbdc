"""What happened in a cluster (`mblint observe`) as rows of a model: observed, so that they weigh most.

Seconds were taken under the CPU limit of that time: by the law (CPU seconds over CPU) another limit stretches them. A
pod is ready at a readiness probe's call, so its start-up was over at most one period before. Where it was ready at the
first call nobody knows when.
"""

from __future__ import annotations

from mblint.cluster.objects import Container
from mblint.config import Observed
from mblint.facts.workers.models.start_up import Share
from mblint.facts.workers.models.tables import Row
from mblint.facts.workers.quantities import cores, mebibytes

_NOISE = 1.2  # one start differs from another by a tenth or two
_AMPLE = 1.5  # of the limit at which it was killed


def observed_start(seen: Observed, container: Container, share: Share) -> Row | None:
    """The start-up that was seen, as the time that it takes under today's limit."""
    if not seen.ready_seconds:
        return None
    probe = container.readiness
    first_call = 0 if probe is None else probe.initial_delay + probe.period
    fastest, middle, slowest = (
        seen.ready_seconds[0],
        seen.ready_seconds[len(seen.ready_seconds) // 2],
        seen.ready_seconds[-1],
    )
    if slowest <= first_call:
        return None
    earlier = 0 if probe is None else probe.period
    stretched = _stretched(seen, share) * share.of(1)
    low, high = max(fastest - earlier, 0.0), slowest * _NOISE
    return Row(
        of="start-up",
        base=(low * stretched, middle * stretched, high * stretched),
        worker=(0, 0, 0),
        evidence="observed",
        source=seen.sentence(),
        hardware=1,
    )


def observed_need(seen: Observed, container: Container) -> Row | None:
    """More than the limit at which it was killed; None where today's limit is higher."""
    then = None if seen.memory_limit is None else mebibytes(seen.memory_limit)
    limit = container.limits.get("memory")
    now = None if limit is None else mebibytes(limit.text)
    if not seen.oom_killed or then is None or now is None or now > then:
        return None
    return Row(
        of="memory",
        base=(then + 1, then + 1, then * _AMPLE),
        worker=(0, 0, 0),
        evidence="observed",
        source=seen.sentence(),
    )


def _stretched(seen: Observed, share: Share) -> float:
    then = None if seen.cpu_limit is None else cores(seen.cpu_limit)
    if then is None or share.limit is None:
        return 1.0
    return min(then, 1.0) / min(share.limit, 1.0)
