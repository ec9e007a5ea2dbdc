"""How long whole runs take, as ratios: beside kube-score, and of bigger inputs beside smaller ones.

    python benchmarks/speed.py RENDER [--runs N] [--applications RENDER] [--mblint PROGRAM]

RENDER: a platform. --applications: one application, which is copied side by side in its namespace (default: RENDER).
Each row runs two commands in turn, A B A B …, and compares the best processor time of each with its children's: what
else the machine does slows both, and adds to neither. With kube-score on the PATH, it runs beside 1, 10 and 50 copies.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from copies import objects_of, platforms, side_by_side, written

sys.path.insert(0, str(Path(__file__).parent / "scale"))
from synthetic_cluster import documents

FILES = 5000  # of the repository in which SARIF looks for places


class Cost(NamedTuple):
    """Seconds of processor time, and peak memory in MiB, of one run."""

    seconds: float
    memory: float


class Row(NamedTuple):
    """Two commands, what is asked of their ratio, and the directory that they run in."""

    name: str
    ours: Sequence[str]
    beside: Sequence[str]
    asked: float
    folder: Path


def cost(command: Sequence[str], folder: Path) -> Cost:
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(row: Row, runs: int) -> tuple[Cost, Cost]:
    """The best of each, after one run of both that is not counted."""
    pairs = [(cost(row.ours, row.folder), cost(row.beside, row.folder)) for _ in range(runs + 1)][1:]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def rows(mblint: Sequence[str], render: Path, applications: Path, folder: Path) -> Iterator[Row]:
    lint = [*mblint, "lint", "--format", "json", "--fail-on", "never"]
    one = written(platforms(objects_of(render), 1), folder / "1.yaml")
    yield Row("--version / python -c pass", [*mblint, "--version"], [sys.executable, "-c", "pass"], 3.0, folder)
    kube_score = shutil.which("kube-score")
    for number, asked in ((1, 1.7), (10, 1.0), (50, 0.7)) if kube_score else ():
        copies = written(platforms(objects_of(render), number), folder / f"{number}.yaml")
        assert kube_score is not None
        yield Row(
            f"{number} × the platform / kube-score",
            [*lint, str(copies)],
            [kube_score, "score", str(copies)],
            asked,
            folder,
        )
    ten, forty = (
        written(side_by_side(objects_of(applications), number), folder / f"beside-{number}.yaml") for number in (10, 40)
    )
    yield Row("40 / 10 applications in one namespace", [*lint, str(forty)], [*lint, str(ten)], 5.5, folder)
    few, many = (
        written(documents(*size, 1, "mixed"), folder / f"policies-{size[1]}.yaml") for size in ((300, 120), (1000, 400))
    )
    graph = [*mblint, "graph", "--format", "json"]
    yield Row("graph, 1000 × 400 / 300 × 120 policies", [*graph, str(many)], [*graph, str(few)], 4.0, folder)
    yield Row("lint, 1000 × 400 / 300 × 120 policies", [*lint, str(many)], [*lint, str(few)], 4.0, folder)
    yield Row("facts / lint", [*mblint, "facts", "--format", "json", str(one)], [*lint, str(one)], 1.5, folder)
    sarif = [*mblint, "lint", "--format", "sarif", "--fail-on", "never", str(one)]
    root = repository(folder / "repository")
    yield Row(f"SARIF with {FILES} files / without", [*sarif, "--source-root", str(root)], sarif, 1.3, folder)


def repository(root: Path) -> Path:
    """A git repository of many values files and manifests."""
    for number in range(FILES // 2):
        file = root / f"charts/{number % 50}/values-{number}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"image:\n  tag: 1.{number}\nservice:\n  port: {8000 + number}\n")
        (file.parent / f"map-{number}.yaml").write_text(f"kind: ConfigMap\nmetadata:\n  name: map-{number}\n")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    return root


def interpreter() -> str:
    """Its version and how it was built: an optimised build (PGO, LTO) is about a fifth faster."""
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    optimised = "optimised" if "--enable-optimizations" in arguments else "not optimised"
    return f"Python {sys.version.split()[0]}, {optimised}, {os.cpu_count()} processors"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("render", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--applications", type=Path)
    parser.add_argument("--mblint", nargs="+", default=[sys.executable, "-m", "mblint"])
    given = parser.parse_args()
    print(interpreter())
    if shutil.which("kube-score") is None:
        print("kube-score is not on the PATH: no row beside it", file=sys.stderr)
    print(f"{'':40} {'seconds':>8} {'beside':>8} {'ratio':>6} {'asked':>6} {'MiB':>6} {'MiB':>6}")
    with TemporaryDirectory() as temporary:
        render = given.render.resolve()
        for row in rows(given.mblint, render, (given.applications or render).resolve(), Path(temporary)):
            ours, beside = in_turn(row, given.runs)
            ratio = ours.seconds / max(beside.seconds, 0.001)
            print(
                f"{row.name:40} {ours.seconds:8.3f} {beside.seconds:8.3f} {ratio:6.2f} {row.asked:6.1f} "
                f"{ours.memory:6.0f} {beside.memory:6.0f}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
