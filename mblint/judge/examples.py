"""The examples of a rule file, read only by those who show or run them."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from mblint.judge.errors import WrongKey, WrongValue
from mblint.judge.keys import check_keys
from mblint.judge.levels import read_level
from mblint.judge.rule import Example, Expected, Rule
from mblint.judge.source import located, mapping_of, read_source
from mblint.manifests.nodes import Node, WrongType

_GROUPS = ("fail", "pass")
_EXAMPLE = ("manifests", "old", "config")
_EXPECTED = ("level", "object", "message", "line")


def with_examples(rule: Rule) -> Rule:
    """The rule with the examples of its file. Raises RuleError."""
    source = read_source(Path(rule.file))
    if not source.examples.strip():
        return rule
    try:
        examples = mapping_of(rule.file, source.examples).get("examples")
        check_keys(examples, allowed=_GROUPS)
        failing = tuple(_failing(name, node, rule) for name, node in examples.get("fail").entries())
        passing = tuple(_passing(name, node, rule) for name, node in examples.get("pass").entries())
    except (WrongKey, WrongValue, WrongType) as error:
        raise located(rule.file, error) from error
    return replace(rule, fail=failing, passing=passing)


def _failing(name: str, node: Node, rule: Rule) -> Example:
    check_keys(node, allowed=(*_EXAMPLE, "finds"), required=(*_required(rule), "finds"))
    finds = tuple(_expected(element) for element in node.get("finds").items())
    if not finds:
        raise WrongValue(node.get("finds").place, "a failing example must find something")
    return _example(name, node, finds)


def _passing(name: str, node: Node, rule: Rule) -> Example:
    check_keys(node, allowed=_EXAMPLE, required=_required(rule))
    return _example(name, node, ())


def _required(rule: Rule) -> tuple[str, ...]:
    return ("manifests", "old") if not rule.renders else ("manifests",)


def _example(name: str, node: Node, finds: tuple[Expected, ...]) -> Example:
    return Example(
        name=name,
        manifests=node.get("manifests").required_text(),
        old=node.get("old").text(),
        config=node.get("config").text(),
        finds=finds,
    )


def _expected(node: Node) -> Expected:
    check_keys(node, allowed=_EXPECTED, required=("level",))
    level = read_level(node.get("level"))
    if level is None:
        raise WrongValue(node.get("level").place, "what is off is not found")
    return Expected(
        level=level,
        object=node.get("object").text(),
        message=node.get("message").text(),
        line=node.get("line").integer(),
    )
