"""Real upgrades: charts as they were at several dates, rendered, and each step judged by `mblint upgrade`.

Usage: python benchmarks/upgrades/history.py [--mblint PATH] [--every N] [--out FOLDER] --date DATE --date DATE …
       REPOSITORY:FOLDER…

A repository is a git directory, whose FOLDER has the charts, one in each folder of it; `.` where it is a chart itself.
Charts that a chart depends on are taken from the same folder at the same commit; who needs others is left out. Needs
git and helm. Prints each step with its findings, then how many of each rule.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import yaml

_FINDING = re.compile(r"\b(error|warning|note)\[([a-z-]+)\]")
_DEPTH = 3  # charts within charts


def main() -> None:
    options = _options()
    counted: Counter[str] = Counter()
    steps = 0
    for repository, folder in (source.rsplit(":", 1) for source in options.sources):
        for chart in list(_charts(Path(repository), folder))[:: options.every]:
            renders = _renders(Path(repository), folder, chart, options)
            for old, new in pairwise(renders):
                steps += 1
                found = _upgrade(options.mblint, old, new)
                counted.update("[".join(match) + "]" for line in found for match in _FINDING.findall(line)[:1])
                print(f"{old.name} → {new.name}", *found, sep="\n  ", flush=True)
    print(f"\n{steps} steps")
    for rule, count in counted.most_common():
        print(f"{count:5} {rule}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mblint", default="mblint")
    parser.add_argument("--every", type=int, default=1, help="only each Nth chart of a folder")
    parser.add_argument("--out", type=Path, default=None, help="keep the renders here")
    parser.add_argument("--date", dest="dates", action="append", required=True, help="like 2025-06-01; two or more")
    parser.add_argument(
        "--as-upgrades",
        dest="later",
        action="store_const",
        const=["--is-upgrade"],
        default=[],
        help="render all but the first as an upgrade: without what is of an installation alone; some charts then "
        "want passwords, and are left out",
    )
    parser.add_argument("sources", nargs="+", metavar="REPOSITORY:FOLDER")
    options = parser.parse_args()
    options.out = options.out or Path(tempfile.mkdtemp(prefix="renders"))
    options.out.mkdir(parents=True, exist_ok=True)
    return options


def _git(repository: Path, *words: str) -> bytes:
    return subprocess.run(["git", "--git-dir", str(repository), *words], capture_output=True, check=False).stdout


def _charts(repository: Path, folder: str) -> Iterator[str]:
    """The folders of the charts."""
    if folder == ".":
        yield folder
        return
    yield from _git(repository, "ls-tree", "-d", "--name-only", "HEAD", f"{folder}/").decode().split()


def _renders(repository: Path, folder: str, chart: str, options: argparse.Namespace) -> Sequence[Path]:
    """A file for each date at which the chart can be rendered with the values that it brings."""
    name = Path(chart).name if chart != "." else repository.resolve().parent.name
    found: list[Path] = []
    for date in options.dates:
        target = options.out / f"{name}@{date}.yaml"
        commit = _git(repository, "rev-list", "-1", f"--before={date}", "HEAD", "--", chart).decode().strip()
        if commit and _render(repository, commit, (folder, chart), target, options.later if found else []):
            found.append(target)
    return found


def _render(repository: Path, commit: str, where: tuple[str, str], target: Path, more: Sequence[str]) -> bool:
    folder, chart = where
    with tempfile.TemporaryDirectory() as work:
        here = Path(work) / "chart"
        if not _export(repository, commit, chart, here) or not _bring(repository, commit, folder, here):
            return False
        command = ["helm", "template", "app", str(here), "--namespace", "app", *more]
        rendered = subprocess.run(command, capture_output=True, check=False)
        target.write_bytes(rendered.stdout)
        return rendered.returncode == 0 and b"\nkind:" in rendered.stdout


def _export(repository: Path, commit: str, path: str, target: Path) -> bool:
    target.mkdir(parents=True)
    archive = _git(repository, "archive", commit, *([] if path == "." else [path]))
    strip = 0 if path == "." else path.count("/") + 1
    unpack = ["tar", "-x", "-C", str(target), f"--strip-components={strip}"]
    subprocess.run(unpack, input=archive, capture_output=True, check=False)
    return (target / "Chart.yaml").is_file()


def _bring(repository: Path, commit: str, folder: str, chart: Path, depth: int = 0) -> bool:
    """The charts that it depends on; False where one is not in the repository."""
    listed = chart / "requirements.yaml"
    said = yaml.safe_load((listed if listed.is_file() else chart / "Chart.yaml").read_text()) or {}
    for dependency in said.get("dependencies") or []:
        target = chart / "charts" / dependency["name"]
        if target.exists():
            continue
        if folder == "." or depth == _DEPTH or not _export(repository, commit, f"{folder}/{target.name}", target):
            return False
        if not _bring(repository, commit, folder, target, depth + 1):
            return False
    (chart / "Chart.lock").unlink(missing_ok=True)
    return True


def _upgrade(mblint: str, old: Path, new: Path) -> Sequence[str]:
    """The first lines of its findings."""
    said = subprocess.run([mblint, "upgrade", str(old), str(new)], capture_output=True, text=True, check=False)
    lines = (line for line in said.stdout.splitlines() if _FINDING.search(line))
    return [line.removeprefix(f"{new.parent}/") for line in lines]


if __name__ == "__main__":
    if shutil.which("helm") is None:
        raise SystemExit("helm is not on the PATH")
    main()
