"""Custom resources, held against the CustomResourceDefinitions of the view."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.kinds import complete_groups, group_of
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
    """A row for each resource of a kind that the view defines, in its group or in one that took its place."""
    defined = definitions(world.cluster)
    groups = {group for group, _ in defined}
    renamed: dict[tuple[str, str], Definition] = {}
    for (group, kind), definition in defined.items():
        renamed.setdefault((_stem(group), kind), definition)
    for held in world.cluster.everything if defined else ():
        group = group_of(held.api_version)
        if world.cluster.is_unread(held.id):
            continue
        own = defined.get((group, held.id.kind))
        if own is not None:
            yield _row(held, own)
        elif "." in group and group not in groups and group not in complete_groups():
            other = renamed.get((_stem(group), held.id.kind))
            if other is not None:
                yield _row_of_another_group(held, group, other)


def _stem(group: str) -> str:
    """What a project keeps when its group gets another domain: `keda` of keda.k8s.io and keda.sh."""
    return group.partition(".")[0].replace("-", "")


def _row_of_another_group(held: Object, group: str, definition: Definition) -> ServedVersion:
    return ServedVersion(
        object=held.id,
        place=held.place.at("apiVersion"),
        related=(Related("this defines that kind", definition.object.place, definition.object.id),),
        linted=held.linted,
        definition=definition.object.id.name,
        version=held.api_version,
        served=definition.served,
        problem=f"which is of another group: nothing of the view defines kinds of {group}",
        verdict="other-group",
    )


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
