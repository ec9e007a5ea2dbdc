"""A finding's facts, as reports carry them: plain values out of the rows of its group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.facts.rows import Fact
from mblint.findings.finding import FactValue


def reported_values(group: Sequence[Fact]) -> dict[str, FactValue]:
    """The fields that the kind reports. Lists gather what every row of the group says; the rest is the first row's."""
    primary = group[0]
    return {name: _value(name, group) for name in primary.reported}


def plain(value: object) -> FactValue:
    """A field's value as JSON has it: nested rows become objects, tuples lists, identities text."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, ObjectId):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(element) for element in value]
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    return str(value)  # a secret, should one get here, shows itself as such


def _value(name: str, group: Sequence[Fact]) -> FactValue:
    first: object = getattr(group[0], name)
    if isinstance(first, tuple):
        return _distinct(plain(element) for fact in group for element in getattr(fact, name))
    if name in group[0].listed:
        return _distinct(plain(getattr(fact, name)) for fact in group)
    return plain(first)


def _distinct(values: Iterable[FactValue]) -> list[FactValue]:
    found: list[FactValue] = []
    for value in values:
        if value is not None and value not in found:
            found.append(value)
    return found
