"""The fields that each kind of facts has, for rules to ask for: read off the row types."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum
from functools import cache

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.facts.kinds import kind_of

HIDDEN = ("place", "related", "edits")  # findings point at places and carry edits; no rule can ask for them


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


_SCALARS: Mapping[str, FieldType] = {
    "str": FieldType.TEXT,
    "bool": FieldType.TRUTH,
    "int": FieldType.NUMBER,
    "float": FieldType.NUMBER,
    "tuple[str, ...]": FieldType.TEXTS,
    "tuple[int, ...]": FieldType.NUMBERS,
}


@cache
def fields_of(about: str) -> Mapping[str, Field]:
    """The fields of a kind by name; those of a nested row by their dotted name (`startup.low`).

    `object` is a string (`default/Deployment/web`) and also has `object.namespace`, `object.kind`, `object.name`.
    """
    kind = kind_of(about)
    if kind is None:
        raise KeyError(about)
    row = kind.row_type
    found = _fields(row, optional=False)
    return {name: _with_words(field, row.words.get(name, ())) for name, field in found.items()}


def _with_words(field: Field, words: tuple[str, ...]) -> Field:
    return Field(field.type, field.optional, words)


def _fields(row: type[Struct], optional: bool) -> dict[str, Field]:
    """Read off the annotations as they are written: having Python resolve them takes longer than all else here."""
    found: dict[str, Field] = {}
    for name, (annotation, module) in _annotations(row).items():
        written = [part.strip() for part in annotation.split("|")]
        can_be_none = "None" in written
        kind = next(part for part in written if part != "None")
        scalar = _SCALARS.get(kind)
        if scalar is not None:
            found[name] = Field(scalar, optional or can_be_none, ())
        elif (nested := _struct(kind, module)) is not None:
            inner = _fields(nested, optional or can_be_none)
            found.update((f"{name}.{inner_name}", of) for inner_name, of in inner.items())
            if nested is ObjectId:
                found[name] = Field(FieldType.TEXT, can_be_none, ())
    return found


def _struct(name: str, module: str) -> type[Struct] | None:
    """The struct that a module calls so."""
    named = getattr(sys.modules[module], name, None)
    return named if isinstance(named, type) and issubclass(named, Struct) else None


def _annotations(row: type[Struct]) -> dict[str, tuple[str, str]]:
    """The fields of a row that rules can ask for, in their order: how each is annotated, and in which module."""
    written: dict[str, tuple[str, str]] = {}
    for base in reversed(row.__mro__):
        annotations = vars(base).get("__annotations__", {})
        written.update((name, (annotation, base.__module__)) for name, annotation in annotations.items())
    return {name: written[name] for name in row.__struct_fields__ if name not in HIDDEN}
