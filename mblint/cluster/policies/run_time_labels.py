"""Labels that pods get only when they run: which selectors cannot be judged by a pod template.

Some can be derived (a StatefulSet's pod names, a Job's own name); the others are listed in
rules/tables/run-time-labels.yaml, each with who sets it.
"""

from __future__ import annotations

from enum import Enum
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Requirement, Selector
from mblint.cluster.policies.selectors import holds
from mblint.globs import matches
from mblint.shipped import read_table


class Match(Enum):
    """Whether a selector selects a workload's pods: all of them, some, none, or only run time tells."""

    YES = "yes"
    SOME = "some"
    UNKNOWN = "unknown"
    NO = "no"


class RunTimeLabel(Struct, frozen=True, rename="kebab"):
    """One row of the table. `values` empty: any value."""

    label: str  # a glob
    set_by: str
    values: tuple[str, ...] = ()


class _Table(Struct, frozen=True, rename="kebab"):
    labels: tuple[RunTimeLabel, ...]
    static_pods: tuple[RunTimeLabel, ...]


@cache
def _table() -> _Table:
    return convert(read_table("tables/run-time-labels.yaml"), _Table)


def run_time_labels() -> tuple[RunTimeLabel, ...]:
    """The table as shipped."""
    return _table().labels


def of_static_pods(key: str, value: str) -> str | None:
    """Who has nodes run pods with this label, which no workload makes; None where nobody is known to."""
    rows = (row for row in _table().static_pods if row.label == key and value in row.values)
    return next((row.set_by for row in rows), None)


@cache
def set_at_run_time(key: str, value: str | None) -> str | None:
    """Who sets this label at run time; None where nobody is known to. `value` None: any."""
    for row in run_time_labels():
        if matches(key, row.label) and (not row.values or value is None or value in row.values):
            return row.set_by
    return None


def templates_tell(selector: Selector) -> bool:
    """True where the labels of their templates say which pods a selector selects, whatever these get when they run."""
    return all(set_at_run_time(key, value) is None for key, value in selector.labels.items()) and all(
        set_at_run_time(requirement.key, None) is None for requirement in selector.expressions
    )


def match_pods(selector: Selector, workload: Workload) -> Match:
    """Whether a selector selects a workload's pods, by their template's labels and those set at run time."""
    found = Match.YES
    for key, value in selector.labels.items():
        found = _weaker(found, _match_value(key, (value,), workload))
        if found is Match.NO:
            return found
    for requirement in selector.expressions:
        found = _weaker(found, _match_requirement(requirement, workload))
    return found


_STRENGTH = [Match.YES, Match.SOME, Match.UNKNOWN, Match.NO]


def _weaker(one: Match, other: Match) -> Match:
    return other if one is Match.YES else max(one, other, key=_STRENGTH.index)


def _match_requirement(requirement: Requirement, workload: Workload) -> Match:
    key, labels = requirement.key, workload.pod.labels
    if key in labels:
        return Match.YES if holds(requirement, labels) else Match.NO
    if requirement.operator == "In":
        return _match_value(key, requirement.values, workload)
    positive = _present(key, workload) if requirement.operator == "Exists" else None
    if positive is not None:
        return positive
    if requirement.operator == "NotIn":
        return _opposite(_match_value(key, requirement.values, workload))
    return _opposite(_present(key, workload))


def _opposite(match: Match) -> Match:
    return {Match.YES: Match.NO, Match.NO: Match.YES}.get(match, match)


def _present(key: str, workload: Workload) -> Match:
    """Whether a pod carries a label at all."""
    if key in workload.pod.labels or _counted(key, (), workload) is not None:
        return Match.YES
    return Match.UNKNOWN if set_at_run_time(key, None) else Match.NO


def _match_value(key: str, values: tuple[str, ...], workload: Workload) -> Match:
    if key in workload.pod.labels:
        return Match.YES if workload.pod.labels[key] in values else Match.NO
    counted = _counted(key, values, workload)
    if counted is not None:
        hits, pods = counted
        if hits == pods:
            return Match.YES
        return Match.SOME if hits else Match.NO
    return Match.UNKNOWN if any(set_at_run_time(key, value) for value in values) else Match.NO


_POD_NAME, _POD_INDEX = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"
_JOB_NAMES = ("job-name", "batch.kubernetes.io/job-name")


def _counted(key: str, values: tuple[str, ...], workload: Workload) -> tuple[int, int] | None:
    """How many of a workload's pods its controller will give one of these values, and how many pods there are.

    None: it gives them no such label. No pod is looked at: there may be billions of them.
    """
    if workload.id.kind == "StatefulSet" and key in (_POD_NAME, _POD_INDEX):
        pods = workload.replicas if workload.replicas is not None else 1
        prefix = f"{workload.id.name}-" if key == _POD_NAME else ""
        ordinals = {_ordinal(value.removeprefix(prefix)) for value in values if value.startswith(prefix)}
        return (sum(0 <= ordinal < pods for ordinal in ordinals), pods) if pods > 0 else None
    if workload.id.kind == "Job" and key in _JOB_NAMES:
        return int(workload.id.name in values), 1
    return None


def _ordinal(text: str) -> int:
    """The number of a pod; -1 for what is none."""
    plain = text.isascii() and text.isdigit() and len(text) < 12 and (text == "0" or text[0] != "0")
    return int(text) if plain else -1
