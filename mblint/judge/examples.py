"""The examples of a rule file, read only by those who show or run them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mblint.judge.errors import WrongKey, WrongValue
from mblint.judge.keys import check_keys
from mblint.judge.levels import read_level
from mblint.judge.rule import Example, Expected, Rule
from mblint.judge.source import located, mapping_of, read_source
from mblint.manifests.nodes import Node, WrongType

_GROUPS = ("fail", "pass")
_EXAMPLE = ("manifests", "old", "config", "finds")
_EXPECTED = ("level", "object", "message", "line")


def with_examples(rule: Rule) -> Rule:
    """The rule with the examples of its file. Raises RuleError."""
    source = read_source(Path(rule.file))
    if not source.examples.strip():
        return rule
    try:
        examples = mapping_of(rule.file, source.examples).get("examples")
        check_keys(examples, allowed=_GROUPS)
        failing = tuple(_example(name, node, rule) for name, node in examples.get("fail").entries())
        passing = tuple(_example(name, node, rule) for name, node in examples.get("pass").entries())
        for name, node in examples.get("fail").entries():
            if node.get("finds").absent:
                raise WrongValue(node.place, f"the failing example {name} must say what it finds")
        for _, node in examples.get("pass").entries():
            if not node.get("finds").absent:
                raise WrongKey(node.get("finds").place, "a passing example finds nothing")
    except (WrongKey, WrongValue, WrongType) as error:
        raise located(rule.file, error) from error
    return replace(rule, fail=failing, passing=passing)


def _example(name: str, node: Node, rule: Rule) -> Example:
    check_keys(node, allowed=_EXAMPLE, required=("manifests", "old") if rule.upgrade else ("manifests",))
    return Example(
        name=name,
        manifests=node.get("manifests").required_text(),
        old=node.get("old").text(),
        config=node.get("config").text(),
        finds=tuple(_expected(element) for element in node.get("finds").items()),
    )


def _expected(node: Node) -> Expected:
    check_keys(node, allowed=_EXPECTED, required=("level",))
    return Expected(
        level=read_level(node.get("level")),
        object=node.get("object").text(),
        message=node.get("message").text(),
        line=node.get("line").integer(),
    )
