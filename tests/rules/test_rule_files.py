"""The rule files that come with mblint: complete, valid, and in words that can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Rule
from mblint.shipped import rules_directory, schemas_directory

RULES = [with_examples(rule) for rule in load_rules([rules_directory()])]
BY_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
SCHEMA = Draft202012Validator(json.loads((schemas_directory() / "rule.schema.json").read_text()))

# The identifiers that users rely on: one never disappears, and none is used again for something else.
PUBLISHED = (
    "secret-key-missing",
    *("egress-blocked", "ingress-blocked", "egress-service-port", "egress-by-address", "egress-external-blocked"),
    *("dns-blocked", "unknown-service", "service-port-missing", "service-without-pods", "target-port-missing"),
    *("dependency-loopback", "service-selects-job", "invalid-object", "unused-ignore"),
    *("oidc-front-channel-host", "oidc-back-channel-host", "oidc-issuer-mismatch", "oidc-redirect-unrouted"),
    *("oidc-endpoint-missing", "credential-mismatch"),
    *("immutable-change", "credential-rotated"),
    *("liveness-before-startup", "startup-probe-too-short", "probe-port-missing", "memory-limit-below-workers"),
    "worker-timeout-before-startup",
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_rule_exists(name: str) -> None:
    assert name in [rule.id for rule in RULES]


@BY_RULE
def test_a_rule_file_validates_against_the_schema(rule: Rule) -> None:
    text = Path(rule.file).read_text()
    assert [error.message for error in SCHEMA.iter_errors(yaml.safe_load(text))] == []
    assert text.startswith("# yaml-language-server: $schema=../schemas/rule.schema.json\n"), "editors look here"


@BY_RULE
def test_a_rule_shows_both_sides(rule: Rule) -> None:
    assert rule.fail
    assert rule.passing
    names = [example.name for example in (*rule.fail, *rule.passing)]
    assert len(set(names)) == len(names)


@BY_RULE
def test_a_failing_example_points_at_a_line(rule: Rule) -> None:
    assert any(expected.line is not None for example in rule.fail for expected in example.finds)


@BY_RULE
def test_a_rule_reads_as_sentences(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 100
    for text in (rule.message, *rule.notes):
        assert text.endswith((".", "?")), text
        assert "\n" not in text
    for paragraph in (*rule.why.split("\n\n"), rule.fix.split("\n\n")[0]):
        assert re.search(r"[.:)]$", paragraph), paragraph


@BY_RULE
def test_a_rule_tells_where_to_read_on(rule: Rule) -> None:
    assert rule.see or "configuration" in rule.tags
