"""Finds the memory limit under which whole programs of package registries live: each step up until one is not killed.

    python benchmarks/models/limits.py FOLDER [PROGRAM …] [--mib STEP …]

The programs and FOLDER are those of `programs.py`. A program lives with a limit when it answers, and then 200 requests,
and the kernel has killed none of its processes. The sum of the proportional set sizes is more than that: pages of files
(a Node.js of 40 MiB, a JVM's classes) are thrown out when memory is short, and heaps follow the limit. What is printed
stands in `measured-limits.yaml`. Needs control groups of version 1 or 2 with the memory controller, and root.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from programs import PROGRAMS, Whole, answers, made
from real_software import free_port, started

_STEPS = (32, 48, 64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024, 1280, 1536, 2048)
_REQUESTS = 200
_PATIENCE = 120  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("programs", nargs="*")
    parser.add_argument("--mib", type=int, nargs="+", default=_STEPS)
    options = parser.parse_args()
    for program in PROGRAMS:
        if not options.programs or program.name in options.programs:
            for workers in program.workers:
                print(_found(program, options.folder, workers, options.mib), flush=True)


def _found(program: Whole, folder: Path, workers: int, steps: tuple[int, ...]) -> str:
    killed = 0
    for mib in steps:
        if _lives(program, folder, workers, mib):
            return f"- {{program: {program.name}, workers: {workers}, killed-at: {killed}, lives-at: {mib}}}"
        killed = mib
    return f"- {{program: {program.name}, workers: {workers}, killed-at: {killed}}}"


def _lives(program: Whole, folder: Path, workers: int, mib: int) -> bool:
    port = free_port()
    with tempfile.TemporaryDirectory() as home, _limited(mib) as group:
        command = made(program, folder, workers, port, home)
        script = f"echo $$ > {group}/cgroup.procs && cd {home} && exec {command}"
        with started(["sh", "-c", script], None) as process:
            path = program.path or "/"
            began = time.monotonic()
            while not answers(port, path):
                if process.poll() is not None or _kills(group) or time.monotonic() - began > _PATIENCE:
                    return False
                time.sleep(0.05)
            served = all(answers(port, path) for _ in range(_REQUESTS))
            time.sleep(program.settles)
            return served and process.poll() is None and _kills(group) == 0


@contextmanager
def _limited(mib: int) -> Iterator[Path]:
    root = Path("/sys/fs/cgroup")
    first = (root / "memory").is_dir()
    group = (root / "memory" if first else root) / f"mblint-limits-{os.getpid()}"
    group.mkdir()
    (group / ("memory.limit_in_bytes" if first else "memory.max")).write_text(str(mib * 1024**2))
    try:
        yield group
    finally:
        for _ in range(100):
            for pid in (group / "cgroup.procs").read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            with suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.05)


def _kills(group: Path) -> int:
    """How often the kernel has killed for memory."""
    for name in ("memory.oom_control", "memory.events"):
        with suppress(FileNotFoundError):
            words = (group / name).read_text().split()
            return int(words[words.index("oom_kill") + 1])
    return 0


if __name__ == "__main__":
    main()
