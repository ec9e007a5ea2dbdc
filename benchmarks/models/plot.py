"""Draws docs/images/startup.svg: start-up over the CPU limit, as the model says it, with the incident on it.

    python benchmarks/models/plot.py [FILE]

Needs matplotlib. The same models give the same file, byte for byte.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from mblint.facts.runs.image_profiles import profiles
from mblint.facts.workers.models.start_up import Share, start_up
from mblint.facts.workers.models.tables import Row

OUTPUT = Path(__file__).parents[2] / "docs" / "images" / "startup.svg"
WORKERS = (1, 2, 4, 8)
LIMITS = [millis / 1000 for millis in range(100, 2001, 25)]
NODE_CORES = 4
INCIDENT = (0.5, 4)  # CPUs, workers
BEFORE, AFTER = 30, 110  # guaranteed windows: liveness 10/10/3, and the startup probe 60/10/6
COLOURS = ("#1f6f8b", "#4f9d69", "#c8553d", "#6b4c9a")


def main() -> None:
    mpl.rcParams.update(
        {"svg.hashsalt": "mblint", "font.size": 11, "font.family": "sans-serif", "svg.fonttype": "path"}
    )
    figure, axes = plt.subplots(figsize=(8, 5))
    _curves(axes, _row())
    _incident(axes, _row())
    axes.set(xscale="log", yscale="log", xlim=(LIMITS[0], LIMITS[-1]), ylim=(2, 700))
    axes.set(xlabel="CPU limit", ylabel="seconds until every worker has served once")
    axes.set_xticks([0.1, 0.25, 0.5, 1, 2], ["100m", "250m", "500m", "1", "2"])
    axes.set_yticks([5, 10, 30, 60, 110, 300], ["5", "10", "30", "60", "110", "300"])
    axes.minorticks_off()
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.legend(frameon=False, loc="upper right")
    axes.set_title("A Django backend on uvicorn (La Suite Docs): start-up over the CPU limit", fontsize=12)
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    output.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(output, metadata={"Date": None, "Creator": "benchmarks/models/plot.py"}, bbox_inches="tight")


def _row() -> Row:
    """The backend of Docs on uvicorn."""
    return next(row for image in profiles() for row in image.rows if (row.of, row.runtime) == ("start-up", "uvicorn"))


def _curves(axes: Axes, row: Row) -> None:
    """The typical start for each number of workers; low to high for the incident's."""
    for workers, colour in zip(WORKERS, COLOURS, strict=True):
        estimates = [start_up(row, row.worker, workers, Share(limit, NODE_CORES)) for limit in LIMITS]
        label = f"{workers} worker{'s' if workers > 1 else ''}"
        axes.plot(LIMITS, [estimate.typical for estimate in estimates], color=colour, label=label, linewidth=2)
        if workers == INCIDENT[1]:
            low, high = [estimate.low for estimate in estimates], [estimate.high for estimate in estimates]
            axes.fill_between(LIMITS, low, high, color=colour, alpha=0.15, linewidth=0)


def _incident(axes: Axes, row: Row) -> None:
    """Where the incident was, and how long the probes waited before and after the fix."""
    limit, workers = INCIDENT
    estimate = start_up(row, row.worker, workers, Share(limit, NODE_CORES))
    spread = [[estimate.typical - estimate.low], [estimate.high - estimate.typical]]
    axes.errorbar([limit], [estimate.typical], yerr=spread, fmt="o", color="black", capsize=4, markersize=7, zorder=5)
    text = f"the incident: {workers} workers, {round(limit * 1000)}m\n{estimate.low:.0f}–{estimate.high:.0f} s"
    behind = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2}
    place = {"xytext": (14, 14), "textcoords": "offset points", "va": "center", "bbox": behind, "zorder": 6}
    axes.annotate(text, (limit, estimate.typical), **place)
    for window in (BEFORE, AFTER):
        axes.axhline(window, color="#333333", linestyle="--", linewidth=1)
    axes.text(LIMITS[0] * 1.03, BEFORE * 0.96, f"liveness killed after {BEFORE} s", ha="left", va="top", fontsize=10)
    axes.text(
        LIMITS[-1] * 0.97, AFTER * 1.04, f"the startup probe waits {AFTER} s", ha="right", va="bottom", fontsize=10
    )


if __name__ == "__main__":
    main()
