"""Services and policies whose new selector asks for labels that the running pods do not have.

They change at once; pods get new labels one after the other, as they are replaced. Until then a Service has fewer
endpoints, and none before the first new pod is ready; and a policy that names its peers so lets those no longer through
that run. So it is where the Service goes over to a workload that is new with this step, as when a chart renames one:
its old pods may run on or be deleted, the new workload has none yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.policies.objects import NetworkPolicy, PeerRule, PolicyRule
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.rollouts.replicas import replicas_of, strategy_of
from mblint.facts.rollouts.rows import LeftPods
from mblint.facts.rows import Related
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step
from mblint.manifests.documents import Place

Labels = Mapping[str, str]

_LEAVE_OUT = "Leave {keys} out of the selector, and keep the labels that stay the same from version to version"
_KEEP = (
    "Keep the name of {workload} and the labels of its pods; or bring in what replaces it in one version, and let the "
    "Service go over to it in the next, when its pods are ready"
)


class _Lost(Struct, frozen=True):
    """Labels that were asked for and are now; `still`: all that are asked for now, one of which is enough."""

    before: Labels
    after: Labels
    still: tuple[Labels, ...]
    place: Place
    effect: str


def left_pods(step: Step) -> Iterator[LeftPods]:
    """A row for each Service or policy, and workload whose pods it loses until they are replaced."""
    pairs = pairs_of(step)
    workloads = [
        (pair.old, pair.new)
        for pair in pairs.kept
        if isinstance(pair.old, Workload) and isinstance(pair.new, Workload) and _is_replaced(pair.old, pair.new)
    ]
    added = [each for each in pairs.added if isinstance(each, Workload) and each.lasting]
    for pair in pairs.kept if workloads or added else ():
        if isinstance(pair.old, Service) and isinstance(pair.new, Service):
            yield from _moved(step, pair.old, pair.new, added)
            place = pair.new.place.at("spec", "selector")
            effect = "it has no endpoint until new ones are ready"
            lost = [_Lost(pair.old.selector, pair.new.selector, (pair.new.selector,), place, effect)]
        elif isinstance(pair.old, NetworkPolicy) and isinstance(pair.new, NetworkPolicy):
            lost = list(_peers(pair.old, pair.new))
        else:
            continue
        for one in lost:
            for old, new in workloads:
                if old.id.namespace == pair.new.id.namespace and _loses(one, old, new):
                    yield _row(pair.new, (old, new), one)


def _moved(step: Step, old: Service, new: Service, added: Sequence[Workload]) -> Iterator[LeftPods]:
    """A row for a Service that goes over to a workload which comes with this step alone."""
    if not old.selector or not new.selector or old.selector == new.selector:
        return
    running = [each for each in workloads_in(step.old.cluster, old.id.namespace) if each.lasting and each.replicas != 0]
    if any(each.pod.labels_unread or new.selector.items() <= each.pod.labels.items() for each in running):
        return
    left = [each for each in running if old.selector.items() <= each.pod.labels.items() and _goes_on(each)]
    after = [each for each in workloads_in(step.new.cluster, new.id.namespace) if _is_selected(new, each)]
    if left and after and all(each in added for each in after):
        place, effect = new.place.at("spec", "selector"), f"it has no endpoint until those of {_named_so(after[0])} are"
        lost = _Lost(old.selector, new.selector, (new.selector,), place, f"{effect} ready")
        row = _row(new, (left[0], after[0]), lost)
        yield replace(row, workload=_named_so(left[0]), remedy=_KEEP.format(workload=_named_so(left[0])))


def _named_so(workload: Workload) -> str:
    return f"{workload.id.kind} {workload.id.name}"


def _is_selected(service: Service, workload: Workload) -> bool:
    return workload.lasting and service.selector.items() <= workload.pod.labels.items()


def _goes_on(workload: Workload) -> bool:
    """Whether an upgrade that changes its pods leaves some of them: what stops anyway is missed by nobody."""
    alone = workload.id.kind == "StatefulSet" and replicas_of(workload) == 1
    return strategy_of(workload) != "Recreate" and not alone


def _is_replaced(old: Workload, new: Workload) -> bool:
    """Whether its pods get new labels, one after the other."""
    if not new.lasting or old.pod.labels == new.pod.labels or old.pod.labels_unread or new.pod.labels_unread:
        return False
    return strategy_of(new) != "Recreate" and new.replicas != 0


def _peers(old: NetworkPolicy, new: NetworkPolicy) -> Iterator[_Lost]:
    """The labels by which a policy names pods of its namespace that may come in or be called, before and after."""
    for before, after in ((old.ingress, new.ingress), (old.egress, new.egress)):
        if _lets_all_through(after or ()):
            continue
        named, names = list(_named(before or ())), list(_named(after or ()))
        still = tuple(labels for labels, _ in names)
        for labels, place in names:
            for earlier, _ in named:
                yield _Lost(earlier, labels, still, place, "they are cut off until they are replaced")


def _named(rules: Sequence[PolicyRule]) -> Iterator[tuple[Labels, Place]]:
    for rule in rules:
        for peer in rule.peers or ():
            if _is_by_labels(peer) and peer.pods is not None:
                yield peer.pods.labels, peer.place.at("podSelector", "matchLabels")


def _is_by_labels(peer: PeerRule) -> bool:
    return peer.pods is not None and bool(peer.pods.labels) and not peer.pods.expressions and peer.namespaces is None


def _lets_all_through(rules: Sequence[PolicyRule]) -> bool:
    """Whether a rule names nobody in particular, or pods in a way that is not compared here."""
    return any(
        rule.peers is None or any(not _is_by_labels(peer) and peer.block is None for peer in rule.peers)
        for rule in rules
    )


def _loses(lost: _Lost, old: Workload, new: Workload) -> bool:
    if not lost.before or not lost.after or lost.before == lost.after:
        return False
    return (
        lost.before.items() <= old.pod.labels.items()
        and lost.after.items() <= new.pod.labels.items()
        and not any(labels.items() <= old.pod.labels.items() for labels in lost.still)
    )


def _row(held: Object, pods: tuple[Workload, Workload], lost: _Lost) -> LeftPods:
    old, new = pods
    missing = [(key, value) for key, value in lost.after.items() if old.pod.labels.get(key) != value]
    return LeftPods(
        object=held.id,
        place=lost.place.at(missing[0][0]),
        related=(Related(f"the pods of {_named_so(new)} get it here", new.pod.place, new.id),),
        labels=tuple(f"{key}: {value}" for key, value in missing),
        keys=tuple(key for key, _ in missing),
        workload=_named_so(new),
        effect=lost.effect,
        remedy=_LEAVE_OUT.format(keys=" and ".join(key for key, _ in missing)),
    )
