"""Objects that are not what their kind requires."""

from __future__ import annotations

from mblint.cluster.objects import InvalidObject, ObjectId
from mblint.facts.rows import InvalidObjectFact
from mblint.facts.world import World

_LEFT_OUT = "It was left out, so other findings may be missing or follow from this"
_UNREAD = "Nothing that depends on this was judged"
_TAKEN = "The API server takes it with a warning, and no container can start"
_READ = "All else in it was read"


def invalid_objects(world: World) -> tuple[InvalidObjectFact, ...]:
    """One row for each value at fault."""
    return tuple(
        InvalidObjectFact(
            object=item.id,
            place=item.place,
            linted=item.place.document.linted,
            subject=_subject(item.id),
            reason=item.message,
            consequence=_consequence(world, item),
            refused=item.refused,
        )
        for item in world.cluster.invalid
    )


def _consequence(world: World, item: InvalidObject) -> str:
    if not item.refused:
        return _TAKEN
    if not item.left_out:
        return _READ
    return _UNREAD if item.id in world.cluster.objects else _LEFT_OUT


def _subject(identity: ObjectId) -> str:
    """`namespace/Kind/name`; less where the header of the object could not be read."""
    if not identity.name:
        return f"This {identity.kind}"
    return str(identity) if identity.namespace else f"{identity.kind}/{identity.name}"
