"""What users read: findings, what was silenced, what could not be read, and what was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mblint.cluster.objects import ObjectId
from mblint.judge.rule import Level, Rule
from mblint.manifests.documents import InputError, Location

FactValue = str | int | float | bool | None | list["FactValue"] | dict[str, "FactValue"]


@dataclass(frozen=True, slots=True)
class RelatedLocation:
    """A further place of a finding."""

    message: str
    location: Location
    object: ObjectId | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One root cause. `location` is in what was read; `placed` in the user's repository, where it is known."""

    rule: Rule
    level: Level
    message: str
    notes: tuple[str, ...]
    fix: str
    object: ObjectId
    container: str | None
    location: Location
    placed: Location | None
    related: tuple[RelatedLocation, ...]
    facts: Mapping[str, FactValue]
    fingerprint: str  # hexadecimal; survives line shifts, re-rendering, the order of documents


@dataclass(frozen=True, slots=True)
class Ignored:
    """A judged fact that something silenced."""

    rule: str
    object: ObjectId
    origin: str  # "config", "annotation", "baseline"
    reason: str


@dataclass(frozen=True, slots=True)
class Stats:
    """What was looked at. `counts`: by kind of fact, rows by verdict: {"dependencies": {"allowed": 47}}."""

    objects: int
    skipped: int
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one run, ready for any format."""

    findings: tuple[Finding, ...]  # by file, line, rule
    errors: tuple[InputError, ...]
    ignored: tuple[Ignored, ...]
    stats: Stats
    rules: tuple[Rule, ...]  # that were applied
