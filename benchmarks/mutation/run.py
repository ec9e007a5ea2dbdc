"""How many small faults in the policy engine its tests notice: prints the kill rate, and every fault that got away.

Usage: python benchmarks/mutation/run.py [MODULE…]
       modules of mblint/cluster without `.py`; default: those that decide what may talk to what

Needs `pip install mutmut` beside the project's development dependencies. Works on a copy; the checkout stays as it is.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGINE = (
    "addresses",
    "admin_tier",
    "calico_selectors",
    "connections",
    "engine",
    "ports",
    "reachable",
    "rule_match",
    "rule_ports",
    "run_time_labels",
    "selection",
    "selectors",
    "tiers",
    "universe",
)
TESTS = ("tests/conformance/test_cases.py", "tests/cluster", "tests/conformance/test_naive.py")


def copy_checkout(folder: Path) -> None:
    for name in ("mblint", "rules", "schemas", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def configure(folder: Path, modules: tuple[str, ...]) -> None:
    lines = [
        "[mutmut]",
        "source_paths=mblint",
        "only_mutate=" + "".join(f"\n    mblint/cluster/{module}.py" for module in modules),
        "also_copy=\n    rules\n    schemas\n    tests",
        "pytest_add_cli_args_test_selection=" + "".join(f"\n    {test}" for test in TESTS),
        "pytest_add_cli_args=\n    -x\n    -q",
    ]
    (folder / "setup.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def main() -> int:
    modules = tuple(sys.argv[1:]) or ENGINE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_checkout(folder)
        configure(folder, modules)
        log = mutmut(folder, "run")
        results = [
            line.rsplit(": ", 1) for line in mutmut(folder, "results", "--all", "true").splitlines() if ": " in line
        ]
        survived = [mutant.strip() for mutant, outcome in results if outcome.strip() not in ("killed", "timeout")]
        for mutant in survived:
            print(mutmut(folder, "show", mutant))
    if not results:
        print(log, file=sys.stderr)
        return 1
    killed = len(results) - len(survived)
    print(f"{killed} of {len(results)} mutants killed: {killed / len(results):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
