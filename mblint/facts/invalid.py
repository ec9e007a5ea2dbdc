"""Objects that were left out, since they are not what their kind requires."""

from __future__ import annotations

from mblint.facts.rows import InvalidObjectFact
from mblint.facts.world import World


def invalid_objects(world: World) -> tuple[InvalidObjectFact, ...]:
    """One row for each object that was left out, at the value at fault."""
    return tuple(
        InvalidObjectFact(object=item.id, place=item.place, linted=item.place.document.linted, reason=item.message)
        for item in world.cluster.invalid
    )
