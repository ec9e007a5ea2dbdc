"""Workloads that two autoscalers scale.

Each sets the replicas that it thinks right, and undoes what the other did. A HorizontalPodAutoscaler that shares its
pods with another does nothing (Kubernetes, "Horizontal Pod Autoscaling"); KEDA refuses a ScaledObject for a workload
that has another autoscaler (KEDA, "Admission webhooks").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, ObjectId, Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, templates_tell
from mblint.cluster.workloads_by_label import candidates
from mblint.facts.claims.rows import Claim
from mblint.facts.rows import Related
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_KEDA = "ScaledObject"
_SELECTING = ("Deployment", "StatefulSet", "ReplicaSet")
_TRANSFER = "scaledobject.keda.sh/transfer-hpa-ownership"
_UNCHECKED = "validations.keda.sh/hpa-ownership"
_PAUSED = "autoscaling.keda.sh/paused"


class Scaler(Struct, frozen=True, eq=False):
    """An autoscaler, and the name of the HorizontalPodAutoscaler that it is, or makes."""

    object: Object
    target: tuple[str, str, str]  # namespace, kind, name
    makes: str


def scaled_twice(cluster: Cluster) -> Iterator[Claim]:
    """A row for each autoscaler of a workload after the first."""
    for scalers in _by_target(cluster).values():
        for later in scalers[1:]:
            if not _takes_over(scalers[0], later):
                yield _row(scalers[0], later)


def pods_of_two(cluster: Cluster) -> Iterator[Claim]:
    """A row for each autoscaler whose workload selects pods of a workload that another one scales: both then stop.

    Source: https://github.com/kubernetes/kubernetes/pull/112011
    """
    scaled: dict[Workload, Scaler] = {}
    for (namespace, kind, name), scalers in _by_target(cluster).items():
        target = cluster.objects.get(ObjectId(namespace, kind, name))
        if isinstance(target, Workload) and target.id.kind in _SELECTING:
            scaled[target] = scalers[0]
    told: set[frozenset[Workload]] = set()
    for target, scaler in scaled.items() if len(scaled) > 1 else ():
        for other in _selected(cluster, target):
            pair = frozenset((target, other))
            if other in scaled and other is not target and pair not in told:
                told.add(pair)
                yield _shared(scaler, target, scaled[other], other)


def _selected(cluster: Cluster, workload: Workload) -> Iterator[Workload]:
    """Whose pods the selector of a workload selects for certain."""
    selector, _ = read_parts(workload.node, _selector)
    if selector is not None and templates_tell(selector):
        for other in candidates(cluster, workload.id.namespace, selector):
            if match_pods(selector, other) is Match.YES:
                yield other


def _selector(node: Node) -> Selector | None:
    return read_selector(node.get("spec").get("selector"))


def _shared(scaler: Scaler, target: Workload, one: Scaler, other: Workload) -> Claim:
    words, named = f"{one.object.id.kind} {one.object.id.name}", f"{target.id.kind} {target.id.name}"
    beside = f"{other.id.kind} {other.id.name}"
    return Claim(
        object=scaler.object.id,
        place=scaler.object.place.at("spec", "scaleTargetRef"),
        related=(
            Related(f"this selects the pods of {beside}, too", target.place.at("spec", "selector"), target.id),
            Related("this scales those", one.object.place, one.object.id),
        ),
        linted=scaler.object.linted,
        claims="scale",
        claimed=named,
        who=f"{scaler.object.id.kind} {scaler.object.id.name} scales {named}, which selects the pods of {beside}, too, "
        f"and {words} scales that",
        other=words,
        consequence="pods of two autoscalers are scaled by neither (AmbiguousSelector)",
        remedy=f"Give {named} and {beside} a label of their own each, in selector and pod template.",
        verdict="contested",
    )


def scaled_by_the_next(step: Step) -> Iterator[Claim]:
    """A row for each ScaledObject of NEW whose workload a HorizontalPodAutoscaler of OLD scales until it is gone."""
    before = _by_target(step.old.cluster)
    stays = {pair.old for pair in pairs_of(step).kept}
    for target, scalers in _by_target(step.new.cluster).items():
        for scaler in scalers:
            if scaler.object.id.kind != _KEDA:
                continue
            for old in before.get(target, ()):
                gone = old.object not in stays and old.object.id.kind != _KEDA
                if gone and not _takes_over(old, scaler):
                    yield _row(old, scaler, is_old=True)


def _by_target(cluster: Cluster) -> Mapping[tuple[str, str, str], Sequence[Scaler]]:
    found: dict[tuple[str, str, str], list[Scaler]] = {}
    for kind, group in (("HorizontalPodAutoscaler", "autoscaling"), (_KEDA, "keda.sh")):
        for held in cluster.of_kind(kind, group):
            target, _ = read_parts(held.node, _target)
            if target is not None and target[1] and _PAUSED not in held.annotations:
                key = (held.id.namespace, *target)
                found.setdefault(key, []).append(Scaler(held, key, _makes(held)))
    return found


def _target(node: Node) -> tuple[str, str]:
    target = node.get("spec").get("scaleTargetRef")
    return target.get("kind").text() or "Deployment", target.get("name").text() or ""


def _makes(held: Object) -> str:
    if held.id.kind != _KEDA:
        return held.id.name
    place = held.place.at("spec", "advanced", "horizontalPodAutoscalerConfig", "name")
    return place.value if isinstance(place.value, str) else f"keda-hpa-{held.id.name}"


def _takes_over(one: Scaler, other: Scaler) -> bool:
    """Whether KEDA makes a HorizontalPodAutoscaler its own on purpose."""
    keda = next((each for each in (one, other) if each.object.id.kind == _KEDA), None)
    if keda is None:
        return False
    said = keda.object.annotations
    return said.get(_TRANSFER) == "true" or said.get(_UNCHECKED) == "false" or one.makes == other.makes


def _row(one: Scaler, later: Scaler, *, is_old: bool = False) -> Claim:
    _, kind, name = later.target
    words = f"{one.object.id.kind} {one.object.id.name}"
    until = ", which is there until the upgrade removes it," if is_old else ""
    refuses = later.object.id.kind == _KEDA and one.object.id.kind != _KEDA
    return Claim(
        object=later.object.id,
        place=later.object.place.at("spec", "scaleTargetRef"),
        related=(Related("so does this", one.object.place, one.object.id),),
        linted=later.object.linted,
        claims="scale",
        claimed=f"{kind} {name}",
        who=f"{later.object.id.kind} {later.object.id.name} and {words}{until} both scale {kind} {name}",
        other=words,
        consequence="KEDA refuses a ScaledObject for a workload that another autoscaler has"
        if refuses
        else "each undoes what the other sets, or does nothing",
        remedy=f"Delete {words} before the upgrade, or have KEDA take it over: the annotation {_TRANSFER}: "
        f'"true", and its name in spec.advanced.horizontalPodAutoscalerConfig.name.'
        if refuses
        else f"Leave {kind} {name} to one autoscaler, with all its metrics.",
        verdict="contested",
    )
