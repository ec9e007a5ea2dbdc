"""Objects that are not what their kind requires."""

from __future__ import annotations

from mblint.cluster.objects import ObjectId
from mblint.facts.rows import InvalidObjectFact
from mblint.facts.world import World

_LEFT_OUT = "It was left out, so other findings may be missing or follow from this"
_READ = "All else in it was read"


def invalid_objects(world: World) -> tuple[InvalidObjectFact, ...]:
    """One row for each value at fault; an object that was left out has one."""
    return tuple(
        InvalidObjectFact(
            object=item.id,
            place=item.place,
            linted=item.place.document.linted,
            subject=_subject(item.id),
            reason=item.message,
            consequence=_LEFT_OUT if item.left_out else _READ,
        )
        for item in world.cluster.invalid
    )


def _subject(identity: ObjectId) -> str:
    """`namespace/Kind/name`; less where the header of the object could not be read."""
    if not identity.name:
        return f"This {identity.kind}"
    return str(identity) if identity.namespace else f"{identity.kind}/{identity.name}"
