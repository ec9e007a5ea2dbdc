"""Draws docs/images/workers.svg: start-up and memory by the number of workers, measured points on the models' bands.

    python benchmarks/models/plot_workers.py [FILE]

Needs matplotlib. The same models and measurements give the same file, byte for byte.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
import yaml
from matplotlib.axes import Axes

from mblint.facts.workers.models.tables import Row, runtimes

OUTPUT = Path(__file__).parents[2] / "docs" / "images" / "workers.svg"
MEASURED = Path(__file__).with_name("measured-applications.yaml")
WORKERS = list(range(1, 10))
SHOWN = {
    ("uvicorn", "django"): "#1f6f8b",
    ("gunicorn-preload", "django"): "#4f9d69",
    ("celery", "django"): "#c8553d",
    ("gunicorn", "flask-heavy"): "#6b4c9a",
}
PANELS = (("start-up", "cpu-seconds", "CPU seconds until every worker has served"), ("memory", "mib", "MiB"))


def main() -> None:
    mpl.rcParams.update(
        {"svg.hashsalt": "mblint", "font.size": 10, "font.family": "sans-serif", "svg.fonttype": "path"}
    )
    figure, panels = plt.subplots(1, 2, figsize=(11, 5))
    for axes, (of, key, label) in zip(panels, PANELS, strict=True):
        _draw(axes, of, key)
        axes.set(xlabel="workers", ylabel=label, yscale="log")
        axes.set_xticks(WORKERS)
        axes.grid(color="#dddddd", linewidth=0.6)
    panels[0].legend(frameon=False, loc="upper left", fontsize=9)
    figure.suptitle("Bands: the models, low to high. Points: what real applications took", fontsize=12)
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    output.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(output, metadata={"Date": None, "Creator": "benchmarks/models/plot_workers.py"}, bbox_inches="tight")


def _draw(axes: Axes, of: str, key: str) -> None:
    measured: list[dict[str, Any]] = yaml.safe_load(MEASURED.read_text())
    for (runtime, kind), colour in SHOWN.items():
        row = _row(runtime, kind, of)
        low, typical, high = zip(*(_three(row, workers) for workers in WORKERS), strict=True)
        axes.fill_between(WORKERS, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(WORKERS, typical, color=colour, linewidth=1.5, label=f"{runtime}, {kind}")
        for one in measured:
            if (one["runtime"], one["class"]) == (runtime, kind):
                axes.plot(one["workers"], one[key], "o", color=colour, markersize=6)


def _row(runtime: str, kind: str, of: str) -> Row:
    (owner,) = (one for one in runtimes() if one.name == runtime)
    return next(row for row in owner.rows if (row.of, row.for_class) == (of, kind))


def _three(row: Row, workers: int) -> list[float]:
    return [base + workers * each for base, each in zip(row.base, row.worker, strict=True)]


if __name__ == "__main__":
    main()
