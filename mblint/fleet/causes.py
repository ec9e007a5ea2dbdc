"""What is common to environments: each root cause once, with the environments that have it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.fleet.result import Found, FoundFinding, Row
from mblint.manifests.documents import Location


class Cause(Struct, frozen=True):
    """A root cause, as it reads in the first environment that has it. `shown`: where it stands there. `numbers`: the
    environments, counted from 0, in order.
    """

    finding: FoundFinding
    alike: str
    shown: Location
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
                self._causes[key] = Cause(finding, row.alike, row.shown, array("I"))
            numbers = self._causes[key].numbers
            if not numbers or numbers[-1] != number:
                numbers.append(number)

    def worst_first(self) -> list[Cause]:
        """By level, then by how many environments have it, then by rule and message."""
        return sorted(
            self._joined(),
            key=lambda one: (-one.finding.weight, -len(one.numbers), one.finding.rule, one.finding.message),
        )

    def environments(self, cause: Cause) -> list[str]:
        """The names of those that have a cause."""
        return [self.names[number] for number in cause.numbers]

    def _joined(self) -> Iterator[Cause]:
        """Causes that differ in the names of namespaces alone are one, where no environment has two of them."""
        groups: dict[tuple[str, str, str], list[Cause]] = {}
        for cause in self._causes.values():
            groups.setdefault((cause.finding.rule, cause.finding.level, cause.alike), []).append(cause)
        for group in groups.values():
            numbers = sorted(number for cause in group for number in cause.numbers)
            if len(group) == 1 or len(numbers) != len(set(numbers)):
                yield from group
            else:
                first = min(group, key=lambda one: one.numbers[0])
                yield replace(first, numbers=array("I", numbers))
