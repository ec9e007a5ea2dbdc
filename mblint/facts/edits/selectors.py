"""A Service whose selector misses its pods by one label."""

from __future__ import annotations

from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.run_time_labels import set_at_run_time
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def nearly_selected(world: World, service: Service) -> tuple[Workload, str] | None:
    """The one workload of the namespace that agrees in all labels of the selector but one, and that label's key."""
    found = [
        (workload, key)
        for workload in workloads_in(world.cluster, service.id.namespace)
        if (key := _only_other(service, workload)) is not None
    ]
    return found[0] if len(found) == 1 else None


def corrected_selector(world: World, service: Service) -> tuple[Edit, ...]:
    """The selector with that workload's label, where it has one, and no policy judges what then arrives there."""
    near = nearly_selected(world, service)
    if near is None or owner(world.cluster, service.place) is not service:
        return ()
    workload, key = near
    has = workload.pod.labels.get(key)
    if has is None or not workload.lasting or world.engine.policies_of(workload, Direction.INGRESS):
        return ()
    return (put(service, service.place.at("spec", "selector"), key, has),)


def _only_other(service: Service, workload: Workload) -> str | None:
    """The one label in which they differ."""
    other = [key for key, value in service.selector.items() if workload.pod.labels.get(key) != value]
    fits = len(other) == 1 and len(service.selector) > 1 and set_at_run_time(other[0], None) is None
    return other[0] if fits else None
