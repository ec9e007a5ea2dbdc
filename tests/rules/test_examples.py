"""Every rule's own examples, through the whole pipeline: the failing ones fail as they say, the passing ones pass."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mblint.cli.example_runs import findings_of, mistakes
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Example, Rule
from mblint.shipped import rules_directory

RULES = load_rules([rules_directory()])
SHOWN = [with_examples(rule) for rule in RULES]
FAILING = [pytest.param(rule, example, id=f"{rule.id}-{example.name}") for rule in SHOWN for example in rule.fail]


@pytest.mark.parametrize("rule", SHOWN, ids=[rule.id for rule in SHOWN])
def test_every_example_comes_out_as_it_says(rule: Rule) -> None:
    assert list(mistakes(rule, RULES)) == []


@pytest.mark.parametrize(("rule", "example"), FAILING)
def test_what_a_finding_says_is_complete(rule: Rule, example: Example) -> None:
    findings = findings_of(rule, example, RULES)
    assert findings
    for finding in findings:
        assert finding.message != rule.title, "a placeholder of the message is empty, so the title took its place"
        assert finding.fix
        for text in (finding.message, *finding.notes):
            assert "None" not in text
            assert "{" not in text.replace("{matchLabels: {", "") or "selector is {" in text
            assert not text.endswith(("..", " ."))


def shown(name: str) -> Rule:
    return next(rule for rule in SHOWN if rule.id == name)


def test_an_example_that_finds_more_or_less_or_elsewhere_is_a_mistake() -> None:
    rule = shown("dns-blocked")
    example, expected = rule.fail[0], rule.fail[0].finds[0]
    for wrong in ((), (expected, expected), (replace(expected, line=999),), (replace(expected, message="nonsense"),)):
        assert list(mistakes(replace(rule, fail=(replace(example, finds=wrong),)), RULES))
    assert list(mistakes(replace(rule, passing=(replace(example, finds=()),)), RULES))
    assert list(mistakes(replace(rule, fail=()), RULES))


def test_an_example_that_is_no_yaml_is_a_mistake() -> None:
    rule = shown("dns-blocked")
    (mistake, *_) = mistakes(replace(rule, fail=(replace(rule.fail[0], manifests="a: ["),)), RULES)
    assert "never closed" in mistake
