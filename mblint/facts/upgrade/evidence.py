"""What proves that a value comes to change: what runs, or that renders are applied as they are.

Between two renders alone it stays open: with `helm upgrade` a chart may look up what is live and keep it.
"""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.objects import Object
from mblint.facts.upgrade.comparable import is_live
from mblint.facts.world import World

_AT_AN_UPGRADE = frozenset(("pre-upgrade", "post-upgrade"))


def evidence_of(before: Iterable[Object | None], new: World) -> str:
    """`live`: an object of OLD comes from an API server. `manifests`: renders are applied as they are. `renders`."""
    if any(obj is not None and is_live(obj) for obj in before):
        return "live"
    return "manifests" if new.config.cluster.applied_by == "manifests" else "renders"


def applied_with(evidence: str) -> str | None:
    """The command that may keep the old value after all; None where it will change."""
    return "helm upgrade" if evidence == "renders" else None


def is_left_alone(obj: Object | None, new: World) -> bool:
    """Whether Helm does not come to an object at an upgrade, since it is a hook of other events."""
    events = hook_events(obj) if obj is not None else ()
    return bool(events) and new.config.cluster.applied_by == "helm" and _AT_AN_UPGRADE.isdisjoint(events)
