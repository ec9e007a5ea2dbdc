"""Services whose new selector asks for labels that the running pods do not have.

A Service changes at once; pods get new labels one after the other, as they are replaced. Until then the Service has
fewer endpoints, and none before the first new pod is ready.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Service, Workload
from mblint.facts.rollouts.replicas import strategy_of
from mblint.facts.rollouts.rows import LeftPods
from mblint.facts.rows import Related
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step


def left_pods(step: Step) -> Iterator[LeftPods]:
    """A row for each Service and workload whose pods it loses until they are replaced."""
    pairs = pairs_of(step)
    workloads = [
        (pair.old, pair.new)
        for pair in pairs.kept
        if isinstance(pair.old, Workload) and isinstance(pair.new, Workload) and pair.new.lasting
    ]
    for pair in pairs.kept:
        if isinstance(pair.old, Service) and isinstance(pair.new, Service) and pair.old.selector != pair.new.selector:
            for old, new in workloads:
                if _loses(pair.old, pair.new, old, new):
                    yield _row(pair.new, old, new)


def _loses(before: Service, after: Service, old: Workload, new: Workload) -> bool:
    if old.id.namespace != before.id.namespace or not before.selector or not after.selector:
        return False
    if strategy_of(new) == "Recreate" or old.pod.labels_unread or new.pod.labels_unread or new.replicas == 0:
        return False
    return (
        before.selector.items() <= old.pod.labels.items()
        and after.selector.items() <= new.pod.labels.items()
        and not after.selector.items() <= old.pod.labels.items()
    )


def _row(service: Service, old: Workload, new: Workload) -> LeftPods:
    missing = [(key, value) for key, value in service.selector.items() if old.pod.labels.get(key) != value]
    return LeftPods(
        object=service.id,
        place=service.place.at("spec", "selector", missing[0][0]),
        related=(Related(f"the pods of {new.id.kind} {new.id.name} get it here", new.pod.place, new.id),),
        labels=tuple(f"{key}: {value}" for key, value in missing),
        keys=tuple(key for key, _ in missing),
        workload=f"{new.id.kind} {new.id.name}",
    )
