"""Objects that are not what their kind requires."""

from __future__ import annotations

from mblint.cluster.flaws.forms import is_filled_later
from mblint.cluster.objects import InvalidObject, ObjectId
from mblint.facts.rows import InvalidObjectFact
from mblint.facts.world import World
from mblint.manifests.nodes import dotted

_LEFT_OUT = "It was left out, so other findings may be missing or follow from this"
_UNREAD = "Nothing that depends on this was judged"
_TAKEN = "The API server takes it all the same"
_READ = "All else in it was read"
_UNRENDERED = "it holds templates in double braces, which nothing rendered"


def invalid_objects(world: World) -> tuple[InvalidObjectFact, ...]:
    """One row for each value at fault, but for those that something else fills in before the API server sees them.

    Values in which a template was left over have one reason together: the object was never rendered.
    """
    items = [item for item in world.cluster.invalid if not _is_filled_later(item)]
    unrendered = {item.id for item in items if item.left_out and _template(item) is not None}
    return tuple(_row(world, item, left_out=item.left_out or item.id in unrendered) for item in items)


def _is_filled_later(item: InvalidObject) -> bool:
    """Whether it is a variable of Flux or envsubst at fault: a template in double braces is rendered, or nothing."""
    value = item.place.value
    return isinstance(value, str) and "{{" not in value and is_filled_later(value)


def _row(world: World, item: InvalidObject, *, left_out: bool) -> InvalidObjectFact:
    template = _template(item)
    return InvalidObjectFact(
        object=item.id,
        place=item.place,
        linted=item.place.document.linted,
        subject=_subject(item.id),
        reason=item.message if template is None else _UNRENDERED,
        template=template,
        consequence=_consequence(world, item, left_out=item.left_out if template is None else left_out),
        refused=item.refused,
    )


def _template(item: InvalidObject) -> str | None:
    """Where the value at fault is, if a template stands in it: "metadata.labels.shard"."""
    value = item.place.value
    return dotted(item.place.path) if isinstance(value, str) and "{{" in value else None


def _consequence(world: World, item: InvalidObject, *, left_out: bool) -> str:
    if not item.refused:
        return _TAKEN
    if not left_out:
        return _READ
    return _UNREAD if item.id in world.cluster.objects else _LEFT_OUT


def _subject(identity: ObjectId) -> str:
    """`namespace/Kind/name`; less where the header of the object could not be read."""
    if not identity.name:
        return f"This {identity.kind}"
    return str(identity) if identity.namespace else f"{identity.kind}/{identity.name}"
