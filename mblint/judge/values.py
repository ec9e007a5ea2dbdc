"""The value of a fact's field, by its name or dotted name."""

from __future__ import annotations

from mblint.cluster.objects import ObjectId
from mblint.facts.rows import Fact

FieldValue = str | int | float | bool | tuple[str | int, ...] | None


def value_of(fact: Fact, field: str) -> FieldValue:
    """The value; None where the field, or the row it is nested in, is None. An object's identity is its text."""
    value: object = fact
    for part in field.split(".") if "." in field else (field,):
        value = getattr(value, part)
        if value is None:
            return None
    if type(value) is ObjectId:
        return str(value)
    assert isinstance(value, str | int | float | tuple)
    return value
