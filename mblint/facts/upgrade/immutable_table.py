"""`rules/tables/immutable-fields.yaml`: what the API server refuses to change. Its head explains the columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Literal

from msgspec import Struct, convert, field

from mblint.settings.tables import load_table

Path = str | tuple[str, ...]


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """A path of the old or the new object that must have one of the values."""

    of: Literal["old", "new"]
    path: Path
    values: tuple[object, ...] = field(name="is")


class ImmutableField(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A row of the table."""

    kinds: tuple[str, ...]
    group: str
    paths: tuple[Path, ...]
    reason: str
    source: str
    remedy: str
    default: object = None
    inner: str | None = None
    absent_in_old: Literal["unknown"] | None = None
    absent_in_new: Literal["kept", "kept-live"] | None = None
    compare: Literal["not-below"] | None = None
    ignoring: tuple[Path, ...] = ()
    unless_suspended: tuple[Path, ...] = ()
    may_be_set: tuple[Path, ...] = ()
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    hidden: bool = False


class Recreated(Struct, frozen=True, forbid_unknown_fields=True):
    """An annotation of objects that are deleted and created anew."""

    annotation: str
    source: str
    contains: str | None = None
    kinds: tuple[str, ...] = ()

    def marks(self, kind: str, annotations: Mapping[str, str]) -> bool:
        """Whether an object of the kind with these annotations is one of them."""
        said = annotations.get(self.annotation)
        if said is None or (self.kinds and kind not in self.kinds):
            return False
        return self.contains is None or self.contains in [word.strip() for word in said.split(",")]


@cache
def immutable_fields() -> Mapping[tuple[str, str], tuple[ImmutableField, ...]]:
    """The rows by group and kind."""
    found: defaultdict[tuple[str, str], list[ImmutableField]] = defaultdict(list)
    for row in convert(load_table("immutable-fields", "fields"), list[ImmutableField]):
        for kind in row.kinds:
            found[row.group, kind].append(row)
    return {key: tuple(rows) for key, rows in found.items()}


@cache
def recreated() -> tuple[Recreated, ...]:
    """The annotations of objects that are created anew."""
    return convert(load_table("immutable-fields", "recreated"), tuple[Recreated, ...])


def keys_of(path: Path) -> tuple[str, ...]:
    """The keys of a path."""
    return tuple(path.split(".")) if isinstance(path, str) else path
