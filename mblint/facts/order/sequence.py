"""The sequence in which the objects of a view are applied."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.helm_hooks import HOOK, TESTS, hook_events
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.order.phases import ARGO_HOOK, Phase, argo_phase, helm_phase, speaks_to_argo
from mblint.facts.order.rows import Order
from mblint.facts.world import World


class Placed(Struct, frozen=True, eq=False):
    """An object and its phase."""

    object: Object
    phase: Phase


def applier(world: World, *objects: Object) -> str:
    """Who applies these objects, as they and the configuration say: "Helm" or "Argo CD"."""
    argo = world.config.cluster.applied_by == "manifests" or any(speaks_to_argo(obj) for obj in objects)
    return "Argo CD" if argo else "Helm"


def phase_of(obj: Object, by: str) -> Phase | None:
    """The phase in which an applier brings an object on a first install; None where it does not."""
    return argo_phase(obj) if by == "Argo CD" else helm_phase(obj)


@remembered
def has_an_order(world: World) -> bool:
    """Whether any object of the view is a hook, or in a wave."""
    return any(HOOK in obj.annotations or speaks_to_argo(obj) for obj in _linted(world))


def _linted(world: World) -> Iterator[Object]:
    return (obj for obj in world.cluster.objects.values() if obj.linted)


def order(world: World) -> Iterator[Order]:
    """A row for each object, in the sequence in which they are applied; then Jobs of other events but tests."""
    if not has_an_order(world):
        return
    by = applier(world, *_linted(world))
    placed = [Placed(obj, phase) for obj in _linted(world) if (phase := phase_of(obj, by)) is not None]
    step = 0
    earlier: Phase | None = None
    for each in sorted(placed, key=lambda each: (each.phase.stage, each.phase.weight)):
        if earlier is None or earlier.before(each.phase):
            step += 1
            earlier = each.phase
        yield _row(each, step, by)
    for obj in _linted(world):
        events = hook_events(obj) if obj.id.kind == "Job" else ()
        if events and not TESTS.issuperset(events) and phase_of(obj, by) is None:
            yield _row(Placed(obj, Phase(0, 0, f"a {', '.join(events)} hook")), 0, by)


def _row(each: Placed, step: int, by: str) -> Order:
    ttl = each.object.place.at("spec", "ttlSecondsAfterFinished")
    is_job = each.object.id.kind == "Job"
    return Order(
        object=each.object.id,
        place=ttl if is_job and ttl.value is not None else each.object.place,
        step=step,
        phase=each.phase.words,
        by=by,
        hook_job=is_job and (HOOK in each.object.annotations or ARGO_HOOK in each.object.annotations),
        ttl_seconds=ttl.value if is_job and isinstance(ttl.value, int) else None,
    )
