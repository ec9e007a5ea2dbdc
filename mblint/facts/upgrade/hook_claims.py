"""Claims that are hooks of an upgrade, which Helm deletes and makes anew each time.

A hook without a deletion policy has that of `before-hook-creation`: Helm deletes what is there before it creates it
again (Helm, "Chart Hooks", "Hook deletion policies"), and with a claim its data.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import HOOK, hook_events
from mblint.facts.upgrade.data_rows import LeftVolume
from mblint.facts.world import Step

_AT_AN_UPGRADE = frozenset(("pre-upgrade", "post-upgrade"))
_POLICY, _BEFORE = "helm.sh/hook-delete-policy", "before-hook-creation"


def recreated_claims(step: Step) -> Iterator[LeftVolume]:
    """A row for each claim of NEW that Helm deletes at every upgrade."""
    if step.new.config.cluster.applied_by != "helm":
        return
    for claim in step.new.cluster.of_kind("PersistentVolumeClaim", ""):
        events = _AT_AN_UPGRADE.intersection(hook_events(claim))
        policy = claim.annotations.get(_POLICY, "")
        if claim.linted and events and (not policy.strip() or _BEFORE in policy):
            yield LeftVolume(
                object=claim.id,
                place=claim.place.at("metadata", "annotations", HOOK),
                verdict="recreated",
                path="",
                claim=f"claim {claim.id.name}",
                now="a new volume",
                what=f"Helm deletes claim {claim.id.name} and makes it anew at every upgrade, since it is a "
                f"{' and '.join(sorted(events))} hook",
                deleted=True,
                remedy="Make the claim an ordinary object of the release, with helm.sh/resource-policy: keep; or a "
                "hook of pre-install alone.",
            )
