"""The kinds of facts that a rule can be about, and the fields that each kind has, read off the row types."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import UnionType
from typing import ClassVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from mblint.cluster.objects import ObjectId
from mblint.facts import rows
from mblint.facts.rows import Fact

HIDDEN = ("place", "related")  # places: findings point at them; no rule can ask for them


class FieldType(Enum):
    """What a field holds, in the words of an error message."""

    TEXT = "a string"
    TEXTS = "a list of strings"
    NUMBER = "a number"
    NUMBERS = "a list of numbers"
    TRUTH = "true or false"


class Field(Struct, frozen=True):
    """A field of a kind of facts. `words`: the only strings it holds; empty: any."""

    type: FieldType
    optional: bool  # it can be None
    words: tuple[str, ...]


KINDS: Mapping[str, type[Fact]] = {
    row.about: row
    for row in vars(rows).values()
    if isinstance(row, type) and issubclass(row, Fact) and hasattr(row, "about")
}


@cache
def fields_of(about: str) -> Mapping[str, Field]:
    """The fields of a kind by name; those of a nested row by their dotted name (`startup.low`).

    `object` is a string (`default/Deployment/web`) and also has `object.namespace`, `object.kind`, `object.name`.
    """
    row = KINDS[about]
    found = _fields(row, optional=False)
    return {name: _with_words(field, row.words.get(name, ())) for name, field in found.items()}


def _with_words(field: Field, words: tuple[str, ...]) -> Field:
    return Field(field.type, field.optional, words)


def _fields(row: type, optional: bool) -> dict[str, Field]:
    assert issubclass(row, Struct)
    hints = get_type_hints(row)
    found: dict[str, Field] = {}
    for field in fields(row):
        if field.name in HIDDEN or get_origin(hints[field.name]) is ClassVar:
            continue
        kind, can_be_none = _without_none(hints[field.name])
        nested = _scalar(kind)
        if nested is not None:
            found[field.name] = Field(nested, optional or can_be_none, ())
        elif isinstance(kind, type) and issubclass(kind, Struct):
            inner = _fields(kind, optional or can_be_none)
            found.update((f"{field.name}.{name}", of) for name, of in inner.items())
            if kind is ObjectId:
                found[field.name] = Field(FieldType.TEXT, can_be_none, ())
    return found


def _without_none(hint: object) -> tuple[object, bool]:
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    others = [part for part in get_args(hint) if part is not type(None)]
    both_numbers = set(others) == {int, float}
    return (float if both_numbers or not others else others[0]), len(others) < len(get_args(hint))


def _scalar(hint: object) -> FieldType | None:
    if get_origin(hint) is tuple:
        return {str: FieldType.TEXTS, int: FieldType.NUMBERS}.get(get_args(hint)[0])
    if hint is str:
        return FieldType.TEXT
    if hint is bool:
        return FieldType.TRUTH
    return FieldType.NUMBER if hint in (int, float) else None
