"""What a fleet costs: one process, two, a warm cache, a Dask cluster of two workers; time, and memory of the parent.

    python benchmarks/fleet/measure.py RENDER [--environments N] [--dask]

Makes N environments of the render (`environments.py`), lints them in each way, compares the reports byte for byte, and
says how many environments a second that is, and what a hundred thousand would take. Needs `mblint[dask]` for --dask.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from environments import make

MANY = 100_000
_CACHED = re.compile(rb'"(?:cached|linted)": ?[^,}]+')  # what alone may differ: which environments were known before


class Cost(NamedTuple):
    """Seconds by the clock and of processors, MiB that the parent held at most, and a digest of what it printed."""

    wall: float
    processor: float
    parent: float
    report: str


def cost(command: Sequence[str], folder: Path, cache: Path) -> Cost:
    """Runs it to its end, and looks at its memory on the way: what its children hold is theirs."""
    began = time.monotonic()
    with (folder / "report").open("wb") as report:
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        process = subprocess.Popen(command, cwd=folder, stdout=report, stderr=subprocess.DEVNULL, env=environment)
        most, pid, status, used = 0.0, 0, 0, None
        while pid == 0:
            most = max(most, held(process.pid))
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.02 if pid == 0 else 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert used is not None
    digest = hashlib.sha256(_CACHED.sub(b"", (folder / "report").read_bytes())).hexdigest()[:12]
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, most, digest)


def held(process: int) -> float:
    """The most that a process has held so far, in MiB; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@contextmanager
def dask(workers: int) -> Iterator[str]:
    """A scheduler and workers on this machine; gives the address."""
    address = "tcp://127.0.0.1:38786"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "38786"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen([*scheduler, "--no-dashboard"], **quiet)]
    try:
        time.sleep(3)
        running += [subprocess.Popen(worker, **quiet) for _ in range(workers)]
        time.sleep(5)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("render", type=Path)
    parser.add_argument("--environments", type=int, default=1000)
    parser.add_argument("--dask", action="store_true")
    given = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder, cache = Path(temporary), Path(temporary, "cache")
        make(given.render.read_text(), folder / "rendered", given.environments)
        fleet = [sys.executable, "-m", "mblint", "fleet", "rendered", "--each", "*/*", "--format", "json"]
        print(f"{given.environments} environments of {given.render.stat().st_size / 1000:.0f} kB")
        print(f"{'':24} {'seconds':>8} {'a second':>9} {'processor':>10} {'parent MiB':>11}  report")
        one = told("one process", cost([*fleet, "--jobs", "1", "--no-cache"], folder, cache), given.environments)
        told("two processes", cost([*fleet, "--jobs", "2"], folder, cache), given.environments)
        told("two processes, warm", cost([*fleet, "--jobs", "2"], folder, cache), given.environments)
        if given.dask:
            shutil.rmtree(cache)
            with dask(2) as address:
                found = cost([*fleet, "--scheduler", address, "--no-cache"], folder, cache)
            told("two Dask workers", found, given.environments)
        each = one.processor / given.environments
        hours = each * MANY / 3600
        print(f"{each:.3f} s of processor each: {MANY:,} environments are {hours:.1f} h of one processor")
    return 0


def told(name: str, found: Cost, environments: int) -> Cost:
    each = environments / found.wall
    print(
        f"{name:24} {found.wall:8.1f} {each:9.1f} {found.processor:10.1f} {found.parent:11.0f}  {found.report}",
        flush=True,
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
