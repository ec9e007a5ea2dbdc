"""Hooks that become ordinary objects of their release: Helm refuses to take over what it does not own.

Helm keeps no record of what it applied as a hook, and puts no ownership on it. An upgrade that has the same object
among its ordinary ones finds it in the cluster and stops: "exists and cannot be imported into the current release:
invalid ownership metadata" (Helm, pkg/action/validate.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import HOOK, hook_events
from mblint.cluster.objects import Object
from mblint.facts.order.phases import HOOK_DELETE_POLICY
from mblint.facts.order.rows import HookBecomesResource
from mblint.facts.rows import Related
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step

_OWNER = "meta.helm.sh/release-name"
_AT_AN_UPGRADE_OR_INSTALL = frozenset(("pre-install", "post-install", "pre-upgrade", "post-upgrade"))


def released_hooks(step: Step) -> Iterator[HookBecomesResource]:
    """A row for each object that a hook of OLD left in the cluster, and that NEW has as an ordinary one."""
    if step.new.config.cluster.applied_by != "helm":
        return
    for pair in pairs_of(step).kept:
        if not pair.renamed and _stays(pair.old) and not hook_events(pair.new):
            yield HookBecomesResource(
                object=pair.new.id,
                place=pair.new.place,
                related=(
                    Related("it was a hook here", pair.old.place.at("metadata", "annotations", HOOK), pair.old.id),
                ),
                hook=", ".join(hook_events(pair.old)),
                namespace=pair.new.id.namespace or "default",
                release=pair.new.release,
            )


def _stays(old: Object) -> bool:
    """Whether Helm left the object behind without marking it as its own."""
    events = _AT_AN_UPGRADE_OR_INSTALL.intersection(hook_events(old))
    deleted = "hook-succeeded" in old.annotations.get(HOOK_DELETE_POLICY, "")
    return bool(events) and not deleted and _OWNER not in old.annotations
