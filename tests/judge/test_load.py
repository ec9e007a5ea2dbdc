"""Rule files: what a good one becomes, and that every mistake is reported where it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mblint.judge.errors import RuleError
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Above, All, Any, Below, Level, Matches, Not, OneOf, Rule
from mblint.shipped import schemas_directory

SCHEMA = json.loads((schemas_directory() / "rule.schema.json").read_text())

GOOD = """\
id: far-away
about: dependency
judge:
  - {when: {verdict: egress-denied, hard: true}, level: error}
  - {level: off}
group-by: [client, host]
precision: high
tags: [network-policy]
title: Something is far away
message: >-
  {client} cannot reach
  {host}.
notes:
  - "Nearest: {nearest_miss}."
why: Far away is out of reach.
fix: |
  Move {host}.
see: [https://kubernetes.io/docs/]
examples:
  fail:
    too-far:
      config: "cluster: {}"
      manifests: |
        kind: Pod
      finds:
        - {level: error, object: default/Pod/web, message: far, line: 1}
  pass:
    near:
      manifests: |
        kind: Pod
"""


def load(directory: Path, text: str, name: str = "far-away.yaml") -> Rule:
    (directory / name).write_text(text)
    return load_rules([directory])[0]


def condition(directory: Path, when: str) -> object:
    return load(directory, GOOD.replace("{verdict: egress-denied, hard: true}", when)).judge[0].when


def test_a_rule_is_what_its_file_says(tmp_path: Path) -> None:
    rule = load(tmp_path, GOOD)
    assert (rule.id, rule.about, rule.group_by, rule.precision) == (
        "far-away",
        "dependency",
        ("client", "host"),
        "high",
    )
    assert [line.level for line in rule.judge] == [Level.ERROR, None]
    assert rule.message == "{client} cannot reach {host}."
    assert rule.fix == "Move {host}."
    assert rule.default_level is Level.ERROR
    assert rule.renders
    assert not rule.steps


def test_conditions(tmp_path: Path) -> None:
    assert condition(tmp_path, "{verdict: self}") == OneOf("verdict", ("self",))
    assert condition(tmp_path, "{verdict: [self, unknown]}") == OneOf("verdict", ("self", "unknown"))
    assert condition(tmp_path, "{port: {above: 1, below: 9.5}}") == All((Above("port", 1), Below("port", 9.5)))
    assert condition(tmp_path, "{host: {not: {matches: x}}}") == Not(Matches("host", "x"))
    assert condition(tmp_path, "{not: {server: null}}") == Not(OneOf("server", (None,)))
    assert condition(tmp_path, "{any: [{port: 1}, {host: a}]}") == Any((OneOf("port", (1,)), OneOf("host", ("a",))))
    assert condition(tmp_path, "{object.kind: Job}") == OneOf("object.kind", ("Job",))
    assert condition(tmp_path, "{}") == All(())


def test_examples_are_read_only_when_asked_for(tmp_path: Path) -> None:
    rule = load(tmp_path, GOOD)
    assert (rule.fail, rule.passing) == ((), ())
    rule = with_examples(rule)
    assert rule.fail[0].finds[0].line == 1
    assert rule.fail[0].config == "cluster: {}"
    assert [example.name for example in rule.passing] == ["near"]


def test_directories_are_read_in_order_and_not_below(tmp_path: Path) -> None:
    for directory, names in (
        (tmp_path / "one", ("b", "a")),
        (tmp_path / "two", ("c",)),
        (tmp_path / "one/sub", ("d",)),
    ):
        directory.mkdir()
        for name in names:
            (directory / f"{name}.yaml").write_text(GOOD.replace("far-away", name))
    rules = load_rules([tmp_path / "two", tmp_path / "one"])
    assert [rule.id for rule in rules] == ["c", "a", "b"]


JUDGE = GOOD[GOOD.index("judge:") : GOOD.index("group-by:")]

# Each: what is replaced in GOOD, by what, the line and column of the error, a part of its message, and whether a
# JSON Schema can know (it knows nothing of the fields of facts, nor of the file's name).
MISTAKES = {
    "unknown key": ("precision:", "precsion:", (7, 1), "did you mean precision?", True),
    "unknown key with a block below": ("notes:", "hints:", (13, 1), "unknown key hints", True),
    "unknown key of a line": ("{level: off}", "{levl: off}", (5, 6), "did you mean level?", True),
    "unknown field": ("verdict: egress-denied", "verdct: egress-denied", (4, 13), "did you mean verdict?", False),
    "unknown field in group-by": ("[client, host]", "[client, hosst]", (6, 20), "did you mean host?", False),
    "unknown field in a message": ("  {host}.", "  {hosst}.", (10, 1), "did you mean host?", False),
    "unknown field in a fix": ("Move {host}", "Move {hosst}", (17, 8), "did you mean host?", False),
    "unknown field in a note": ("{nearest_miss}", "{nearest}", (14, 15), "did you mean nearest_miss?", False),
    "a hidden field": ("Move {host}", "Move {place}", (17, 8), "unknown field place", False),
    "a format": ("Move {host}", "Move {host:>8}", (17, 8), "unknown field host:>8", False),
    "a lonely brace": ("Move {host}", "Move {host", (17, 8), "a brace without a field", True),
    "a placeholder in the title": ("Something is", "Something {host} is", (9, 18), "no placeholders", True),
    "unknown operator": ("hard: true", "port: {over: 3}", (4, 44), "did you mean above?", True),
    "below on a string": ("hard: true", "host: {below: 3}", (4, 44), "host holds a string", False),
    "below a string": ("hard: true", "port: {below: x}", (4, 51), "below needs a number", True),
    "matches on a number": ("hard: true", "port: {matches: 3}", (4, 44), "port holds a number", True),
    "bad regular expression": ("hard: true", "host: {matches: '('}", (4, 53), "not a regular expression", False),
    "a value of another type": ("hard: true", "hard: 3", (4, 43), "true or false", False),
    "a number for a string": ("hard: true", "host: 80", (4, 43), "a string", False),
    "a truth value for a number": ("hard: true", "port: true", (4, 43), "a number", False),
    "an unknown word": ("egress-denied", "egress-deny", (4, 22), "did you mean egress-denied?", False),
    "null where there is none": ("hard: true", "host: null", (4, 43), "never null", False),
    "an empty list of values": ("hard: true", "host: []", (4, 43), "must not be empty", True),
    "an empty not": ("hard: true", "not: {}", (4, 42), "a condition is missing", True),
    "an empty any": ("hard: true", "any: []", (4, 42), "a list of conditions is missing", True),
    "unknown level": ("level: error", "level: eror", (4, 57), "did you mean error?", True),
    "no level": (", level: error", "", (4, 5), "level is missing", True),
    "no lines": (JUDGE, "judge: []\n", (3, 8), "at least one line", True),
    "unknown precision": ("precision: high", "precision: higher", (7, 12), "did you mean high?", True),
    "unknown kind": ("about: dependency", "about: dependancy", (2, 8), "did you mean dependency?", False),
    "another id than the file": ("id: far-away", "id: near-by", (1, 5), "must be the file's name, far-away", False),
    "an id that is not kebab-case": ("id: far-away", "id: FarAway", (1, 5), "not kebab-case", True),
    "a missing key": ("why: Far away is out of reach.\n", "", (1, 1), "why is missing", True),
    "a list for a string": ("why: Far away is out of reach.", "why: [far]", (15, 6), "why must be a string", True),
    "a string for a list": ("tags: [network-policy]", "tags: network-policy", (8, 7), "tags must be a list", True),
    "a string for a truth value": ("see:", 'upgrade: "yes"\nsee:', (18, 10), "upgrade must be a boolean", True),
    "a link without TLS": ("https://kub", "http://kub", (18, 7), "no https:// link", True),
    "an empty group-by": ("[client, host]", "[]", (6, 11), "at least one field", True),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_where_it_stands(tmp_path: Path, mistake: str) -> None:
    old, new, position, message, _ = MISTAKES[mistake]
    assert GOOD.count(old) >= 1
    with pytest.raises(RuleError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == position
    assert str(caught.value).startswith(f"{tmp_path}/far-away.yaml:{position[0]}:{position[1]}: ")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_schema_refuses_what_it_can_know(mistake: str) -> None:
    old, new, _, _, known_to_schema = MISTAKES[mistake]
    document = yaml.safe_load(GOOD.replace(old, new, 1))
    assert Draft202012Validator(SCHEMA).is_valid(document) is not known_to_schema


def test_the_schema_accepts_what_the_loader_accepts() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(GOOD))


FINDS = "finds:\n        - {level: error, object: default/Pod/web, message: far, line: 1}"
EXAMPLE_MISTAKES = {
    "unknown key": ("manifests: |", "manifest: |", (23, 7), "did you mean manifests?"),
    "unknown group": ("  fail:", "  fails:", (20, 3), "did you mean fail?"),
    "nothing found": (FINDS, "", (22, 7), "finds is missing"),
    "an empty list of findings": (FINDS, "finds: []", (25, 14), "must find something"),
    "a level that is off": ("{level: error, obj", "{level: off, obj", (26, 19), "what is off is not found"),
    "found where it should pass": (
        "    near:",
        "    near:\n      finds: [{level: error}]",
        (29, 7),
        "unknown key finds",
    ),
}


@pytest.mark.parametrize("mistake", EXAMPLE_MISTAKES)
def test_a_mistake_in_an_example_is_reported_where_it_stands(tmp_path: Path, mistake: str) -> None:
    old, new, position, message = EXAMPLE_MISTAKES[mistake]
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    assert not Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text))
    with pytest.raises(RuleError) as caught:
        with_examples(load(tmp_path, text))
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == position


def test_examples_come_last(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="examples must be the last key") as caught:
        load(tmp_path, GOOD + "tags: []\n")
    assert caught.value.line == GOOD.count("\n") + 1


def test_broken_yaml_is_an_error_of_the_rule(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        load(tmp_path, GOOD.replace("about: dependency", "about: [dependency"))
    assert caught.value.file == str(tmp_path / "far-away.yaml")


def test_a_duplicate_key_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        load(tmp_path, GOOD.replace("tags:", "why: Twice.\ntags:"))
    assert caught.value.line in (8, 16)


@pytest.mark.parametrize("text", ["", "- a\n", "just text\n", "a: 1\n---\nb: 2\n", "# nothing\n"])
def test_a_rule_file_is_one_mapping(tmp_path: Path, text: str) -> None:
    with pytest.raises(RuleError, match="one YAML mapping"):
        load(tmp_path, text)


def test_an_id_exists_once_over_all_directories(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "far-away.yaml").write_text(GOOD)
    with pytest.raises(RuleError, match=r"two/far-away.yaml:1:1: the rule far-away exists already: .*one"):
        load_rules([tmp_path / "one", tmp_path / "two"])


def test_files_that_would_be_passed_over_in_silence(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"ends in \.yaml"):
        load(tmp_path, GOOD, "far-away.yml")
    with pytest.raises(RuleError, match=r"nowhere: cannot read the rules"):
        load_rules([tmp_path / "nowhere"])


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "far-away.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleError, match="not UTF-8"):
        load_rules([tmp_path])
