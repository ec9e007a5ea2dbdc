"""Measures what real servers and workers need, and writes `measured.yaml` beside this file.

    python benchmarks/models/measure.py [RUNTIME …] [--runs N] [--quota CPUS]

Needs what `requirements.txt` lists. Each runtime is started with 1, 2 and 4 workers, `--runs` times each; the middle
run counts. `base + workers × worker` is fitted by least squares. tests/facts/workers/test_measured.py holds the rows of
`rules/models/python.yaml` against the result; a machine with other work to do shows up to twice the CPU seconds. With
--quota, the time of each start is printed beside CPU seconds ÷ quota, which is the law.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression, median

from real_software import SUBJECTS, Cost, Subject, can_limit, measure

OUTPUT = Path(__file__).with_name("measured.yaml")
WORKERS = (1, 2, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtimes", nargs="*", help="Only these runtimes; nothing is written.")
    parser.add_argument("--quota", type=float, help="CPUs: compare the law with the clock; nothing is written.")
    parser.add_argument("--runs", type=int, default=3, help="Starts of each; the middle one counts (default 3).")
    options = parser.parse_args()
    subjects = [one for one in SUBJECTS if not options.runtimes or one.runtime in options.runtimes]
    if options.quota is not None:
        if not can_limit():
            parser.error("no control group can be made here, so there is no quota")
        _print_law(subjects, options.quota)
        return
    rows = [_row(subject, options.runs) for subject in subjects]
    print("\n".join(rows))
    if not options.runtimes:
        head = f"# Written by measure.py --runs {options.runs}: CPU seconds and MiB (PSS), base + workers × worker."
        OUTPUT.write_text("\n".join([head, *rows]) + "\n")


def _row(subject: Subject, runs: int) -> str:
    costs = [_middle(subject, workers, runs) for workers in WORKERS]
    cpu = _line([cost.cpu_seconds for cost in costs])
    mib = _line([cost.mib for cost in costs])
    name = f"runtime: {subject.runtime}, app: {subject.app}, workers: {list(WORKERS)}"
    seconds = f"cpu-seconds: {[round(cost.cpu_seconds, 2) for cost in costs]}, cpu-fit: {cpu}"
    memory = f"mib: {[round(cost.mib) for cost in costs]}, mib-fit: {mib}"
    return f"- {{{name}, {seconds}, {memory}}}"


def _middle(subject: Subject, workers: int, runs: int) -> Cost:
    costs = [measure(subject, workers) for _ in range(runs)]
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("seconds", "cpu_seconds", "mib")))


def _line(values: Sequence[float]) -> list[float]:
    """[base, worker]; neither is below nothing."""
    slope, intercept = linear_regression(WORKERS, values)
    return [round(max(intercept, 0), 2), round(max(slope, 0), 2)]


def _print_law(subjects: Sequence[Subject], quota: float) -> None:
    for subject in subjects:
        for workers in WORKERS:
            cost = measure(subject, workers, quota)
            law = cost.cpu_seconds / quota
            print(f"{subject.runtime:16} {subject.app:8} {workers}: {cost.seconds:6.1f} s, CPU ÷ quota {law:6.1f} s")


if __name__ == "__main__":
    main()
