"""`rules/tables/references.yaml`: what objects name other objects by. Its head explains the fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from msgspec import Struct, convert

from mblint.facts.references.annotated import Form
from mblint.settings.tables import load_table

PODS = "pods"


class Target(Struct, frozen=True):
    """The kind that is named."""

    kind: str
    groups: tuple[str, ...]
    scope: Literal["namespaced", "cluster"] = "namespaced"


class Controller(Struct, frozen=True, rename="kebab"):
    """Who reads objects of the whole cluster, and looks in its own namespace for what they name."""

    images: tuple[str, ...]
    moved_by: tuple[str, ...]


class Naming(Struct, frozen=True, rename="kebab"):
    """One field by which objects of a kind name another object."""

    kind: str
    to: Target
    fails: str
    source: str
    at: str = ""
    annotation: str | None = None
    label: str | None = None
    form: Form = "name"
    groups: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = {}
    namespace: str | None = None
    controller: Controller | None = None
    selecting: bool = False
    sure: bool = False
    sole: bool = False
    only: bool = False
    keys: tuple[str, ...] = ()
    only_keys: bool = False
    key: str | None = None
    known: tuple[str, ...] = ()


@cache
def namings() -> tuple[Naming, ...]:
    """All fields, in the order of the table."""
    return convert(load_table("references", "references"), tuple[Naming, ...])
