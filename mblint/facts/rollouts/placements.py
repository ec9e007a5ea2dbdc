"""Pods for which there can be no node, by their own words alone: what they ask of a node, and of the pods beside them.

Which nodes there are is nobody's to say here. But no node has two values of one label, a pod that must be apart from
all of its kind finds no second place on one node, and pods that it must stand beside have to be in the namespace that
is searched. Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.pod_fields import PodFields, pod_fields
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.near_labels import nearly_selected
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, templates_tell
from mblint.cluster.workloads_by_label import candidates, workloads_in
from mblint.facts.autoscalers import autoscaler_of
from mblint.facts.rollouts.node_labels import terms_of
from mblint.facts.rollouts.replicas import replicas_of, surge_of
from mblint.facts.rollouts.rows import Placement
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, WrongType

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_FIXED = ("Deployment", "StatefulSet", "ReplicaSet")  # whose number of pods the manifest says


def placements(world: World) -> Iterator[Placement]:
    """A row for each pod template that no node can take, or too few."""
    for workload in world.cluster.workloads:
        written = workload.pod.place.value
        if not isinstance(written, dict) or not ("affinity" in written or "nodeSelector" in written):
            continue
        fields = pod_fields(workload)
        if fields.scheduler not in (None, "default-scheduler"):
            continue
        try:
            found = _on_nodes(workload, fields) or _apart(world.cluster, workload, fields)
            yield from [found] if found is not None else _beside(world.cluster, workload, fields)
        except WrongType:  # invalid-object tells it
            continue


def _on_nodes(workload: Workload, fields: PodFields) -> Placement | None:
    """Terms that no node fulfils: all of them must be such."""
    terms = list(terms_of(fields))
    conflicts = [(place, left) for place, left in terms if left.conflict is not None]
    if not conflicts or len(conflicts) < len(terms):
        return None
    place, left = conflicts[0]
    says = f"The pods of {workload.id.kind} {workload.id.name} get no node"
    return _row(workload, place, "value" if left.misnamed else "contradiction", says, left.conflict or "")


def _apart(cluster: Cluster, workload: Workload, fields: PodFields) -> Placement | None:
    """More pods than there are places, where each must have a place (a node, a zone) of its own."""
    if workload.id.kind not in _FIXED or autoscaler_of(cluster, workload) is not None:
        return None
    for term in fields.affinity.get("podAntiAffinity").get(_REQUIRED).items():
        selector = read_selector(term.get("labelSelector"))
        if selector is None or not means_own_namespace(term) or match_pods(selector, workload) is not Match.YES:
            continue
        key = term.get("topologyKey").text() or ""
        places = _places(fields, key)
        if places is None:
            continue
        where = f"each wants a place of its own ({key}), and they may only run on {', '.join(sorted(places))}"
        whose = f"{workload.id.kind} {workload.id.name}"
        replicas, surge = replicas_of(workload), surge_of(workload)
        if replicas > len(places):
            says = f"{replicas - len(places)} of the {replicas} pods of {whose} never get a node"
            return _row(workload, term.place, "apart", says, where)
        if replicas and replicas + surge > len(places):
            because = f"{where}; the new pod is to start before the old one goes"
            return _row(workload, term.place, "surge", f"A roll-out of {whose} never ends", because)
    return None


def _places(fields: PodFields, key: str) -> frozenset[str] | None:
    """The values of a key that the pods' nodes may have; None where they are not limited."""
    found: frozenset[str] = frozenset()
    terms = list(terms_of(fields))
    for _, left in terms:
        if left.conflict is None:
            if key not in left.allowed:
                return None
            found |= left.allowed[key]
    return found if terms else None


def _beside(cluster: Cluster, workload: Workload, fields: PodFields) -> Iterator[Placement]:
    """Pods that it must stand beside, and that are not where they are looked for, or from which it must keep away."""
    away = list(fields.affinity.get("podAntiAffinity").get(_REQUIRED).items())
    for term in fields.affinity.get("podAffinity").get(_REQUIRED).items():
        selector = read_selector(term.get("labelSelector"))
        if selector is None or not selector.labels or selector.expressions or not templates_tell(selector):
            continue
        if not means_own_namespace(term) or match_pods(selector, workload) is not Match.NO:
            continue  # the first pod of a group that wants to be together is let in
        says = f"The pods of {workload.id.kind} {workload.id.name} get no node"
        labels = ", ".join(f"{key}: {value}" for key, value in selector.labels.items())
        asked = f"its affinity wants them beside pods with {labels}"
        if any(_is_same(term, other, selector) for other in away):
            yield _row(
                workload, term.place, "beside-and-apart", says, f"{asked}, and its anti-affinity apart from the same"
            )
        elif not _is_met(cluster, workload.id.namespace, selector):
            yield from _missed(cluster, workload, term.place, says, asked, selector)


def _missed(
    cluster: Cluster, workload: Workload, place: Place, says: str, asked: str, selector: Selector
) -> Iterator[Placement]:
    near = nearly_selected(
        (each for each in workloads_in(cluster, workload.id.namespace) if each.lasting), selector.labels
    )
    if near is not None:
        carried = near[0].pod.labels.get(near[1])
        has = f"{near[1]}: {carried}" if carried is not None else f"no label {near[1]}"
        because = f"{asked}, and those of {near[0].id.kind} {near[0].id.name} have {has}"
        yield _row(workload, place, "near", says, because, near[0])
        return
    elsewhere = [
        each
        for each in cluster.workloads
        if each.id.namespace != workload.id.namespace and match_pods(selector, each) is Match.YES
    ]
    if len(elsewhere) == 1:
        other = elsewhere[0]
        because = (
            f"{asked} in namespace {workload.id.namespace}, and those of {other.id.kind} {other.id.name} are in "
            f"namespace {other.id.namespace}, which `namespaces` of the term does not name"
        )
        yield _row(workload, place, "elsewhere", says, because, other)


def _is_met(cluster: Cluster, namespace: str, selector: Selector) -> bool:
    return any(match_pods(selector, each) is not Match.NO for each in candidates(cluster, namespace, selector))


def means_own_namespace(term: Node) -> bool:
    """Whether a term of affinity is about pods of the namespace of those that have it."""
    return term.get("namespaces").absent and term.get("namespaceSelector").absent


def _is_same(term: Node, other: Node, selector: Selector) -> bool:
    """Whether a term of anti-affinity means the same pods, or more, at the same places."""
    away = read_selector(other.get("labelSelector"))
    if away is None or away.expressions or not means_own_namespace(other):
        return False
    same_places = term.get("topologyKey").text() == other.get("topologyKey").text()
    return same_places and away.labels.items() <= selector.labels.items()


def _row(
    workload: Workload, place: Place, verdict: str, says: str, because: str, other: Workload | None = None
) -> Placement:
    return Placement(
        object=workload.id,
        place=place,
        related=() if other is None else (Related("these pods must be meant", other.place, other.id),),
        linted=workload.linted,
        says=says,
        because=because,
        verdict=verdict,
    )
