"""The rooms put together for two inputs: the step from what is running to the render about to be applied."""

from __future__ import annotations

from datetime import date

from mblint.config import Config
from mblint.facts.kinds import facts_of_step
from mblint.facts.world import Step
from mblint.findings.finding import Report
from mblint.judge.configured import configured
from mblint.judge.load import load_rules
from mblint.manifests.read import Manifests, read_text
from mblint.pipeline import Analysis, Ruleset, report, view
from mblint.shipped import rules_directory
from mblint.software.programs import Programs


def upgrade(old: str | bytes, new: str | bytes, namespace: str | None = None, config: Config | None = None) -> Report:
    """Judges the step from one text of manifests (a render, or `kubectl get -o yaml`) to the next, and only that.

    `namespace`: of objects that name none. Raises `judge.configured.UnknownRule` for a rule in `config` that does not
    exist.
    """
    chosen = config or Config()
    known = load_rules([rules_directory()])
    rules = Ruleset(known, configured(known, chosen.rules)).of_upgrades()
    analysis = analyse_upgrade(read_text(old, "OLD"), read_text(new, "NEW"), chosen, namespace)
    return report(analysis, rules, today=date.today())


def analyse_upgrade(
    old: Manifests, new: Manifests, config: Config, namespace: str | None = None, programs: Programs | None = None
) -> Analysis:
    """The facts of the step, and of nothing else. Neither side may be empty."""
    before, after = (view(side, config, namespace, programs, name=name) for side, name in ((old, "OLD"), (new, "NEW")))
    return Analysis(
        world=after.world,
        facts=tuple(facts_of_step(Step(before.world, after.world))),
        errors=(*before.errors, *after.errors),
        skipped=(*before.skipped, *after.skipped),
    )
