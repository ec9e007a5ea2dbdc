"""Does mblint find what is broken? Breaks one thing at a time in renders, and prints found/broken by kind.

Usage: python benchmarks/recall/injection.py [--each N] [--missed] RENDER|FOLDER…

A break counts as found where one of the rules that it names says something that it did not say of the render as it was.
Each kind is tried at N places at most, of as many renders as there are; no render is used twice by a kind while others
are left.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from breaks import BREAKS, Break
from renders import Change, Tree, changed, findings, load

Seen = set[tuple[str, str]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("renders", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=6, help="how often each kind is tried (default: 6)")
    parser.add_argument("--only", default="", help="only kinds whose name has this in it")
    parser.add_argument("--missed", action="store_true", help="list what is not found")
    options = parser.parse_args()
    renders = list(load(options.renders))
    before: dict[tuple[Path, tuple[str, ...]], Seen] = {}
    found = broken = 0
    for kind in (each for each in BREAKS if options.only in each.kind):
        here, missed = 0, []
        chosen = list(_chosen(kind, renders, options.each))
        for path, objects, change in chosen:
            if (path, kind.rules) not in before:
                before[path, kind.rules] = _said(objects, kind)
            if _said(changed(objects, change), kind) - before[path, kind.rules]:
                here += 1
            else:
                missed.append(f"       {path.name}: {change.what}")
        found, broken = found + here, broken + len(chosen)
        print(f"{here:5} of {len(chosen):5}  {kind.kind}", flush=True)
        print(*missed, sep="\n", end="\n" if missed else "") if options.missed else None
    print(f"{found} of {broken} breaks found: {100 * found / max(broken, 1):.1f} %")
    return 0


def _chosen(
    kind: Break, renders: Sequence[tuple[Path, list[Tree]]], most: int
) -> Iterator[tuple[Path, list[Tree], Change]]:
    """Places for a kind of break: the first of each render, then the second of each …, evenly over the renders."""
    places = [(path, objects, each) for path, objects in renders if (each := list(kind.places(objects)))]
    turns = [
        (path, objects, each[turn])
        for turn in range(max((len(each) for _, _, each in places), default=0))
        for path, objects, each in places
        if turn < len(each)
    ]
    firsts = min(len(places), len(turns))
    step = max(1, firsts // most) if firsts > most else 1
    yield from turns[::step][:most]


def _said(objects: Sequence[Tree], kind: Break) -> Seen:
    """What the kind's rules find: by rule and message, so that a second one of a rule counts as new."""
    return {(finding["rule"], finding["message"]) for finding in findings(objects, kind.rules)}


if __name__ == "__main__":
    raise SystemExit(main())
