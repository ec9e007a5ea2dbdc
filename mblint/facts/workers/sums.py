"""The sums that messages show, so that a reader can check them."""

from __future__ import annotations

from math import ceil

from mblint.cluster.objects import Probe
from mblint.facts.workers.models.start_up import Share, hardware
from mblint.facts.workers.models.tables import OWN, Row, Three
from mblint.facts.workers.rows import Estimate

_NEGLIGIBLE = 0.05  # of the whole: the sum leaves it out


def start_up_sum(row: Row, worker: Three, workers: int, processes: str, share: Share, startup: Estimate) -> str:
    """`4 workers × 2.5 CPU s × 2 / 0.5 CPU ≈ 40 s (22–76 s)`."""
    alone, each = row.base[1], workers * worker[1]
    together = f"{counted(workers, processes)} × {figure(worker[1])}"
    if alone < _NEGLIGIBLE * each:
        parts = f"{together} CPU s"
    elif each < _NEGLIGIBLE * alone:
        parts = f"{figure(alone)} CPU s"
    else:
        parts = f"({figure(alone)} + {together}) CPU s"
    busy = share.of(workers if each >= alone else 1)
    factor = hardware(row)
    slower = "" if factor == 1 else f" × {figure(factor)}"
    return f"{parts}{slower} / {figure(busy)} CPU ≈ {span(startup)}"


def span(seconds: Estimate) -> str:
    """`40 s (22–76 s)`."""
    return f"{whole(seconds.typical)} s ({whole(seconds.low)}–{whole(seconds.high)} s)"


def window_sum(probe: Probe, *, hangs: bool) -> str:
    """`10 + 2×10`, with `+ 1` for a probe that is accepted and hangs."""
    between = max(probe.period, probe.timeout) if hangs else probe.period
    hang = f" + {probe.timeout}" if hangs else ""
    return f"{probe.initial_delay} + {probe.failure_threshold - 1}×{between}{hang}"


def memory_sum(row: Row, workers: int, processes: str, need: int) -> str:
    """`126 + 3 × 113 ≈ 466 MiB for 3 children`."""
    if not row.worker[1]:
        return f"{need} MiB"
    shared = f"{whole(row.base[1])} + " if row.base[1] else ""
    return f"{shared}{workers} × {whole(row.worker[1])} ≈ {need} MiB for {counted(workers, processes)}"


def counted(number: int, processes: str) -> str:
    """`1 worker`, `4 workers`, `9 children`."""
    singular = {"children": "child"}.get(processes, processes.removesuffix("s"))
    return f"{number} {singular if number == 1 else processes}"


def figure(number: float) -> str:
    """A number with as many digits as matter: `0.375`, `2.5`, `40`."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def whole(number: float) -> str:
    """Rounded up where it is small, so that nothing costs nothing."""
    return str(round(number)) if number >= 1 else figure(ceil(number * 100) / 100)


_EVIDENCE = {
    "observed": "from production",
    "measured": "from this very software",
    "class": "from software of its kind",
    "documented": "from its documentation",
    "estimated": "an estimate",
}


def rests_on(evidence: str, source: str) -> str:
    """What the numbers of a model rest on, behind "The numbers are": "from production: killed at 384Mi"."""
    return "your own" if source == OWN else f"{_EVIDENCE[evidence]}: {source}"
