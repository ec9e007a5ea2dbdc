"""Applying rules: the first line that holds, order, context, and the user's levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mblint.cluster.objects import ObjectId
from mblint.facts.callers.rows import Dependency, DnsNeed
from mblint.facts.rows import Fact
from mblint.judge.apply import judge
from mblint.judge.conditions import ALWAYS
from mblint.judge.configured import UnknownRule, configured
from mblint.judge.rule import Above, Condition, Judgement, Level, OneOf, Rule
from mblint.manifests.documents import Document, Place

PLACE = Place(Document("-", "", 1, None, None, True))


def rule(name: str, *lines: tuple[Condition, Level | None], about: str = "dependency") -> Rule:
    return Rule(
        id=name,
        about=about,
        judge=tuple(Judgement(when, level) for when, level in lines),
        group_by=("client",),
        precision="high",
        tags=(),
        title=name,
        message="{client}",
        notes=(),
        why="why",
        fix="fix",
        see=(),
        fail=(),
        passing=(),
        renders=True,
        steps=False,
        levels={},
        file=f"{name}.yaml",
    )


def dependency(port: int | None, linted: bool = True) -> Dependency:
    return Dependency(
        object=ObjectId("", "Pod", "web"),
        place=PLACE,
        client="web",
        settings="A",
        host="api",
        port=port,
        verdict="self",
        linted=linted,
    )


DNS = DnsNeed(
    object=ObjectId("", "Pod", "web"), place=PLACE, client="web", hosts=("api",), ports=(53,), verdict="unknown"
)
conditions = st.builds(Above, st.just("port"), st.integers(0, 9)) | st.just(ALWAYS)
levels = st.none() | st.sampled_from(Level)
rules = st.lists(st.lists(st.tuples(conditions, levels), min_size=1, max_size=3), max_size=3).map(
    lambda all_lines: [rule(f"rule-{number}", *lines) for number, lines in enumerate(all_lines)]
)
ports = st.lists(st.integers(0, 9), max_size=6)


def above(condition: Condition, port: int) -> bool:
    return port > condition.bound if isinstance(condition, Above) else True


@given(rules, ports)
def test_the_first_line_that_holds_gives_the_level_and_order_is_kept(rules: list[Rule], ports: list[int]) -> None:
    expected = []
    for port in ports:
        for one in rules:
            for line in one.judge:
                if above(line.when, port):
                    if line.level is not None:
                        expected.append((port, one.id, line.level))
                    break
    judged = judge(rules, [dependency(port) for port in ports])
    assert [(row.fact.port, row.rule.id, row.level) for row in judged if isinstance(row.fact, Dependency)] == expected


def test_a_rule_judges_its_own_kind_only() -> None:
    facts: list[Fact] = [dependency(1), DNS]
    judged = judge([rule("a", (ALWAYS, Level.NOTE), about="dns"), rule("b", (ALWAYS, Level.ERROR))], facts)
    assert [(row.rule.id, row.fact.about) for row in judged] == [("b", "dependency"), ("a", "dns")]


def test_what_is_only_context_is_not_judged() -> None:
    assert judge([rule("a", (ALWAYS, Level.ERROR))], [dependency(1, linted=False)]) == ()


TWO_LEVELS = rule("far-away", (Above("port", 5), Level.ERROR), (OneOf("port", (5,)), None), (ALWAYS, Level.NOTE))
OTHER = rule("far-off", (ALWAYS, Level.WARNING))
THIRD = rule("near", (ALWAYS, Level.NOTE))


@given(st.sampled_from(["note", "warning", "error"]), ports)
def test_an_override_gives_every_finding_its_level_and_no_finding_more(level: str, ports: list[int]) -> None:
    facts = [dependency(port) for port in ports]
    before = judge([TWO_LEVELS], facts)
    after = judge(configured([TWO_LEVELS], {"far-away": level}), facts)
    assert [row.fact for row in after] == [row.fact for row in before]
    assert {str(row.level) for row in after} <= {level}


def ids(rules: tuple[Rule, ...]) -> list[str]:
    return [one.id for one in rules]


ALL = (TWO_LEVELS, OTHER, THIRD)


def test_choosing_rules() -> None:
    assert configured(ALL, {}) == ALL
    assert ids(configured(ALL, {"far-off": "off"})) == ["far-away", "near"]
    assert ids(configured(ALL, {}, select=["near", "far-a*"])) == ["far-away", "near"]
    assert ids(configured(ALL, {}, ignore=["far-*"])) == ["near"]
    assert ids(configured(ALL, {}, select=["far-*"], ignore=["far-off"])) == ["far-away"]


def test_who_selects_a_rule_gets_it_although_the_configuration_switches_it_off() -> None:
    (chosen,) = configured(ALL, {"far-off": "off"}, select=["far-off"])
    assert judge([chosen], [dependency(1)])[0].level is Level.WARNING


@pytest.mark.parametrize(
    ("overrides", "select", "ignore"),
    [({"far-of": "off"}, (), ()), ({}, ("far-of",), ()), ({}, (), ("far-of",)), ({}, ("x-*",), ())],
)
def test_an_unknown_rule_is_an_error(
    overrides: dict[str, str], select: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownRule) as caught:
        configured(ALL, overrides, select, ignore)
    name = (*overrides, *select, *ignore)[0]
    assert str(caught.value).startswith(f"unknown rule {name}: ")
    assert "far-off" in str(caught.value)


def test_the_default_level_is_the_worst() -> None:
    assert TWO_LEVELS.default_level is Level.ERROR
    assert replace(TWO_LEVELS, judge=()).default_level is Level.NOTE
