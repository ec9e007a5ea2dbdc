"""Calico's selectors as text: what they mean, and what is said of one that means nothing."""

from __future__ import annotations

import pytest

from mblint.cluster.policies.calico.selectors import NoSelector, TooMuch, both, parse
from mblint.cluster.policies.objects import Requirement


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ("tier notin {'a', 'b'}", Requirement("tier", "NotIn", ("a", "b"))),
        ("tier not in {'a', \"b\"}", Requirement("tier", "NotIn", ("a", "b"))),
        ("tier in {}", Requirement("tier", "In", ())),
        ("has(tier)", Requirement("tier", "Exists", ())),
        ("!has(tier)", Requirement("tier", "DoesNotExist", ())),
    ],
)
def test_one_expression(text: str, requirement: Requirement) -> None:
    assert parse(text) == ((requirement,),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tier", "it ends too early"),
        ("tier like 'a'", "operator like"),
        ("tier == a", "unexpected a"),
        ("tier == X'a'", "unexpected X"),
        ("tier in {'a'", "} is missing"),
        ("(tier == 'a'", ") is missing"),
        ("some(tier)", "unexpected some"),
        ("all() tier", "unexpected tier"),
        ("all() tier == 'a'", "unexpected tier"),
        ("tier == ;", "unexpected ';'"),
        ("tier == 'a'\n", "unexpected '\\n'"),
        ("tier\u00e9 == 'a'", "unexpected \"\u00e9 == 'a'\""),
    ],
)
def test_what_is_no_selector(text: str, message: str) -> None:
    with pytest.raises(NoSelector) as refused:
        parse(text)
    assert str(refused.value) == message


@pytest.mark.parametrize("text", ["(" * 101 + "all()", "!" * 101 + "all()"])
def test_what_is_deep_is_not_worked_out(text: str) -> None:
    with pytest.raises(TooMuch):
        parse(text)


def test_a_thousand_alternatives_are_worked_out_and_no_more() -> None:
    thousand = tuple((Requirement("tier", "In", (str(number),)),) for number in range(1000))
    one = ((Requirement("pod", "Exists", ()),),)
    assert len(both(thousand, one)) == 1000
    with pytest.raises(TooMuch):
        both(thousand, one * 2)
