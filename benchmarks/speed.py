"""How long a whole run takes, as ratios: against kube-score on the same machine, and against itself on more input.

Usage: python benchmarks/speed.py RENDER [RUNS]
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path


def seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def in_turn(first: Sequence[str], second: Sequence[str], runs: int) -> tuple[list[float], list[float]]:
    """Both commands, A B A B …, after one warm-up each: a machine that drifts slows both."""
    seconds(first), seconds(second)
    pairs = [(seconds(first), seconds(second)) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def repeated(render: Path, times: int, folder: Path) -> Path:
    """The render in as many namespaces, one after another."""
    text = render.read_text()
    copies = [
        re.sub(r"^(  namespace:).*$", rf"\1 copy-{number}", text, flags=re.MULTILINE) + "\n" for number in range(times)
    ]
    target = folder / f"{times}.yaml"
    target.write_text("---\n".join(copies))
    return target


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    render = Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    mblint = [sys.executable, "-m", "mblint"]
    kube_score = shutil.which("kube-score")
    if kube_score:
        ours, theirs = in_turn([*mblint, str(render)], [kube_score, "score", str(render)], runs)
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(
            f"mblint {statistics.median(ours):.3f} s, kube-score {statistics.median(theirs):.3f} s, ratio {ratio:.2f}"
        )
    else:
        print("kube-score is not on the PATH: no ratio against it", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        once = repeated(render, 1, Path(folder))
        for times in (2, 4, 8):
            more, one = in_turn([*mblint, str(repeated(render, times, Path(folder)))], [*mblint, str(once)], runs)
            ratio = statistics.median(a / b for a, b in zip(more, one, strict=True))
            print(f"{times} times the input: {ratio:.2f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
