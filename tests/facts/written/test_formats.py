"""Texts that are of their format, and texts that are not, with the place where they stop being so."""

from __future__ import annotations

import pytest

from mblint.facts.written.formats import PROBLEMS, doubled_key

BROKEN = [
    ("yaml", "a: 1\n b: 2\n", 2),
    ("yaml", "a:\n\tb: 1\n", 2),
    ("yaml", 'a: "open\nb: 2\n', 1),
    ("yaml", "a: {b: 1,\n", 1),
    ("json", '{"a": 1 "b": 2}', 1),
    ("json", '{"a": 1,\n "b": 2,\n}', 3),
    ("json", "{'a': 1}", 1),
    ("toml", '[a]\nb = "open\n', 2),
    ("xml", "<a>\n<b></a>", 2),
    ("xml", "<a>\nx & y</a>", 2),
]


@pytest.mark.parametrize(("kind", "text", "line"), BROKEN)
def test_what_is_not_of_its_format_is_said_with_its_line(kind: str, text: str, line: int) -> None:
    problem = PROBLEMS[kind](text)
    assert problem is not None
    assert text.count("\n", 0, problem.index) + 1 == line


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("yaml", "a: !tag [1, 2]\n---\n- b\n"),
        ("yaml", "# nothing\n"),
        ("json", "[1, NaN]"),
        ("toml", "a = 1"),
        ("xml", '<a b="1"/>'),
        ("xml", "<a/><b/>"),
    ],
)
def test_what_is_of_its_format_or_a_part_of_it_has_no_problem(kind: str, text: str) -> None:
    assert PROBLEMS[kind](text) is None


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_says_nothing_of_the_text_itself(kind: str) -> None:
    problem = PROBLEMS[kind]("hunter2: hunter2: [hunter2 <hunter2 = hunter2")
    assert problem is None or "hunter2" not in problem.sentence


def test_a_key_stands_twice_only_within_one_mapping() -> None:
    assert doubled_key("a: {b: 1}\nb: {b: 2}\nc: [{a: 1}, {a: 2}]\n") is None
    assert doubled_key("a: 1\n---\na: 2\n") is None
    found = doubled_key("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert found is not None
    assert found.index == "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n".rindex("c: 3")


@pytest.mark.parametrize("text", ["a: b: c\n", "a: {{ x }}\nb: [", "\ta: 1", "- a\nb: 1", "&a [*a"])
def test_a_text_that_is_no_yaml_has_no_doubled_key(text: str) -> None:
    assert doubled_key(text) is None
