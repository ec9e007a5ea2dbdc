"""Labels with a version where nothing can be changed: the next version of the chart cannot be applied.

The selector of a workload, the claim templates of a StatefulSet and the pod template of a Job stay as they are created.
A chart that puts `helm.sh/chart: shop-1.2.3` there gives them another label with each of its versions.
Sources: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates;
https://helm.sh/docs/chart_best_practices/labels/; https://github.com/seaweedfs/seaweedfs/pull/5207
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.objects import Workload
from mblint.cluster.stable_names import without_changing_end
from mblint.facts.rollouts.rows import VersionedLabel
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex

_KEYS = ("helm.sh/chart", "chart", "app.kubernetes.io/version")
_VERSION = regex(r"\d+\.\d+")
_SELECTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
_REPLACES = ("hook", "sync-options")  # of annotations: whoever applies it deletes the Job before


def versioned_labels(world: World) -> Iterator[VersionedLabel]:
    """A row for the first such label of each workload and place."""
    for workload in world.cluster.workloads:
        if workload.id.kind in _SELECTING:
            labels = workload.place.at("spec", "selector", "matchLabels")
            yield from _row(workload, labels, "selector", "its selector")
        if workload.id.kind == "StatefulSet":
            for template in workload.claims:
                labels = template.place.at("metadata", "labels")
                yield from _row(workload, labels, "claim", f"its claim template {template.name}")
        if workload.id.kind == "Job" and not _is_made_anew(workload):
            labels = workload.place.at("spec", "template", "metadata", "labels")
            yield from _row(workload, labels, "job", "its pod template")


def _is_made_anew(job: Workload) -> bool:
    """Whether each version has a Job of its own, or finds none: a hook, a name that changes, one that is cleaned up."""
    name = job.id.name
    renamed = without_changing_end(name) != name or bool(re.search(r"-\d+$", name)) or bool(_VERSION.search(name))
    replaced = any(word in key for key in job.annotations for word in _REPLACES)
    cleaned = job.place.at("spec", "ttlSecondsAfterFinished").value is not None
    return renamed or replaced or cleaned or bool(hook_events(job)) or job.place.at("metadata", "name").value is None


def _row(workload: Workload, labels: Place, verdict: str, where: str) -> Iterator[VersionedLabel]:
    found = labels.value if isinstance(labels.value, dict) else {}
    for key in _KEYS:
        value = found.get(key)
        if isinstance(value, str) and _VERSION.search(value):
            yield VersionedLabel(
                object=workload.id,
                place=labels.at(key),
                linted=workload.linted,
                verdict=verdict,
                label=f"{key}: {value}",
                where=where,
                of="the application" if key == "app.kubernetes.io/version" else "the chart",
                unless="the chart makes this Job at the first installation only" if verdict == "job" else None,
            )
            return
