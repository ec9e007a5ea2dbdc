"""Claims that leave the release while pods of it go on mounting them.

Helm deletes what the release had and has no more (`helm upgrade`), unless `helm.sh/resource-policy: keep` stands on it.
A claim that is mounted is deleted as soon as no pod uses it; the next pod then waits for a claim that is not there.
Often a chart's own claim is given to it as an existing one, and so is no longer an object of the chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.objects import Mount, Object, Workload
from mblint.facts.rows import Related
from mblint.facts.upgrade.data_places import store_of
from mblint.facts.upgrade.data_rows import LeftVolume
from mblint.facts.upgrade.pairs import is_kept, pairs_of
from mblint.facts.world import Step


def deleted_claims(step: Step) -> Iterator[LeftVolume]:
    """A row for each workload of NEW and claim of OLD that it mounts and that Helm deletes."""
    if step.new.config.cluster.applied_by != "helm":
        return
    gone = {
        (claim.id.namespace, claim.id.name): claim
        for claim in pairs_of(step).removed
        if claim.id.kind == "PersistentVolumeClaim" and not is_kept(claim) and not hook_events(claim)
    }
    for workload in step.new.cluster.workloads if gone else ():
        if workload.lasting and workload.linted:
            yield from _mounted(workload, gone)


def _mounted(workload: Workload, gone: dict[tuple[str, str], Object]) -> Iterator[LeftVolume]:
    seen: set[str] = set()
    for container in workload.pod.containers:
        for mount in container.mounts:
            store = store_of(workload, mount.volume)
            claim = gone.get((store.namespace, store.name)) if store is not None and store.kind == "claim" else None
            if claim is not None and claim.id.name not in seen:
                seen.add(claim.id.name)
                yield _row(workload, mount, claim)


def _row(workload: Workload, mount: Mount, claim: Object) -> LeftVolume:
    name = claim.id.name
    return LeftVolume(
        object=workload.id,
        place=mount.place,
        related=(Related(f"the claim {name} is an object of the release here", claim.place, claim.id),),
        verdict="deleted",
        path=mount.mount_path,
        claim=f"claim {name}",
        what=f"Helm deletes the claim {name}, which is an object of the release before the upgrade and not after it, "
        f"and {workload.id.kind} {workload.id.name} still has {mount.mount_path} on it",
        now="no volume",
        deleted=True,
        remedy=f"Keep the claim {name} an object of the chart; or put helm.sh/resource-policy: keep on it in an "
        "upgrade of its own before this one, so that Helm leaves it alone.",
    )
