"""ConfigMaps and Secrets that a controller copies to other namespaces: pods there are told what the original says.

rules/tables/copies.yaml lists the annotations. A copy is the original itself, under the copy's namespace and name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import TypeVar

from msgspec import Struct, convert
from msgspec.structs import replace

from mblint.cluster.objects import ConfigMap, Secret
from mblint.globs import matches
from mblint.shipped import read_table

Held = TypeVar("Held", ConfigMap, Secret)
_Name = tuple[str, str]  # namespace and name


class _Copying(Struct, frozen=True, rename={"of": "from"}):
    """One row of the table: annotations of originals (`to`, `within`, `switches`) and of copies (`of`)."""

    to: str
    of: str
    within: str = ""
    switches: tuple[str, ...] = ()


class _Table(Struct, frozen=True):
    copies: tuple[_Copying, ...]


def with_copies(objects: Mapping[_Name, Held], namespaces: Collection[str]) -> dict[_Name, Held]:
    """The objects and their copies, by namespace and name. What stands in the view itself is not replaced."""
    found = dict(objects)
    for name, held in objects.items():
        if not held.annotations:
            continue
        for copying in _table():
            for namespace in _targets(copying, held, namespaces):
                found.setdefault((namespace, held.id.name), held)
            space, slash, original_name = held.annotations.get(copying.of, "").partition("/")
            original = objects.get((space, original_name)) if slash else None
            if original is not None:
                found[name] = replace(held, entries={**held.entries, **original.entries})
    return found


def _targets(copying: _Copying, held: ConfigMap | Secret, namespaces: Collection[str]) -> Iterator[str]:
    """The namespaces that an original is copied to."""
    on = all(held.annotations.get(switch) == "true" for switch in copying.switches)
    if not on or (copying.to not in held.annotations and not copying.switches):
        return
    within = _patterns(held.annotations.get(copying.within, ""))
    to = _patterns(held.annotations.get(copying.to, "")) or within or ("*",)
    for namespace in namespaces:
        if _is_one_of(namespace, to) and (not within or _is_one_of(namespace, within)):
            yield namespace


def _is_one_of(namespace: str, patterns: tuple[str, ...]) -> bool:
    return any(matches(namespace, pattern) for pattern in patterns)


def _patterns(text: str) -> tuple[str, ...]:
    """The names and patterns of a list, as globs."""
    return tuple(part.strip().replace(".*", "*") for part in text.split(",") if part.strip())


@cache
def _table() -> tuple[_Copying, ...]:
    return convert(read_table("tables/copies.yaml"), _Table).copies
