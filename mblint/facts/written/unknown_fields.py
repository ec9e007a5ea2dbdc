"""Keys that stand where their kind has no such field: misspelt ones, and those of another level.

Which field is meant is said where one alone can be: one of the same mapping that differs by a slip of the hand, or one
of that very name in what lies around it or in it, the nearest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.fields import UnknownField, field_types
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.world import World
from mblint.facts.written.rows import UndeclaredField
from mblint.manifests.documents import KeyPath, Place
from mblint.manifests.nodes import dotted

_DEEPEST = 2  # levels below what holds the key
_ONE_OF_MANY = ("Volume", "PersistentVolumeSpec")
_PLURAL = 3  # letters of a name that an "s" more or less still makes the same


def undeclared_fields(world: World) -> Iterator[UndeclaredField]:
    """A row for each such key."""
    for identity, unknown in world.cluster.unknown_fields:
        held = world.cluster.objects.get(identity)
        root = len(held.place.path) if held is not None else 0
        keys = unknown.place.path[root:]
        meant = _misspelt(unknown)
        elsewhere = _elsewhere(unknown, keys) if meant is None else None
        yield UndeclaredField(
            object=identity,
            place=unknown.place,
            linted=unknown.place.document.linted,
            key=unknown.key,
            within=dotted(keys[:-1]) if keys[:-1] else "the object itself",
            meant=meant,
            elsewhere=elsewhere,
            meaning=_meaning(meant, elsewhere),
            verdict="misspelt" if meant is not None else "misplaced" if elsewhere is not None else "unknown",
        )


def _meaning(meant: str | None, elsewhere: str | None) -> str:
    if meant is not None:
        return f": {meant} is meant"
    if elsewhere is not None:
        return f": it belongs in {elsewhere.rpartition('.')[0] or 'the object itself'}"
    return ": is its name right, and its level?"


def _misspelt(unknown: UnknownField) -> str | None:
    """The one field of the same mapping that is meant, if it is not there as well."""
    fields = field_types().types[unknown.types[-1]]
    mapping = Place(unknown.place.document, unknown.place.path[:-1]).value
    near = [name for name in fields if _is_slip(unknown.key, name)]
    return near[0] if len(near) == 1 and isinstance(mapping, dict) and near[0] not in mapping else None


def _is_slip(written: str, name: str) -> bool:
    one, other = written.lower(), name.lower()
    plain = one.replace("-", "").replace("_", "")
    plural = min(len(one), len(other)) >= _PLURAL and (one == f"{other}s" or other == f"{one}s")
    return plain == other or plural or differ_by_a_slip(one, other)


def _elsewhere(unknown: UnknownField, keys: KeyPath) -> str | None:
    """Where a field of that very name is: in what lies in the mapping, else in what lies around it. By its path."""
    own = dotted(keys[:-1]) if keys[:-1] else ""
    below = _left_empty(unknown) or _below(unknown.types[-1], unknown.key)
    if below is not None:
        return f"{own}.{below}".lstrip(".")
    return _around(unknown, keys)


def _left_empty(unknown: UnknownField) -> str | None:
    """The path by the one field beside it that was left empty and has a field of that name: it stands too far left."""
    types, mapping = field_types().types, Place(unknown.place.document, unknown.place.path[:-1]).value
    fields = types[unknown.types[-1]]
    empty = [name for name, value in mapping.items() if value is None] if isinstance(mapping, dict) else []
    meant = [name for name in empty if unknown.key in types.get(fields.get(str(name), ""), {})]
    return f"{meant[0]}.{unknown.key}" if len(meant) == 1 else None


def _around(unknown: UnknownField, keys: KeyPath) -> str | None:
    """The same in what holds the mapping, and what lies in that, from the inside out.

    A volume has one source of many: what another one has does not belong there.
    """
    named = [number for number, key in enumerate(keys[:-1]) if isinstance(key, str)]
    holders = list(zip(unknown.types[:-1], named, strict=False))
    for holder, number in reversed(holders):
        where = dotted(keys[:number]) if number else ""
        if unknown.key in field_types().types[holder]:
            return f"{where}.{unknown.key}".lstrip(".")
        below = _below(holder, unknown.key, deepest=1)
        if below is not None and holder not in _ONE_OF_MANY:
            return f"{where}.{below}".lstrip(".")
    return None


def _below(holder: str, key: str, deepest: int = _DEEPEST) -> str | None:
    """The path of the one field of that name in what lies in a type, the nearest level first."""
    level: Sequence[tuple[str, str]] = [("", holder)]
    for _ in range(deepest):
        level = list(_within(level))
        found = {f"{path}.{key}".lstrip("."): name for path, name in level if key in field_types().types[name]}
        if found:
            first = next(iter(found))
            return first if len(set(found.values())) == 1 or first.startswith("containers") else None
    return None


def _within(level: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The types that lie in these, with their paths. Containers before those that start first, or for a while."""
    types = field_types().types
    for path, name in level:
        for field, written in sorted(types[name].items(), key=lambda item: item[0] != "containers"):
            inner = written.strip("[]")
            if inner in types:
                yield f"{path}.{field}{'[]' if written != inner else ''}".lstrip("."), inner
