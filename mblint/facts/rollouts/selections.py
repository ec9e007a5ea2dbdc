"""What selects pods for another end than traffic, and finds none: budgets, spread constraints, anti-affinity.

Nothing is refused where a selector selects no pod: a budget protects nobody, a constraint counts nobody. Operators make
pods that no render has, so that only a selector is judged that misses pods of the view by a little: by one label, or
those of the workload that has the budget's own name, or the pods that have the constraint themselves.
Sources: Kubernetes, "Specifying a Disruption Budget for your Application" and "Pod Topology Spread Constraints".
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.pod_fields import pod_fields
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.near_labels import differing_label, nearly_selected
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, templates_tell
from mblint.cluster.workloads_by_label import candidates, workloads_in
from mblint.facts.autoscalers import autoscaler_of
from mblint.facts.rollouts.budgets import budgeted, selectors_of_budgets
from mblint.facts.rollouts.placements import means_own_namespace
from mblint.facts.rollouts.replicas import replicas_of
from mblint.facts.rollouts.rows import Selection
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, WrongType
from mblint.remedies.flow import flow


def selections(world: World) -> Iterator[Selection]:
    """A row for each budget, and for each constraint or term of anti-affinity of a workload's pods."""
    for held, selector in selectors_of_budgets(world.cluster):
        yield _of_budget(world.cluster, held, selector)
    for workload in world.cluster.workloads:
        yield from _of_pods(world.cluster, workload)


# ---------------------------------------------------------------- budgets


def _of_budget(cluster: Cluster, held: Object, selector: Selector | None) -> Selection:
    asks = _Asks(held, held.place.at("spec", "selector"), f"PodDisruptionBudget {held.id.name}", "protects no pod")
    if selector is None or not (selector.labels or selector.expressions):
        return asks.row(cluster, "selects")
    if budgeted(cluster, held.id.namespace, selector):
        return asks.row(cluster, "selects")
    near = _missed_by_budget(cluster, held, selector)
    if near is None or not templates_tell(selector):
        return asks.row(cluster, "unknown")
    return asks.row(cluster, "near", selector, near)


def _missed_by_budget(cluster: Cluster, held: Object, selector: Selector) -> Workload | None:
    """The workload that must be meant: one without a budget, of the same name, or with all labels but one."""
    possible = [
        each
        for each in workloads_in(cluster, held.id.namespace)
        if each.lasting and not each.pod.labels_unread and not _has_budget(cluster, each)
    ]
    name = held.id.name.removesuffix("-pdb")
    namesake = next((each for each in possible if each.id.name == name), None)
    if namesake is not None and (held.release is None or held.release == namesake.release):
        return namesake
    if selector.expressions:
        return None
    near = nearly_selected(possible, selector.labels)
    # A component of another name may well be left out of this render; a label that no pod has is no component.
    return near[0] if near is not None and near[1] not in near[0].pod.labels else None


def _has_budget(cluster: Cluster, workload: Workload) -> bool:
    return any(
        held.id.namespace == workload.id.namespace
        and selector is not None
        and match_pods(selector, workload) is not Match.NO
        for held, selector in selectors_of_budgets(cluster)
    )


# ---------------------------------------------------------------- constraints of pods


def _of_pods(cluster: Cluster, workload: Workload) -> Iterator[Selection]:
    written = workload.pod.place.value
    if not isinstance(written, dict) or not ("topologySpreadConstraints" in written or "affinity" in written):
        return
    fields = pod_fields(workload)
    try:
        for constraint in fields.topology_spread:
            hard = constraint.get("whenUnsatisfiable").text() != "ScheduleAnyway"
            asks = _asks(workload, constraint, "A spread constraint", "counts no pod, and spreads nothing", hard=hard)
            yield _of_term(cluster, workload, constraint, asks)
        for term, hard in _apart(fields.affinity.get("podAntiAffinity")):
            if means_own_namespace(term):
                asks = _asks(workload, term, "The anti-affinity", "keeps no pods apart", hard=hard)
                yield _of_term(cluster, workload, term, asks)
    except WrongType:  # invalid-object tells it
        return


def _apart(anti_affinity: Node) -> Iterator[tuple[Node, bool]]:
    """The terms, and whether each is required."""
    for required in anti_affinity.get("requiredDuringSchedulingIgnoredDuringExecution").items():
        yield required, True
    for preferred in anti_affinity.get("preferredDuringSchedulingIgnoredDuringExecution").items():
        yield preferred.get("podAffinityTerm"), False


def _asks(workload: Workload, term: Node, what: str, effect: str, *, hard: bool) -> _Asks:
    selector = term.get("labelSelector")
    place = term.place if selector.absent else selector.place
    return _Asks(workload, place, f"{what} of {workload.id.kind} {workload.id.name}", effect, hard)


def _of_term(cluster: Cluster, workload: Workload, term: Node, asks: _Asks) -> Selection:
    selector = read_selector(term.get("labelSelector"))
    if selector is None:
        return asks.row(cluster, "nothing", near=workload)
    if any(match_pods(selector, each) is not Match.NO for each in candidates(cluster, workload.id.namespace, selector)):
        return asks.row(cluster, "selects")
    about_itself = bool(selector.labels) and not selector.expressions and not workload.pod.labels_unread
    misses = selector.labels.keys() <= workload.pod.labels.keys() or differing_label(selector.labels, workload)
    if about_itself and misses and templates_tell(selector):
        return asks.row(cluster, "near", selector, workload)
    return asks.row(cluster, "unknown")


# ---------------------------------------------------------------- rows


class _Asks(Struct, frozen=True):
    """Who selects pods, and where it says which. `effect`: what comes of it when there are none."""

    held: Object
    place: Place
    who: str
    effect: str
    hard: bool = True

    def row(
        self, cluster: Cluster, verdict: str, selector: Selector | None = None, near: Workload | None = None
    ) -> Selection:
        """The row. `near`: whose pods must be meant."""
        judged = verdict in {"near", "nothing"}
        return Selection(
            object=self.held.id,
            place=self.place,
            related=()
            if near is None or near is self.held
            else (Related("these pods must be meant", near.place, near.id),),
            linted=self.held.linted,
            who=self.who,
            says=f"{self.who} {self.effect}" if judged else "",
            because=_because(selector, near) if judged else "",
            hard=self.hard,
            replicas=_replicas(cluster, near),
            selector=flow(selector.labels) if selector is not None and selector.labels else None,
            nearest_workload=None if near is None or not judged else f"{near.id.kind} {near.id.name}",
            verdict=verdict,
            reason="pods that are not in the view may be meant" if verdict == "unknown" else None,
        )


def _because(selector: Selector | None, near: Workload | None) -> str:
    """What is asked that the pods which must be meant do not have."""
    if selector is None or near is None:
        return "it has no labelSelector"
    labels = near.pod.labels
    other = [key for key, value in selector.labels.items() if labels.get(key) != value]
    asked = " and ".join(f"{key}: {selector.labels[key]}" for key in other) or "other labels"
    carried = " and ".join(f"{key}: {labels[key]}" for key in other if key in labels)
    whose = f"the pods of {near.id.kind} {near.id.name}"
    return f"it asks for {asked}, and {whose} have {carried or 'no such label'}"


def _replicas(cluster: Cluster, near: Workload | None) -> int:
    """How many pods there are, or may be: an autoscaler makes more than one."""
    if near is None:
        return 0
    return replicas_of(near) if autoscaler_of(cluster, near) is None else max(2, replicas_of(near))
