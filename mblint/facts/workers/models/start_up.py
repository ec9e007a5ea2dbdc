"""The law of start-up: CPU seconds over the CPU that there is.

    T = hardware × ( base / min(limit, 1) + N × worker / min(limit, N, cores) )

A quota is the bottleneck within 1 % (measured): a container that needs 7 CPU seconds takes 14 s at 0.5 CPU. What one
process does alone (`base`) uses one core at most, what N workers do uses N at most.
"""

from __future__ import annotations

from msgspec import Struct

from mblint.facts.workers.models.tables import Row, Three, law
from mblint.facts.workers.rows import Estimate


class Share(Struct, frozen=True):
    """The CPU that a container may use. `limit` None: no limit, so the node's cores."""

    limit: float | None
    node_cores: int

    def of(self, processes: int) -> float:
        """CPUs that so many busy processes get."""
        return min(self.node_cores if self.limit is None else self.limit, processes, self.node_cores)


def start_up(row: Row, worker: Three, workers: int, share: Share) -> Estimate:
    """Seconds. `worker`: CPU seconds of each: `row.worker` until all have served, `row.listen` until the port opens."""
    low, typical, high = (
        hardware(row) * (alone / share.of(1) + workers * each / share.of(workers))
        for alone, each in zip(row.base, worker, strict=True)
    )
    return Estimate(round(low, 1), round(typical, 1), round(high, 1))


def covered(window: float, needed: Estimate) -> str:
    """The largest value that a window is long enough for: nothing, low, typical, high."""
    reached = [name for name in ("low", "typical", "high") if window >= getattr(needed, name)]
    return reached[-1] if reached else "nothing"


def hardware(row: Row) -> float:
    """How much slower production CPUs are than the one that the row was measured on."""
    return law().hardware if row.hardware is None else row.hardware


def outcome(covers: str, evidence: str, *, several: bool = False, after: str = "", ready: bool = False) -> str | None:
    """What happens to a container whose window reaches so far, as certainly as the evidence says it.

    `ready`: of a probe that does not kill, but says whether the pod is ready.
    """
    sure = covers == "nothing" and evidence != "estimated"
    sure |= covers == "low" and evidence in ("observed", "measured")
    if covers == "high":
        return None
    if ready:
        return "does not become ready" if sure else "may not become ready"
    killed = f"{'are' if several else 'is'} killed" if sure else "may be killed"
    return f"{killed} {after}".rstrip()
