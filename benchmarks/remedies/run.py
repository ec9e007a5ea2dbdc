"""Carries out the remedies of findings, from outside: does each do what it promises?

    python benchmarks/remedies/run.py [--each N] [--alone] [--charts] [--seconds N] RENDER-OR-FOLDER…

Every distinct remedy (a rule and its edits; at most N of a rule) alone, by a reader of RFC 6902 of its own: its finding
is gone, nothing new is found, no key is lost, nothing in it is a placeholder. Then, for each render that has any,
`mblint fix --write` on a copy (what it says is mended is gone, nothing new is found, comments, quotes and line ends
stay), and `mblint fix --write --patches` with Kustomize, where that is on the PATH, in place of the second.
With --alone only the first. With --charts the folders are Helm charts, mended by `fix --source-root` as copies.
Prints the counts, what does not hold, and how many findings of each rule carry edits. Exit code 1 where anything fails.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from files import built, careless
from patches import CannotApply, applied
from program import found, mblint, start, write

Finding = Mapping[str, Any]
_LARGEST = 900_000  # bytes of a render
_PLACEHOLDER = re.compile(r"\b[A-Z]{4,}/[A-Z]{4,}\b|<[a-z-]+>|YOUR[-_]|\bTODO\b")
_MENDED = re.compile(r"^(?:mblint: )?(\d+) findings? mended, (\d+) left", re.M)


class Counts:
    """What was tried, by rule, and what failed."""

    def __init__(self) -> None:
        self.findings: Counter[str] = Counter()
        self.carrying: Counter[str] = Counter()
        self.alone: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        self.failures: list[str] = []
        self.seen: set[str] = set()

    def fail(self, what: str) -> None:
        """Notes a failure, and shows it."""
        self.failures.append(what)
        print(f"FAILS {what}", flush=True)


def main() -> int:
    """The exit code: 0 where everything holds."""
    parser = argparse.ArgumentParser(description="Carries out the remedies of findings, and lints again.")
    parser.add_argument("--each", type=int, default=10, help="distinct remedies of a rule that are tried")
    parser.add_argument("--seconds", type=int, default=3600, help="begin no further render after that")
    parser.add_argument("--alone", action="store_true", help="try remedies alone, and no files")
    parser.add_argument("--charts", action="store_true", help="the folders are Helm charts")
    parser.add_argument("paths", nargs="+", type=Path)
    asked = parser.parse_args()
    start()
    counts, end = Counts(), time.monotonic() + asked.seconds
    for path in _charts(asked.paths) if asked.charts else _renders(asked.paths):
        if time.monotonic() > end:
            break
        with tempfile.TemporaryDirectory() as folder:
            if asked.charts:
                _chart(path, Path(folder), counts)
            else:
                _render(path, Path(folder), asked.each, counts, alone=asked.alone)
    _print(counts)
    return 1 if counts.failures else 0


def _renders(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        for file in sorted(path.rglob("*.y*ml")) if path.is_dir() else [path]:
            if file.stat().st_size <= _LARGEST:
                yield file


# ---------------------------------------------------------------- a render


def _render(file: Path, folder: Path, each: int, counts: Counts, *, alone: bool) -> None:
    findings = found(file) or []
    for finding in findings:
        counts.findings[finding["rule"]] += 1
        counts.carrying[finding["rule"]] += bool(finding.get("edits"))
    wanted = [finding for finding in findings if _is_new(finding, each, counts)]
    if not wanted:
        return
    try:
        objects = [one for one in yaml.load_all(file.read_text(), Loader=_Read) if isinstance(one, dict)]
    except yaml.YAMLError:
        return
    rewritten = found(write(objects, folder / "again.yaml")) or []
    known = {one["fingerprint"] for one in (*findings, *rewritten)}
    for finding in wanted:
        for objection in _objections(objects, finding, known, folder):
            counts.fail(f"{file.name}: {finding['rule']} at line {finding['location']['line']}: {objection}")
    if not alone:
        _written(file, folder, counts)
        _patched(file, folder, counts)


class _Read(yaml.CSafeLoader):  # type: ignore[misc, name-defined, unused-ignore]
    """Takes `=` for a text, as Go does."""


_Read.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)
_Read.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def _is_new(finding: Finding, each: int, counts: Counts) -> bool:
    key = json.dumps([finding["rule"], finding.get("edits")], sort_keys=True)
    if not finding.get("edits") or key in counts.seen or counts.alone[finding["rule"]] >= each:
        return False
    counts.seen.add(key)
    counts.alone[finding["rule"]] += 1
    return True


def _objections(objects: Sequence[dict[str, Any]], finding: Finding, known: set[str], folder: Path) -> Iterator[str]:
    """What speaks against the edits of one finding."""
    if placeholder := _PLACEHOLDER.search(json.dumps(finding["edits"])):
        yield f"{placeholder[0]} is a placeholder"
    try:
        edited, configuration, lost = applied(objects, finding["edits"])
    except CannotApply as problem:
        yield str(problem)
        return
    yield from (f"{path} is lost" for path in lost)
    after = found(write(edited, folder / "edited.yaml"), configuration)
    if after is None:
        yield "nothing is reported afterwards"
        return
    if finding["fingerprint"] in {one["fingerprint"] for one in after}:
        yield "its finding is still there"
    for one in after:
        if one["fingerprint"] not in known:
            yield f"new: {one['level']} {one['rule']}: {one['message'][:200]}"


# ---------------------------------------------------------------- fix


def _written(file: Path, folder: Path, counts: Counts) -> None:
    """`fix --write` on a copy."""
    copy = folder / "render.yaml"
    shutil.copyfile(file, copy)
    before, text = prints(copy), copy.read_bytes().decode()
    code, _, said = mblint("fix", str(copy), "--write", "--fail-on", "never")
    number = _MENDED.search(said)
    if code not in (0, 3) or number is None:
        counts.fail(f"{file.name}: fix --write ends with {code}: {said[-200:]}")
        return
    counts.whole["fix --write: renders"] += 1
    counts.whole["fix --write: findings mended"] += int(number[1])
    for objection in (*careless(text, copy.read_bytes().decode()), *_compared(before, prints(copy), int(number[1]))):
        counts.fail(f"{file.name}: fix --write: {objection}")


def _patched(file: Path, folder: Path, counts: Counts) -> None:
    """`fix --write --patches`, and Kustomize."""
    builders = (["kustomize", "build"], ["kubectl", "kustomize"])
    kustomize = next((words for words in builders if shutil.which(words[0])), None)
    if kustomize is None:
        return
    base, component = folder / "base", folder / "component"
    base.mkdir()
    shutil.copyfile(file, base / "render.yaml")
    said = mblint("fix", str(base / "render.yaml"), "--write", "--patches", str(component / "kustomization.yaml"))[2]
    number = _MENDED.search(said)
    if number is None or not (component / "kustomization.yaml").exists():
        return
    plain, patched = folder / "plain.yaml", folder / "patched.yaml"
    try:
        plain.write_text(built(kustomize, base, resources=["render.yaml"]))
    except RuntimeError:
        counts.whole["fix --patches: renders that Kustomize refuses by themselves"] += 1
        return
    counts.whole["fix --patches: renders"] += 1
    counts.whole["fix --patches: findings mended"] += int(number[1])
    try:
        patched.write_text(built(kustomize, folder, resources=["base"], components=["component"]))
    except RuntimeError as problem:
        counts.fail(f"{file.name}: fix --patches: {problem}")
        return
    for objection in _compared(prints(plain), prints(patched), int(number[1])):
        counts.fail(f"{file.name}: fix --patches: {objection}")


def prints(file: Path) -> dict[str, Finding]:
    """The findings in a file by their fingerprints."""
    return {one["fingerprint"]: one for one in found(file) or ()}


def _compared(before: Mapping[str, Finding], after: Mapping[str, Finding], mended: int) -> Iterator[str]:
    for one in (after[mark] for mark in after.keys() - before.keys()):
        yield f"new: {one['rule']}: {one['message'][:160]}"
    gone = len(before.keys() - after.keys())
    if gone < mended:
        yield f"{mended} mended, {gone} gone"


# ---------------------------------------------------------------- charts


def _charts(paths: Iterable[Path]) -> Iterator[Path]:
    """The folders of charts in folders, but not those that other charts bring along."""
    for path in paths:
        yield from sorted(
            file.parent for file in path.rglob("Chart.yaml") if "charts" not in file.parts[len(path.parts) : -2]
        )


def _chart(chart: Path, folder: Path, counts: Counts) -> None:
    """`fix --source-root --write` on a copy of a chart, rendered before and after."""
    copy = folder / chart.name
    shutil.copytree(chart, copy, symlinks=True)
    command = ["helm", "template", "shop", str(copy)]
    before, after = folder / "before.yaml", folder / "after.yaml"
    if not _helm(command, before):
        return
    counts.whole["fix --source-root: charts"] += 1
    texts = {file: file.read_bytes().decode() for file in copy.rglob("values*.yaml")}
    _, _, said = mblint("fix", "--source-root", str(copy), "--write", "--fail-on", "never", "--", *command)
    number = _MENDED.search(said)
    if number is None or not _helm(command, after):
        counts.fail(f"{chart}: fix --source-root: {said[-200:]}")
        return
    counts.whole["fix --source-root: findings mended"] += int(number[1])
    for file, text in texts.items():
        for objection in careless(text, file.read_bytes().decode()):
            counts.fail(f"{chart}: {file.name}: {objection}")
    for objection in _compared(prints(before), prints(after), int(number[1])):
        counts.fail(f"{chart}: fix --source-root: {objection}")


def _helm(command: Sequence[str], file: Path) -> bool:
    with file.open("w", encoding="utf-8") as out:
        return subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=False).returncode == 0


# ---------------------------------------------------------------- what is printed


def _print(counts: Counts) -> None:
    print(f"{'rule':32} {'tried':>5} {'carry edits':>11} {'findings':>8}")
    for rule, number in sorted(counts.findings.items()):
        print(f"{rule:32} {counts.alone[rule]:5} {counts.carrying[rule]:11} {number:8}")
    for what, number in counts.whole.items():
        print(f"{what}: {number}")
    rules = [rule for rule, number in counts.carrying.items() if number]
    most = [rule for rule in rules if counts.carrying[rule] * 4 >= counts.findings[rule] * 3]
    print(f"rules with remedies: {len(rules)}, {len(most)} of them on three quarters of their findings or more")
    print(f"{counts.alone.total()} distinct remedies alone, {len(counts.failures)} failures in all")


if __name__ == "__main__":
    sys.exit(main())
