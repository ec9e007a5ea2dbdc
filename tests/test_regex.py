"""Patterns that are compiled when they are first asked answer as Python's own, and every one that is written is one."""

import ast
import re
from collections.abc import Iterator
from copy import copy, deepcopy
from pathlib import Path

import pytest

from mblint.regex import compiled_late, regex

PACKAGE = Path(__file__).parent.parent / "mblint"


def test_it_answers_as_a_compiled_pattern_does() -> None:
    asked, known = regex(r"(\w+)=(\d+)", re.I), re.compile(r"(\w+)=(\d+)", re.I)
    text = "a=1, B=22"
    assert asked.search(text)[0] == "a=1"
    assert asked.findall(text) == known.findall(text)
    assert [one.span() for one in asked.finditer(text, 3)] == [one.span() for one in known.finditer(text, 3)]
    assert asked.sub(r"\2", text) == known.sub(r"\2", text)
    assert asked.fullmatch(text) is None
    assert (asked.pattern, asked.flags, asked.groups) == (known.pattern, known.flags, known.groups)


def test_what_is_no_pattern_is_told_when_it_is_asked() -> None:
    broken = regex("(")
    with pytest.raises(re.error):
        broken.search("")


def test_a_question_that_patterns_do_not_know_is_an_error() -> None:
    with pytest.raises(AttributeError):
        regex("a").fulmatch("a")


def test_what_a_package_compiles_while_it_is_imported_waits_until_somebody_asks() -> None:
    with compiled_late():
        late = re.compile("(")
        assert re.compile(r"a+", re.I).fullmatch("AA") is not None
    with pytest.raises(re.error):
        late.search("")
    with pytest.raises(re.error):
        re.compile("(")


def test_a_pattern_can_be_copied_before_and_after_it_is_asked() -> None:
    one = regex("a+")
    assert copy(one).fullmatch("aa") is not None
    assert one.fullmatch("aa") is not None
    assert deepcopy(one).fullmatch("aa") is not None


def written() -> Iterator[tuple[Path, ast.Call, bool]]:
    """Each call of `regex` and `re.compile` in the package, and whether it runs while its module is imported."""
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        later = {
            id(inside)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.Lambda)
            for inside in ast.walk(function)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("regex", "re.compile"):
                yield file, node, id(node) not in later


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    early = [
        f"{file}:{node.lineno}" for file, node, at_once in written() if at_once and node.func.__class__ is ast.Attribute
    ]
    assert not early


def test_every_pattern_that_is_written_out_is_one() -> None:
    found = 0
    for file, node, _ in written():
        first, *flags = node.args
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            found += 1
            try:
                re.compile(first.value, eval(ast.unparse(flags[0]), {"re": re}) if flags else 0)
            except re.error as error:
                pytest.fail(f"{file}:{node.lineno}: {error}")
    assert found > 300
