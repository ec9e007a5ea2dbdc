"""Every rule's own examples, through the whole pipeline: the failing ones fail as they say, the passing ones pass."""

from __future__ import annotations

import pytest

from mblint import lint, upgrade
from mblint.cli.configuration import read_configuration
from mblint.config import Config
from mblint.findings.finding import Finding
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Example, Expected, Rule
from mblint.shipped import rules_directory

RULES = [with_examples(rule) for rule in load_rules([rules_directory()])]
FAILING = [pytest.param(rule, example, id=f"{rule.id}-{example.name}") for rule in RULES for example in rule.fail]
PASSING = [pytest.param(rule, example, id=f"{rule.id}-{example.name}") for rule in RULES for example in rule.passing]


def findings_of(rule: Rule, example: Example) -> list[Finding]:
    config = Config() if example.config is None else read_configuration(example.config)
    if example.old is None:
        report = lint(text=example.manifests, config=config)
    else:
        report = upgrade(example.old, example.manifests, config=config)
    assert not report.errors
    return [finding for finding in report.findings if finding.rule.id == rule.id]


def is_as_expected(finding: Finding, expected: Expected) -> bool:
    return (
        finding.level == expected.level
        and expected.object in (None, str(finding.object))
        and expected.line in (None, finding.location.line)
        and (expected.message or "") in finding.message
    )


@pytest.mark.parametrize(("rule", "example"), FAILING)
def test_a_failing_example_has_exactly_the_findings_that_it_names(rule: Rule, example: Example) -> None:
    findings = findings_of(rule, example)
    for expected in example.finds:
        agreeing = [finding for finding in findings if is_as_expected(finding, expected)]
        assert len(agreeing) == 1, f"{expected}\nfound: {[described(finding) for finding in findings]}"
    assert len(findings) == len(example.finds), [described(finding) for finding in findings]


@pytest.mark.parametrize(("rule", "example"), PASSING)
def test_a_passing_example_has_no_finding_of_its_rule(rule: Rule, example: Example) -> None:
    assert [described(finding) for finding in findings_of(rule, example)] == []


@pytest.mark.parametrize(("rule", "example"), FAILING)
def test_what_a_finding_says_is_complete(rule: Rule, example: Example) -> None:
    for finding in findings_of(rule, example):
        assert finding.message != rule.title, "a placeholder of the message is empty, so the title took its place"
        assert finding.fix
        for text in (finding.message, *finding.notes):
            assert "None" not in text
            assert "{" not in text.replace("{matchLabels: {", "") or "selector is {" in text
            assert not text.endswith(("..", " ."))


def described(finding: Finding) -> str:
    return f"{finding.level} {finding.object} line {finding.location.line}: {finding.message}"
