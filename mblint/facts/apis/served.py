"""Custom resources, held against the CustomResourceDefinitions of the view."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.facts.apis.definitions import Definition, definitions, known_beside, unknown_fields
from mblint.facts.apis.rows import ServedVersion
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import KeyPath
from mblint.manifests.nodes import dotted

_SHOWN = 5


def served_versions(world: World) -> Iterator[ServedVersion]:
    """A row for each resource of a kind that the view defines."""
    defined = definitions(world.cluster)
    for held in world.cluster.everything if defined else ():
        definition = defined.get((group_of(held.api_version), held.id.kind))
        if definition is not None and not world.cluster.is_unread(held.id):
            yield _row(held, definition)


def _row(held: Object, definition: Definition) -> ServedVersion:
    version = held.api_version.rpartition("/")[2]
    schema = definition.schemas.get(version)
    served = definition.versions.get(version) is True
    unknown = tuple(unknown_fields(schema, held.place.value)) if served and schema is not None else ()
    nearest = _nearest(definition, version, unknown)
    return ServedVersion(
        object=held.id,
        place=held.place.at(*unknown[0]) if unknown else held.place.at("apiVersion"),
        related=(
            Related(
                f"it serves {' and '.join(definition.served) or 'no version'}",
                definition.object.place,
                definition.object.id,
            ),
        ),
        linted=held.linted,
        definition=definition.object.id.name,
        version=version,
        served=definition.served,
        problem=_problem(definition, version, unknown),
        fields=shown(unknown),
        nearest=nearest,
        verdict="not-served" if not served else "unknown-fields" if unknown else "served",
    )


def _problem(definition: Definition, version: str, unknown: tuple[KeyPath, ...]) -> str:
    if version not in definition.versions:
        return "which it does not have"
    if not definition.versions[version]:
        return "which it has, and does not serve"
    return f"whose schema does not know {' and '.join(shown(unknown))}" if unknown else ""


def shown(paths: tuple[KeyPath, ...]) -> tuple[str, ...]:
    """The first of some fields, and how many more there are."""
    names = tuple(dict.fromkeys(dotted(path) for path in paths))
    return names if len(names) <= _SHOWN else (*names[: _SHOWN - 1], f"{len(names) - _SHOWN + 1} more")


def _nearest(definition: Definition, version: str, unknown: tuple[KeyPath, ...]) -> str | None:
    if len(unknown) != 1:
        return None
    (path,) = unknown
    written = str(path[-1])
    near = [
        known
        for known in known_beside(definition.schemas[version], path)
        if known.lower() == written.lower()
        or known in (f"{written}s", written.removesuffix("s"))
        or differ_by_a_slip(known, written)
    ]
    return dotted((*path[:-1], near[0])) if len(near) == 1 else None
