"""How many small faults in the policy engine its tests notice: prints the kill rate, and every fault that got away.

Usage: python benchmarks/mutation/run.py [MODULE…]
       modules of mblint.cluster (`engine.tiers`); default: all that decide what may talk to what

Needs `pip install mutmut` beside the project's development dependencies. Works on a copy; the checkout stays as it is,
but for `.mutation/`, which keeps what is known of each mutant. `JOBS` in the environment: how many processes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from faults import COPIED, ROOT, Planted, copy_checkout, file_of, plant
from hypothesis import Phase, settings
from outcomes import Digests, Outcomes
from trial import Trial

HERE = Path(__file__).parent
ENGINE = (  # what policies mean
    "engine.addresses",
    "engine.admin_tier",
    "engine.connections",
    "engine.decision",
    "engine.engine",
    "engine.packet",
    "engine.reachable",
    "engine.rule_match",
    "engine.rule_ports",
    "engine.selection",
    "engine.tiers",
    "engine.universe",
    "policies.objects",
    "policies.ports",
    "policies.run_time_labels",
    "policies.selectors",
    "kinds",
    "services",
)
READERS = (  # what their texts say
    "policies.admin_policy",
    "policies.calico.endpoints",
    "policies.calico.peers",
    "policies.calico.policy",
    "policies.calico.ports",
    "policies.calico.selectors",
    "policies.cilium.endpoints",
    "policies.cilium.peers",
    "policies.cilium.policy",
    "policies.cilium.ports",
    "policies.labels",
    "policies.network_policy",
    "policies.networks",
    "policies.plugin_policy",
    "policies.references",
    "policies.unmodelled",
)
TESTS = (
    "tests/conformance",
    "tests/cluster",
    "--ignore=tests/conformance/test_graph_command.py",  # the same cases, through a whole process each
    "--ignore=tests/cluster/test_memory.py",
)
EXAMPLES = 10  # of each property test
OPTIONS = ("-o", "addopts=", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:terminal", "--capture=no")


class Score:
    """Prints each module as soon as all its mutants are known."""

    def __init__(self, modules: list[Planted], outcomes: Outcomes) -> None:
        self.outcomes = outcomes
        self._pending = modules
        self._modules = list(modules)

    def take(self, mutant: str, noticed: bool) -> None:
        self.outcomes.add(mutant, noticed)
        self.print_whole()

    def print_whole(self) -> None:
        known = self.outcomes.noticed
        for module in [one for one in self._pending if all(mutant in known for mutant in one.mutants)]:
            self._pending.remove(module)
            survivors = [mutant for mutant in module.mutants if not known[mutant]]
            for mutant in survivors:
                print(f"\n{mutant}\n{module.difference(mutant)}\n")
            print(rate(module.module, len(module.mutants) - len(survivors), len(module.mutants)), flush=True)

    def print_totals(self) -> None:
        for name, modules in (("the engine", ENGINE), ("the readers", READERS), ("both", (*ENGINE, *READERS))):
            mutants = [mutant for one in self._modules if one.module in modules for mutant in one.mutants]
            print(rate(name, sum(self.outcomes.noticed.get(mutant, False) for mutant in mutants), len(mutants)))


def rate(name: str, killed: int, total: int) -> str:
    return f"{name}: {killed} of {total} mutants killed, {killed / total:.1%}" if total else f"{name}: no mutants"


def quick_properties() -> None:
    """Property tests try few examples, always the same ones, and stop at the first that fails."""
    settings.register_profile(
        "mutation", max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate]
    )
    settings.load_profile("mutation")


def main() -> int:
    names = sys.argv[1:] or (*ENGINE, *READERS)
    quick_properties()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        copy_checkout(folder)
        digests = Digests([*(folder / name for name in COPIED), HERE], {name: file_of(folder, name) for name in names})
        outcomes = Outcomes(ROOT / ".mutation" / "outcomes.jsonl", digests)
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        modules = [plant(folder, module) for module in names]
        modules.sort(key=lambda one: (one.module in READERS, len(one.mutants)))
        score = Score(modules, outcomes)
        score.print_whole()
        left = [mutant for one in modules for mutant in one.mutants if mutant not in outcomes.noticed]
        trial = Trial(left, int(os.environ.get("JOBS", os.cpu_count() or 1)), score.take)
        status = pytest.main([*OPTIONS, f"--rootdir={folder}", *TESTS], plugins=[trial]) if left else 0
        score.print_totals()
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
