"""Render public charts and platforms from git checkouts: python tests/corpus/render.py --into DIR CHECKOUT…

A checkout is a folder with charts, overlays or plain manifests somewhere below it. Each application chart
becomes DIR/charts/NAME.yaml, with its default values, or with the first of its ci/*values.yaml that renders
where the defaults alone do not. A chart that a dependency names is taken from whichever checkout has it, the
newest first, so nothing is downloaded. --platform NAME=PATH renders a whole platform: a folder with a
kustomization through kustomize, else its manifests as they are. DIR/INDEX.tsv says what came from where.
Renders are not committed: their licences are their charts'.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

ANY_VERSION = ">=0.0.0-0"
SECONDS_PER_RENDER = 60
UNTRIED = {"testdata", "test", "tests", "examples", "node_modules", ".git"}


@dataclass(frozen=True)
class Chart:
    """A chart as it lies in a checkout."""

    name: str
    version: str
    library: bool
    folder: Path
    checkout: Path


@dataclass(frozen=True)
class Rendered:
    """What a chart or platform printed, and with which values."""

    text: str
    values: str


def charts_below(checkout: Path) -> list[Chart]:
    """Every chart of a checkout, without those that lie inside another chart or among test data."""
    found = []
    for description in sorted(checkout.rglob("Chart.yaml")):
        inside = description.relative_to(checkout).parts[:-1]
        if UNTRIED.intersection(inside) or ("charts" in inside[1:-1] and is_subchart(description.parent)):
            continue
        try:
            told = yaml.safe_load(description.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        if not isinstance(told, dict) or not isinstance(told.get("name"), str):
            continue
        library = told.get("type") == "library"
        found.append(Chart(told["name"], str(told.get("version", "0")), library, description.parent, checkout))
    return found


def is_subchart(folder: Path) -> bool:
    """Whether a chart lies in the charts/ folder of another."""
    return folder.parent.name == "charts" and (folder.parent.parent / "Chart.yaml").is_file()


def age_key(version: str) -> tuple[int, ...]:
    """Numbers to compare two versions by."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def newest_by_name(charts: list[Chart]) -> dict[str, Chart]:
    """The newest chart of each name, to serve the dependencies of others."""
    pool: dict[str, Chart] = {}
    for chart in charts:
        known = pool.get(chart.name)
        if known is None or age_key(chart.version) > age_key(known.version):
            pool[chart.name] = chart
    return pool


def complete_copy(chart: Chart, into: Path, pool: dict[str, Chart], depth: int = 0) -> Path:
    """A copy of the chart whose charts/ folder holds what its dependencies name, of any version."""
    copy = into / chart.name
    shutil.copytree(chart.folder, copy, symlinks=False, ignore_dangling_symlinks=True)
    for name in ("Chart.lock", "requirements.lock"):
        (copy / name).unlink(missing_ok=True)
    for name in ("Chart.yaml", "requirements.yaml"):
        described = copy / name
        if not described.is_file():
            continue
        told = yaml.safe_load(described.read_text(encoding="utf-8")) or {}
        for dependency in told.get("dependencies") or []:
            dependency["version"] = ANY_VERSION
            subcharts = copy / "charts"
            present = subcharts.is_dir() and any(subcharts.glob(f"{dependency['name']}*"))
            wanted = pool.get(dependency["name"])
            if not present and wanted is not None and depth < 4:
                subcharts.mkdir(exist_ok=True)
                complete_copy(wanted, subcharts, pool, depth + 1)
        told.pop("kubeVersion", None)
        described.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    return copy


def printed(command: list[str]) -> str:
    """The standard output of a command, or nothing where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_PER_RENDER, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout if done.returncode == 0 and "kind:" in done.stdout else ""


def render_chart(chart: Chart, pool: dict[str, Chart]) -> Rendered | None:
    """The chart with its defaults, else with the first of its CI values that renders."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            copy = complete_copy(chart, Path(scratch), pool)
        except (OSError, shutil.Error, yaml.YAMLError, TypeError, AttributeError):
            return None
        tried = [Path(), *sorted((copy / "ci").glob("*.yaml"))[:4]]
        for values in tried:
            given = ["--values", str(values)] if values.name else []
            text = printed(["helm", "template", chart.name[:50], str(copy), "--namespace", "default", *given])
            if text:
                return Rendered(text, f"ci/{values.name}" if values.name else "default")
    return None


def render_platform(folder: Path) -> Rendered | None:
    """A platform's overlay, or its plain manifests one after another."""
    if any((folder / name).is_file() for name in ("kustomization.yaml", "kustomization.yml")):
        text = printed(["kustomize", "build", "--load-restrictor", "LoadRestrictionsNone", str(folder)])
        return Rendered(text, "kustomize build") if text else None
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.y*ml"))
    kept = [text for file in files if (text := manifests_in(file))]
    return Rendered("\n---\n".join(kept), "manifests as they are") if kept else None


def manifests_in(file: Path) -> str:
    """The text of a file whose documents are all Kubernetes objects, else nothing."""
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        documents = [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.YAMLError:
        return ""
    whole = all(isinstance(each, dict) and "kind" in each and "apiVersion" in each for each in documents)
    kustomize = any("kustomize" in str(each.get("apiVersion")) for each in documents) if whole else True
    return text if documents and not kustomize else ""


def commit_of(checkout: Path) -> str:
    """The commit that a checkout stands at, or what its .commit file says."""
    said = checkout / ".commit"
    if said.is_file():
        return said.read_text(encoding="utf-8").strip()
    return printed_commit(checkout) or "unknown"


def printed_commit(checkout: Path) -> str:
    """What git says of a checkout."""
    command = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def main(arguments: list[str]) -> int:
    """Render all that is given, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR")
    parser.add_argument("--platform", action="append", default=[], metavar="NAME=PATH")
    told = parser.parse_args(arguments)
    charts = [chart for checkout in told.checkouts for chart in charts_below(checkout)]
    pool = newest_by_name(charts)
    for kind in ("charts", "platforms"):
        (told.into / kind).mkdir(parents=True, exist_ok=True)
    counts = {"charts": 0, "platforms": 0}
    with (told.into / "INDEX.tsv").open("a", encoding="utf-8") as index:
        for chart in charts:
            name = chart.name if pool[chart.name] is chart else f"{chart.name}-{chart.checkout.name}"
            target = told.into / "charts" / f"{name}.yaml"
            rendered = None if chart.library or target.exists() else render_chart(chart, pool)
            if rendered:
                keep(target, rendered, chart.checkout, chart.version, index.write)
                index.flush()
                counts["charts"] += 1
        for platform in told.platform:
            name, _, path = platform.partition("=")
            rendered = render_platform(Path(path))
            if rendered:
                keep(told.into / "platforms" / f"{name}.yaml", rendered, Path(path), "", index.write)
                counts["platforms"] += 1
    print(f"{counts['charts']} charts and {counts['platforms']} platforms rendered into {told.into}")
    return 0


def keep(target: Path, rendered: Rendered, checkout: Path, version: str, note: object) -> None:
    """Write a render and its line in the index."""
    target.write_text(rendered.text, encoding="utf-8")
    assert callable(note)
    note("\t".join([target.stem, checkout.name, commit_of(checkout), version, rendered.values]) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
