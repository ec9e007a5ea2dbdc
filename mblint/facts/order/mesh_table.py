"""`rules/tables/meshes.yaml`: who puts a proxy into which pods, and what ends it. Its head explains the fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from msgspec import Struct, convert, field

from mblint.globs import matches
from mblint.settings.tables import load_table


class Mark(Struct, frozen=True):
    """A label or an annotation, by its key (a glob), and the values that count; none: any."""

    of: Literal["namespace", "pod"]
    label: str | None = None
    annotation: str | None = None
    is_: tuple[str, ...] = field(default=(), name="is")

    def found(self, labels: Mapping[str, str], annotations: Mapping[str, str]) -> str | None:
        """The key that bears it; None where it is not there."""
        within, key = (labels, self.label) if self.label is not None else (annotations, self.annotation)
        return next((each for each, value in within.items() if self._is(each, value, key or "")), None)

    def _is(self, key: str, value: str, wanted: str) -> bool:
        return matches(key, wanted) and (not self.is_ or value.lower() in self.is_)


class Control(Struct, frozen=True, rename="kebab"):
    """What shows that a mesh's proxies are native sidecars by default."""

    image: str | None = None
    setting: str | None = None
    since: str | None = None
    config_map: str | None = None
    has: str | None = None


class Mesh(Struct, frozen=True):
    """One row."""

    name: str
    asked: tuple[Mark, ...]
    refused: tuple[Mark, ...]
    quits: tuple[str, ...]
    source: str
    native: tuple[Mark, ...] = ()
    control: Control | None = None


@cache
def meshes() -> tuple[Mesh, ...]:
    """All rows, in their order."""
    return convert(load_table("meshes", "meshes"), tuple[Mesh, ...])
