"""Every edit of every finding of all rules' examples, applied and linted again: gone, nothing new, no key lost."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs

from mblint.cli.configuration import read_configuration
from mblint.config import Config
from mblint.findings.finding import Finding
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Example, Rule
from mblint.manifests.read import read_text
from mblint.pipeline import Analysis, Ruleset, analyse, report
from mblint.proof import Input, causes, proved
from mblint.remedies.edits import Change, Operation
from mblint.shipped import rules_directory

RULES = load_rules([rules_directory()])
SHOWN = [with_examples(rule) for rule in RULES]
OF_RENDERS = Ruleset(RULES, RULES).of_renders()
# Rules whose remedy is sure nearly always: at least three quarters of their findings carry edits.
SURE = (
    *("egress-blocked", "ingress-blocked", "egress-service-port", "unknown-service", "service-selects-job"),
    *("liveness-before-startup", "startup-probe-too-short", "memory-limit-below-workers"),
    *("route-backend-missing", "port-not-listened", "headless-port"),
)


def looked_at(example: Example) -> tuple[Input, Analysis, list[Finding]]:
    config = Config() if example.config is None else read_configuration(example.config)
    given = Input(read_text(example.manifests), config, None, OF_RENDERS.applied)
    analysis = analyse(given.manifests, config)
    found = report(analysis, OF_RENDERS, today=date.today(), ignores=False).findings
    return given, analysis, list(found)


@pytest.mark.parametrize("rule", [rule for rule in SHOWN if rule.renders], ids=lambda rule: rule.id)
def test_edits_hold_one_at_a_time_and_all_together(rule: Rule) -> None:
    for example in (one for one in (*rule.fail, *rule.passing) if one.old is None):
        given, analysis, findings = looked_at(example)
        mended = [finding for finding in findings if finding.edits]
        before = causes(given) if mended else {}
        for group in ([finding] for finding in mended):
            verdict = proved(given, analysis.world.cluster, before, group)
            assert verdict.objections == (), (example.name, group[0].message)
        together = proved(given, analysis.world.cluster, before, mended) if mended else None
        assert together is None or together.objections == (), example.name


def test_a_proof_objects_to_what_does_not_help_to_harm_and_to_what_does_not_fit() -> None:
    rule = next(rule for rule in SHOWN if rule.id == "memory-limit-below-workers")
    given, analysis, findings = looked_at(rule.fail[0])
    finding = next(one for one in findings if one.edits)
    change = finding.edits[0]
    assert isinstance(change, Change)
    limit = change.patch[-1]
    before = causes(given)

    def objections(*patch: Operation) -> tuple[str, ...]:
        tried = structs.replace(finding, edits=(structs.replace(change, patch=patch),))
        return proved(given, analysis.world.cluster, before, [tried]).objections

    assert objections(*change.patch) == ()
    assert any("still found" in one for one in objections(structs.replace(limit, value="1Mi")))
    assert any("loses" in one for one in objections(Operation("remove", limit.path[:-1])))
    assert any("no spec.nothing" in one for one in objections(Operation("replace", ("spec", "nothing"), 1)))
    assert any("is new" in one for one in objections(limit, Operation("replace", ("spec", "template"), 1)))


@pytest.mark.parametrize("name", SURE)
def test_most_findings_of_a_rule_with_a_sure_remedy_carry_edits(name: str) -> None:
    rule = next(rule for rule in SHOWN if rule.id == name)
    found = [one for example in rule.fail for one in looked_at(example)[2] if one.rule.id == name]
    assert found
    carrying = [one for one in found if one.edits]
    assert len(carrying) * 4 >= len(found) * 3, [one.message for one in found if not one.edits]
