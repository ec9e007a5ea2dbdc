"""A Service whose selector misses its pods by one label."""

from __future__ import annotations

from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies.near_labels import nearly_selected
from mblint.cluster.policies.objects import Direction
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def nearly_served(world: World, service: Service) -> tuple[Workload, str] | None:
    """The one workload of the namespace that the Service misses by one label, and that label's key."""
    return nearly_selected(workloads_in(world.cluster, service.id.namespace), service.selector)


def corrected_selector(world: World, service: Service) -> tuple[Edit, ...]:
    """The selector with that workload's label, where it has one, and no policy judges what then arrives there."""
    near = nearly_served(world, service)
    if near is None or owner(world.cluster, service.place) is not service:
        return ()
    workload, key = near
    has = workload.pod.labels.get(key)
    if has is None or not workload.lasting or world.engine.policies_of(workload, Direction.INGRESS):
        return ()
    return (put(service, service.place.at("spec", "selector"), key, has),)
