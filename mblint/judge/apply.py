"""Applies rules to facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mblint.facts.rows import Fact
from mblint.judge.conditions import holds
from mblint.judge.rule import Judged, Level, Rule


def judge(rules: Sequence[Rule], facts: Iterable[Fact]) -> tuple[Judged, ...]:
    """What the rules hold against the facts, in the order of the facts, and for one fact in that of the rules.

    Of a rule's lines the first whose condition holds gives the level. Facts about objects that are not linted
    are passed over.
    """
    by_kind: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_kind[rule.about].append(rule)
    return tuple(
        Judged(rule, level, fact)
        for fact in facts
        if fact.linted
        for rule in by_kind.get(fact.about, ())
        if (level := _level(rule, fact)) is not None
    )


def _level(rule: Rule, fact: Fact) -> Level | None:
    for line in rule.judge:
        if holds(line.when, fact):
            return None if line.level is None else rule.levels.get(line.level, line.level)
    return None
