"""gunicorn's own timeout: its master kills a worker that has not reported in time, also one that is still importing.

Source: gunicorn/arbiter.py, `murder_workers`; a worker reports first when it has loaded the application. All workers
start at once, so each gets its share of the CPU limit; the killed ones start again, and so for ever.
"""

from __future__ import annotations

from math import ceil

from mblint.facts.workers.modelled import Modelled
from mblint.facts.workers.models.start_up import covered, outcome, start_up
from mblint.facts.workers.rows import ProbeWindow
from mblint.facts.workers.sums import rests_on, start_up_sum


def worker_timeout(one: Modelled) -> ProbeWindow | None:
    """The timeout against the workers' start; None where there is none, or no CPU limit that slows them down."""
    known, limit = one.model, one.container.limits.get("cpu")
    if known is None or known.start_up is None or known.worker_timeout is None:
        return None
    if limit is None or one.share.limit is None:
        return None
    if known.start_up.source == known.seen:  # of the whole start, not of what a worker does before it reports
        return None
    costs, workers = known.start_up, known.workers.min
    boot = costs.worker if costs.boot is None else costs.boot
    needed = start_up(costs, boot, workers, one.share)
    covers = covered(known.worker_timeout, needed)
    enough = ceil(needed.high)
    return ProbeWindow(
        object=one.running.workload.id,
        container=one.container.name,
        place=limit.place,
        related=tuple(related for related in one.related() if related.place != limit.place),
        linted=one.running.workload.linted,
        probe="worker-timeout",
        handler="none",
        window_seconds=known.worker_timeout,
        startup_seconds=needed,
        workers=workers,
        runtime=known.name,
        evidence=costs.evidence,
        source=rests_on(costs.evidence, costs.source),
        covers=covers,
        outcome=outcome(covers, costs.evidence, several=True),
        limited=True,
        unbounded=known.workers.unbounded,
        needs=start_up_sum(costs, boot, workers, known.processes, one.share, needed),
        gives=f"gunicorn kills workers that are not up after {known.worker_timeout} s (--timeout)",
        enough=f"--timeout {enough} covers them all",
    )
