"""Applies the edits of every finding of renders, one at a time and all together, and lints again.

    python benchmarks/edits.py RENDER…

Each finding must vanish, none be new or worse, and no object lose a key. Prints what does not hold, and how many
findings of each rule carry edits.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date

from mblint.config import Config
from mblint.judge.load import load_rules
from mblint.manifests.read import read_paths
from mblint.pipeline import Ruleset, analyse, report
from mblint.proof import Input, causes, proved
from mblint.shipped import rules_directory


def examine(file: str, together: bool = True) -> tuple[Counter[str], Counter[str], int]:
    """Findings by rule, those with edits by rule, and how many proofs fail."""
    rules = load_rules([rules_directory()])
    of_renders = Ruleset(rules, rules).of_renders()
    given = Input(read_paths([file]), Config(), None, of_renders.applied)
    analysis = analyse(given.manifests, given.config)
    findings = report(analysis, of_renders, today=date.today(), ignores=False).findings
    cluster, before = analysis.world.cluster, causes(given)
    mended = [finding for finding in findings if finding.edits]
    failed = 0
    groups = [[finding] for finding in mended] + ([mended] if together and len(mended) > 1 else [])
    for group in groups:
        verdict = proved(given, cluster, before, group)
        if not verdict.holds:
            failed += 1
            who = f"{group[0].rule.id} at line {group[0].location.line}" if len(group) == 1 else "all together"
            for objection in verdict.objections:
                print(f"{file}: {who}: {objection}")
    return Counter(one.rule.id for one in findings), Counter(one.rule.id for one in mended), failed


def main(files: list[str]) -> int:
    """The exit code: 0 where every proof holds."""
    found: Counter[str] = Counter()
    carrying: Counter[str] = Counter()
    failed = 0
    for file in files:
        of_file, with_edits, wrong = examine(file)
        found += of_file
        carrying += with_edits
        failed += wrong
        print(f"{file}: {sum(with_edits.values())} of {sum(of_file.values())} findings carry edits, {wrong} fail")
    for rule, number in sorted(found.items()):
        print(f"  {rule:32} {carrying[rule]:4} of {number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
