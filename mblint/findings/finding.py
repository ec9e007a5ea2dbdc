"""What users read: findings, what was silenced, what could not be read, and what was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.findings.fingerprint import fingerprint
from mblint.findings.unlooked import LeftOut
from mblint.judge.rule import Level, Rule
from mblint.manifests.documents import InputError, Location, Place, Skipped
from mblint.remedies.edits import Edit

FactValue = str | int | float | bool | None | list["FactValue"] | dict[str, "FactValue"]


class How(Enum):
    """What a place in the user's repository is to a finding."""

    VALUES = "values"  # the one line that sets the value at fault
    TEMPLATE = "template"  # the chart template, or the manifest of a kustomization, that it was rendered from
    READ = "read"  # the file that was read
    PROJECT = "project"  # the helmfile or chart file, for want of a better one


class Placed(Struct, frozen=True):
    """A place in the user's repository; the file as seen from the working directory."""

    location: Location
    how: How


class ValuesEdit(Struct, frozen=True):
    """A scalar's new value at the line of a values file that sets it. `before` and `after`: the line.

    `doubt`: what else may take its value from there; empty where nothing does. `fills`: nothing is said there so far,
    and the chart has an answer of its own; only another render shows what it makes of one.
    """

    location: Location
    keys: tuple[str, ...]
    before: str
    after: str
    doubt: str = ""
    fills: bool = False


class RelatedLocation(Struct, frozen=True):
    """A further place of a finding."""

    message: str
    location: Location
    object: ObjectId | None
    place: Place
    placed: Placed | None = None

    @property
    def shown_at(self) -> Location:
        """Where an alert about it can be shown: in the repository, else in what was read."""
        return self.location if self.placed is None else self.placed.location


class Finding(Struct, frozen=True):
    """One root cause. `location` is in what was read; `placed` in the user's repository, where it is known."""

    rule: Rule
    level: Level
    message: str
    notes: tuple[str, ...]
    fix: str
    object: ObjectId
    container: str | None
    place: Place
    location: Location
    placed: Placed | None
    related: tuple[RelatedLocation, ...]
    facts: Mapping[str, FactValue]
    cause: tuple[str, ...]  # what all facts of the finding have in common
    edits: tuple[Edit, ...] = ()  # which all together make it vanish; `fix` shows them
    at_values: tuple[ValuesEdit, ...] = ()  # the same, where values lines say it and nothing else takes it from there

    @property
    def fingerprint(self) -> str:
        """Hexadecimal; survives line shifts, re-rendering, the order of documents."""
        return fingerprint(self.cause)

    @property
    def shown_at(self) -> Location:
        """Where an alert about it can be shown: in the repository, else in what was read."""
        return self.location if self.placed is None else self.placed.location


class Ignored(Struct, frozen=True):
    """A judged fact that something silenced."""

    rule: str
    object: ObjectId
    origin: str  # "config", "annotation", "comment", "baseline"
    reason: str


class Stats(Struct, frozen=True):
    """What was looked at. `counts`: by kind of fact, rows by verdict: {"dependencies": {"allowed": 47}}."""

    objects: int
    skipped: int
    counts: Mapping[str, Mapping[str, int]]
    unknown: tuple[tuple[str, int], ...] = ()  # why facts are unknown and how many, the most frequent first


class Report(Struct, frozen=True):
    """The result of one run, ready for any format."""

    findings: tuple[Finding, ...]  # by file, line, rule
    errors: tuple[InputError, ...]
    ignored: tuple[Ignored, ...]
    stats: Stats
    rules: tuple[Rule, ...]  # that were applied
    left_out: tuple[LeftOut, ...] = ()
    skipped: tuple[Skipped, ...] = ()
