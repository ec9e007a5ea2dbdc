"""Selectors that miss pods by one label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mblint.cluster.objects import Workload
from mblint.cluster.policies.run_time_labels import set_at_run_time


def nearly_selected(workloads: Iterable[Workload], labels: Mapping[str, str]) -> tuple[Workload, str] | None:
    """The one of these workloads that agrees in all labels of a selector but one, and that label's key."""
    found = [(workload, key) for workload in workloads if (key := differing_label(labels, workload)) is not None]
    return found[0] if len(found) == 1 else None


def differing_label(labels: Mapping[str, str], workload: Workload) -> str | None:
    """The one label of a selector that a workload's pods do not have so; None where more differ, or it has no other."""
    other = [key for key, value in labels.items() if workload.pod.labels.get(key) != value]
    fits = len(other) == 1 and len(labels) > 1 and set_at_run_time(other[0], None) is None
    return other[0] if fits else None
