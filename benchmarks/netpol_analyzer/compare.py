"""Compares mblint's policy engine with np-guard's netpol-analyzer, pair by pair.

Usage: python benchmarks/netpol_analyzer/compare.py BINARY --clusters N [--seed S] [--keep FOLDER]
       python benchmarks/netpol_analyzer/compare.py BINARY FOLDER…

The first draws clusters of NetworkPolicies, AdminNetworkPolicies and BaselineAdminNetworkPolicies (`random_manifests`);
the second takes folders of manifests, such as those below the `tests/` of netpol-analyzer. Prints folders that differ
with the causes of their differences (`causes`), those that no cause explains, and how many folders came out in which
way. Exit code 1: something is unexplained.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from json import dumps
from pathlib import Path

from causes import known
from connectivity import Connectivity, of_mblint, of_netpol_analyzer
from random_manifests import manifests

from mblint.cluster.build import build_cluster
from mblint.manifests.read import read_paths

_SHOWN = 12


def drawn(number: int, seed: int, folder: Path) -> Iterator[Path]:
    """Folders of one file each; the same numbers give the same ones."""
    for each in range(seed, seed + number):
        place = folder / str(each)
        place.mkdir(parents=True, exist_ok=True)
        text = "".join(f"---\n{dumps(document)}\n" for document in manifests(random.Random(each)))
        (place / "cluster.yaml").write_text(text)
        yield place


def differences(ours: Connectivity, theirs: Connectivity) -> Iterator[tuple[str, str]]:
    """The pairs of which both do not say the same."""
    return (pair for pair in sorted(set(ours) | set(theirs)) if ours.get(pair) != theirs.get(pair))


def compared(binary: str, folder: Path) -> str:
    """The outcome for one folder, in words."""
    try:
        theirs = of_netpol_analyzer(binary, folder)
    except ValueError as refusal:
        print(f"{folder}: refused: {refusal}")
        return "refused"
    read = read_paths([str(folder)])
    cluster = build_cluster(read.documents)
    reasons = known(read, cluster)
    ours = of_mblint(cluster, reasons.names)
    found = [(pair, reasons.cause(*pair)) for pair in differences(ours, theirs)]
    if not found:
        return "same"
    causes = Counter(cause for _, cause in found)
    print(f"{folder}:", ", ".join(f"{number} pairs: {cause}" for cause, number in sorted(causes.items())))
    unexplained = [pair for pair, cause in found if cause == "unexplained"]
    for pair in unexplained[:_SHOWN]:
        print(f"    {pair[0]} → {pair[1]}: {ours.get(pair, '-')} here, {theirs.get(pair, '-')} there")
    return "unexplained" if unexplained else "different on purpose"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--clusters", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where the drawn clusters are left")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        clusters = drawn(given.clusters, given.seed, given.keep or Path(scratch))
        outcomes = Counter(compared(given.binary, folder) for folder in chain(clusters, given.folders))
    print(", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items())))
    return 1 if outcomes["unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
