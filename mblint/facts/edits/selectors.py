"""A selector that misses the pods that it means by one label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.run_time_labels import set_at_run_time
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def nearly_selected(workloads: Iterable[Workload], labels: Mapping[str, str]) -> tuple[Workload, str] | None:
    """The one of these workloads that agrees in all labels of a selector but one, and that label's key."""
    found = [(workload, key) for workload in workloads if (key := differing_label(labels, workload)) is not None]
    return found[0] if len(found) == 1 else None


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


def differing_label(labels: Mapping[str, str], workload: Workload) -> str | None:
    """The one label of a selector that a workload's pods do not have so; None where more differ, or it has no other."""
    other = [key for key, value in labels.items() if workload.pod.labels.get(key) != value]
    fits = len(other) == 1 and len(labels) > 1 and set_at_run_time(other[0], None) is None
    return other[0] if fits else None
