"""A rule as its file says it, and a fact that it judged."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

from mblint.facts.rows import Fact

Plain = str | int | float | bool | None


class Level(IntEnum):
    """How bad a finding is. Ordered: a higher level is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


# ---------------------------------------------------------------- conditions


class OneOf(Struct, frozen=True, tag=True):
    """The field equals one of these values (a plain value in the file is a list of one)."""

    field: str
    values: tuple[Plain, ...]


class Below(Struct, frozen=True, tag=True):
    """The field is a number below this one. False where it is None."""

    field: str
    bound: float


class Above(Struct, frozen=True, tag=True):
    """The field is a number above this one. False where it is None."""

    field: str
    bound: float


class Matches(Struct, frozen=True, tag=True):
    """The field is a string in which this regular expression is found. False where it is None."""

    field: str
    pattern: str


class Not(Struct, frozen=True, tag=True):
    """The condition does not hold."""

    condition: Condition


class All(Struct, frozen=True, tag=True):
    """Every condition holds."""

    conditions: tuple[Condition, ...]


class Any(Struct, frozen=True, tag=True):
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


Condition = OneOf | Below | Above | Matches | Not | All | Any


# ---------------------------------------------------------------- the rule


class Judgement(Struct, frozen=True):
    """One line of `judge`: when its condition holds, the fact has this level (None: no finding)."""

    when: Condition
    level: Level | None


class Expected(Struct, frozen=True):
    """What an example finds: every given part must agree; `message` is a part of the message."""

    level: Level | None
    object: str | None
    message: str | None
    line: int | None


class Example(Struct, frozen=True):
    """Manifests that a rule finds something in (`finds`), or, with no `finds`, passes. Upgrade rules: old and new."""

    name: str
    manifests: str
    old: str | None
    config: str | None  # the text of a .mblint.yaml
    finds: tuple[Expected, ...]


class Rule(Struct, frozen=True):
    """One rule file. Its examples are empty until `mblint.judge.examples.with_examples` reads them."""

    id: str
    about: str
    judge: tuple[Judgement, ...]
    group_by: tuple[str, ...]
    precision: str  # "very-high", "high", "medium", "low" (SARIF's words)
    tags: tuple[str, ...]
    title: str
    message: str
    notes: tuple[str, ...]
    why: str
    fix: str
    see: tuple[str, ...]
    fail: tuple[Example, ...]
    passing: tuple[Example, ...]
    renders: bool  # it judges one render: `mblint lint`
    steps: bool  # it judges the step from one to the next: `mblint upgrade`
    levels: Mapping[Level, Level | None]  # as the configuration overrides it; empty: as the file says
    file: str

    @property
    def default_level(self) -> Level:
        """The worst level that the rule can give."""
        return max((line.level for line in self.judge if line.level is not None), default=Level.NOTE)


class Judged(Struct, frozen=True):
    """A fact that a rule holds against the user, before ignores and grouping."""

    rule: Rule
    level: Level
    fact: Fact
