"""What is common to environments: each root cause once, with the environments that have it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from msgspec import Struct

from mblint.fleet.result import Found, FoundFinding, Row


class Cause(Struct, frozen=True):
    """A root cause, as it reads in the first environment that has it. `numbers`: the environments, counted from 0."""

    finding: FoundFinding
    numbers: array[int]


class Causes:
    """The causes of the environments so far. One takes the room of its text, and four bytes for each environment."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._causes: dict[tuple[str, str, str], Cause] = {}

    def add(self, name: str, found: Found, rows: Sequence[Row]) -> None:
        """Takes in the next environment."""
        number = len(self.names)
        self.names.append(name)
        for finding, row in zip(found.findings, rows, strict=True):
            key = (finding.rule, finding.level, row.cause)
            if key not in self._causes:
                self._causes[key] = Cause(finding, array("I"))
            numbers = self._causes[key].numbers
            if not numbers or numbers[-1] != number:
                numbers.append(number)

    def worst_first(self) -> list[Cause]:
        """By level, then by how many environments have it, then by rule and message."""
        return sorted(
            self._causes.values(),
            key=lambda one: (-one.finding.weight, -len(one.numbers), one.finding.rule, one.finding.message),
        )

    def environments(self, cause: Cause) -> list[str]:
        """The names of those that have a cause."""
        return [self.names[number] for number in cause.numbers]
