"""Judge mblint by what people judged before: python tests/corpus/labels.py FOLDER…

Lints every render below the folders, each as a cluster of its own, and looks each finding up in labels.yaml,
by the render's name, the rule and the fingerprint. A finding that no label knows fails the run: somebody has
to read it, and to write down whether it is true, false or debatable, and why. --write FILE lists the unknown
ones in the form of labels.yaml, with the verdict and reason left open.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml

LABELS = Path(__file__).parent / "labels.yaml"
VERDICTS = ("true", "false", "debatable")


@dataclass(frozen=True, order=True)
class Finding:
    """A finding on one render, with what tells it from others."""

    render: str
    rule: str
    fingerprint: str
    object: str
    level: str
    message: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a label names it by."""
        return self.render, self.rule, self.fingerprint


def renders_below(folders: Iterable[Path]) -> list[Path]:
    """The rendered files, by name."""
    files = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.yaml"))]
    return sorted(set(files), key=lambda path: (path.stem, path))


def findings_in(render: Path) -> list[Finding]:
    """What a plain run of mblint says of one render."""
    command = [sys.executable, "-m", "mblint", "lint", str(render), "--format", "json", "--fail-on", "never"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=render.parent)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"mblint ends with {done.returncode} on {render.name}: {done.stderr[-300:]}")
    said = json.loads(done.stdout)
    return [
        Finding(
            render.stem,
            each["rule"],
            each["fingerprint"],
            "/".join(str(each["object"].get(part)) for part in ("kind", "namespace", "name")),
            each["level"],
            " ".join(each["message"].split()),
        )
        for each in said["findings"]
    ]


def known_labels(path: Path) -> dict[tuple[str, str, str], str]:
    """The verdict of each labelled finding; a label without a verdict or a reason is refused."""
    labels: dict[tuple[str, str, str], str] = {}
    for label in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
        verdict = str(label["verdict"]).lower()
        if verdict not in VERDICTS or not str(label.get("reason") or "").strip():
            raise ValueError(f"a label of {label['rule']} has no verdict or no reason")
        for named in label["findings"]:
            render, fingerprint, *_ = named.split()
            labels[render, label["rule"], fingerprint] = verdict
    return labels


def open_labels(unknown: Iterable[Finding]) -> str:
    """Unknown findings in the form of labels.yaml, to be judged."""
    lines: list[str] = []
    for each in unknown:
        lines += [f"# {each.level}: {each.message}", f"- rule: {each.rule}", "  verdict:", "  reason:"]
        lines += ["  findings:", f"    - {each.render} {each.fingerprint} {each.object}"]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Compare, count, and fail on what nobody has judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--jobs", type=int, default=2)
    told = parser.parse_args(arguments)
    renders = renders_below(told.folders)
    if not renders:
        print("no render found", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(told.jobs) as several:
        found = sorted(each for some in several.map(findings_in, renders) for each in some)
    labels = known_labels(told.labels)
    unknown = [each for each in found if each.key not in labels]
    verdicts = Counter(labels[each.key] for each in found if each.key in labels)
    for each in unknown:
        print(f"{each.render}: {each.level} {each.rule} {each.object} {each.fingerprint}\n    {each.message}")
    if told.write:
        told.write.write_text(open_labels(unknown), encoding="utf-8")
    counted = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in VERDICTS)
    print(f"{len(renders)} renders, {len(found)} findings: {counted}, {len(unknown)} that no label knows")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
