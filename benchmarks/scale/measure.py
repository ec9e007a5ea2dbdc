"""How time and memory of `mblint graph --format json` grow with workloads, policies, ports and kinds of policies.

Usage: python benchmarks/scale/measure.py [--netpol-analyzer BINARY [--patience SECONDS]]

One process for each row: processor time and peak resident memory of the whole program, the sizes of what it reads and
prints, and how many connections it finds. The output names every pair of nodes that may connect with all its ports, so
it grows with their product; what is kept in memory should grow with nodes and rules alone. With the binary of
netpol-analyzer (`netpolicy`), the first inputs are given to `netpolicy list -o json`, too, and it is stopped
after so many seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from json import dumps
from pathlib import Path
from typing import NamedTuple

from synthetic_cluster import documents

SIZES = ((125, 50), (250, 100), (500, 200), (1000, 400))
PORTS = (4, 16, 64)
SHAPES = ("select-all", "scattered", "ranges", "blocks")


class Input(NamedTuple):
    workloads: int
    policies: int
    ports: int
    shape: str

    def __str__(self) -> str:
        ports = f", {self.ports} ports for one" if self.ports > 1 else ""
        return f"{self.workloads} × {self.policies}{ports}{f', {self.shape}' if self.shape != 'mixed' else ''}"


class Cost(NamedTuple):
    """Seconds of processor time and of waiting, MiB of peak memory, MB of output, connections; None: stopped."""

    processor: float
    wall: float
    peak: float
    output: float
    connections: int | None


def inputs() -> Iterator[Input]:
    yield from (Input(*size, 1, "mixed") for size in SIZES)
    yield from (Input(500, 200, ports, "mixed") for ports in PORTS)
    yield from (Input(500, 200, ports, shape) for shape in SHAPES for ports in (1, 64))


def cost(command: Sequence[str], output: Path, patience: float | None = None) -> Cost:
    """Runs a command to its end, or for as long as one is patient."""
    began = time.monotonic()
    with output.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.DEVNULL)
    pid, status, used = 0, 0, None
    while pid == 0:
        pid, status, used = os.wait4(process.pid, os.WNOHANG if patience is not None else 0)
        if pid == 0 and patience is not None:
            time.sleep(0.05)
            if time.monotonic() - began > patience:
                process.kill()
                patience = None
    process.returncode = os.waitstatus_to_exitcode(status)
    assert used is not None
    with output.open("rb") as stream:  # line by line: what this process holds counts as the next one's peak
        found = sum(b'"from":' in line or b'"src":' in line for line in stream) if process.returncode == 0 else None
    seconds = used.ru_utime + used.ru_stime
    return Cost(seconds, time.monotonic() - began, used.ru_maxrss / 1024, output.stat().st_size / 1e6, found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--netpol-analyzer", metavar="BINARY")
    parser.add_argument("--patience", type=float, default=300)
    given = parser.parse_args()
    print("| workloads × policies | reads | processor | peak memory | prints | connections |")
    print("| --- | --: | --: | --: | --: | --: |")
    for one in inputs():
        with tempfile.TemporaryDirectory() as folder:
            manifests, output = Path(folder, "cluster.yaml"), Path(folder, "output")
            with manifests.open("w") as stream:
                stream.writelines(f"---\n{dumps(document)}\n" for document in documents(*one))
            graph = cost([sys.executable, "-m", "mblint", "graph", "--format", "json", str(manifests)], output)
            print(_row(str(one), manifests, graph), flush=True)
            if given.netpol_analyzer and one.ports == 1 and one.shape == "mixed":
                other = [given.netpol_analyzer, "list", "-q", "-o", "json", "--dirpath", str(manifests)]
                print(_row(f"{one}: netpol-analyzer", manifests, cost(other, output, given.patience)), flush=True)


def _row(name: str, manifests: Path, one: Cost) -> str:
    found = f"{one.connections:,}" if one.connections is not None else f"stopped after {one.wall:.0f} s"
    read = manifests.stat().st_size / 1e6
    sizes = f"{read:.1f} MB | {one.processor:.1f} s | {one.peak:.0f} MiB | {one.output:.1f} MB"
    return f"| {name} | {sizes} | {found} |"


if __name__ == "__main__":
    main()
