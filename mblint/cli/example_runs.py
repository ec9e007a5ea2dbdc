"""Runs the examples of rule files: the failing ones must be found as they say, the passing ones not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mblint.cli.configuration import read_configuration
from mblint.config import Config
from mblint.findings.finding import Finding
from mblint.judge.rule import Example, Expected, Rule
from mblint.manifests.read import read_text
from mblint.pipeline import Analysis, Ruleset, analyse, report
from mblint.upgrades import analyse_upgrade


def mistakes(rule: Rule, known: Sequence[Rule]) -> Iterator[str]:
    """What is wrong with a rule's examples, in sentences; nothing where each comes out as it says.

    `rule` has its examples (`with_examples`). `known`: all rules; they judge an example as they judge a render.
    Raises ConfigurationError for an example's configuration.
    """
    if not rule.fail:
        yield "there is no failing example, so nothing shows that the rule finds anything"
    for example in (*rule.fail, *rule.passing):
        for mistake in _mistakes(rule, example, known):
            yield f"{example.name}: {mistake}"


def findings_of(rule: Rule, example: Example, known: Sequence[Rule]) -> tuple[Finding, ...]:
    """What the rule finds in an example."""
    return _found(rule, _analysis(example), known)


def _found(rule: Rule, analysis: Analysis, known: Sequence[Rule]) -> tuple[Finding, ...]:
    found = report(analysis, Ruleset(tuple(known), tuple(known)), today=date.today())
    return tuple(finding for finding in found.findings if finding.rule.id == rule.id)


def _analysis(example: Example) -> Analysis:
    config = Config() if example.config is None else read_configuration(example.config)
    manifests = read_text(example.manifests)
    return (
        analyse(manifests, config)
        if example.old is None
        else analyse_upgrade(read_text(example.old), manifests, config)
    )


def _mistakes(rule: Rule, example: Example, known: Sequence[Rule]) -> Iterator[str]:
    analysis = _analysis(example)
    for error in analysis.errors:
        yield f"line {error.line or 1} of its manifests: {error.message}"
    left = list(_found(rule, analysis, known))
    for expected in example.finds:
        agreeing = next((finding for finding in left if _agrees(finding, expected)), None)
        if agreeing is None:
            yield f"is not found: {_wanted(expected)}"
        else:
            left.remove(agreeing)
    yield from (f"is found, and should not be: {_described(finding)}" for finding in left)


def _agrees(finding: Finding, expected: Expected) -> bool:
    return (
        finding.level == expected.level
        and expected.object in (None, str(finding.object))
        and expected.line in (None, finding.location.line)
        and (expected.message or "") in finding.message
    )


def _wanted(expected: Expected) -> str:
    line = None if expected.line is None else f"line {expected.line}"
    said = None if expected.message is None else f'saying "{expected.message}"'
    return " ".join(str(part) for part in (expected.level, expected.object, line, said) if part is not None)


def _described(finding: Finding) -> str:
    return f"{finding.level} {finding.object} line {finding.location.line}: {finding.message}"
