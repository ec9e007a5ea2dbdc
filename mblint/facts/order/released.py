"""Hooks that become ordinary objects of their release: Helm refuses to take over what it does not own.

Helm keeps no record of what it applied as a hook, and puts no ownership on it. An upgrade that has the same object
among its ordinary ones finds it in the cluster and stops: "exists and cannot be imported into the current release:
invalid ownership metadata" (Helm, pkg/action/validate.go). The same becomes of a CustomResourceDefinition that moves
from a chart's folder `crds`, whose contents Helm does not own either, to its templates.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import HOOK, hook_events
from mblint.cluster.objects import Object
from mblint.facts.apis.definitions import is_definition
from mblint.facts.order.phases import HOOK_DELETE_POLICY
from mblint.facts.order.rows import HookBecomesResource
from mblint.facts.rows import Related
from mblint.facts.upgrade.crd_folders import is_in_crds
from mblint.facts.upgrade.pairs import Pair, pairs_of
from mblint.facts.world import Step

_OWNER = "meta.helm.sh/release-name"
_AT_AN_UPGRADE_OR_INSTALL = frozenset(("pre-install", "post-install", "pre-upgrade", "post-upgrade"))


def released_hooks(step: Step) -> Iterator[HookBecomesResource]:
    """A row for each object that a hook of OLD left in the cluster, and that NEW has as an ordinary one."""
    if step.new.config.cluster.applied_by != "helm":
        return
    for pair in pairs_of(step).kept:
        if pair.renamed or hook_events(pair.new) or _OWNER in pair.old.annotations:
            continue
        events = hook_events(pair.old)
        if _stays(pair.old):
            place = pair.old.place.at("metadata", "annotations", HOOK)
            yield _row(pair, f"was a {', '.join(events)} hook", Related("it was a hook here", place, pair.old.id))
        elif not events and _leaves_its_folder(pair):
            lay = Related("it lay in the folder crds here", pair.old.place, pair.old.id)
            yield _row(pair, "lay in a folder crds", lay)


def _leaves_its_folder(pair: Pair) -> bool:
    """Whether a definition moves from `crds` to the templates of a chart."""
    moved = is_definition(pair.old) and is_in_crds(pair.old) and not is_in_crds(pair.new)
    return moved and pair.new.place.document.source is not None


def _row(pair: Pair, was: str, related: Related) -> HookBecomesResource:
    return HookBecomesResource(
        object=pair.new.id,
        place=pair.new.place,
        related=(related,),
        hook=", ".join(hook_events(pair.old)),
        was=was,
        namespace=pair.new.id.namespace or "NAMESPACE",
        release=pair.new.release,
    )


def _stays(old: Object) -> bool:
    """Whether Helm left the object behind without marking it as its own."""
    events = _AT_AN_UPGRADE_OR_INSTALL.intersection(hook_events(old))
    return bool(events) and "hook-succeeded" not in old.annotations.get(HOOK_DELETE_POLICY, "")
