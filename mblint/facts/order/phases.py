"""The phase of an object: when it is applied on a first install, and what is waited for before the next.

Helm applies its hooks around the ordinary objects, by weight, and waits until a hook's Job or Pod has ended (Helm,
"Chart Hooks"). Argo CD syncs in phases (PreSync, Sync, PostSync) and within them by waves, and waits until what it
applied is healthy (Argo CD, "Sync Phases and Waves"); it reads Helm's hooks as its own, unless the object says its own
(Argo CD, "Helm", "Helm Hooks").
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.objects import Object

HOOK_WEIGHT = "helm.sh/hook-weight"
HOOK_DELETE_POLICY = "helm.sh/hook-delete-policy"
ARGO_HOOK = "argocd.argoproj.io/hook"
ARGO_WAVE = "argocd.argoproj.io/sync-wave"

_BEFORE, _WITH, _AFTER = 0, 1, 2
_HELM_STAGES: Mapping[str, int] = {"pre-install": _BEFORE, "post-install": _AFTER}
_ARGO_STAGES: Mapping[str, int] = {"PreSync": _BEFORE, "Sync": _WITH, "PostSync": _AFTER}
_AS_ARGO_READS: Mapping[str, str] = {  # other hooks of Helm have no counterpart in a sync
    "crd-install": "PreSync",
    "pre-install": "PreSync",
    "pre-upgrade": "PreSync",
    "post-install": "PostSync",
    "post-upgrade": "PostSync",
}


class Phase(Struct, frozen=True):
    """`stage`: before the ordinary objects (0), with them (1), after them (2). `weight`: the order within a stage.

    `words`: what a sentence calls an object of it: "a pre-install hook of weight -1", "in sync wave -1".
    """

    stage: int
    weight: int
    words: str

    def before(self, other: Phase) -> bool:
        """Whether all of this phase is applied, and waited for, before anything of the other."""
        return (self.stage, self.weight) < (other.stage, other.weight)

    @property
    def ordinary(self) -> bool:
        """Whether the object comes with the bulk of the release."""
        return self.stage == _WITH

    @property
    def last(self) -> bool:
        """Whether it comes only after what is ordinary is up."""
        return self.stage == _AFTER


def speaks_to_argo(obj: Object) -> bool:
    """Whether the object itself says its place in a sync of Argo CD."""
    return ARGO_HOOK in obj.annotations or ARGO_WAVE in obj.annotations


def helm_phase(obj: Object) -> Phase | None:
    """Its phase in `helm install`; None where that does not apply it."""
    events = hook_events(obj)
    if not events:
        return Phase(_WITH, 0, "an ordinary object of the release")
    stages = [(_HELM_STAGES[event], event) for event in events if event in _HELM_STAGES]
    if not stages:
        return None
    stage, event = min(stages)
    return hook_phase(obj, event, stage)


def hook_phase(hook: Object, event: str, stage: int = _BEFORE) -> Phase:
    """The phase of a hook of Helm at one of its events."""
    weight = weight_of(hook)
    return Phase(stage, weight, f"a {event} hook" + (f" of weight {weight}" if weight else ""))


def weight_of(hook: Object) -> int:
    """The weight of a hook of Helm."""
    return _integer(hook.annotations.get(HOOK_WEIGHT))


def argo_phase(obj: Object) -> Phase | None:
    """Its phase in a sync of Argo CD; None where no sync applies it."""
    if speaks_to_argo(obj):
        names, wave = obj.annotations.get(ARGO_HOOK, "Sync").split(","), obj.annotations.get(ARGO_WAVE)
    else:
        events = hook_events(obj)
        names = [_AS_ARGO_READS[event] for event in events if event in _AS_ARGO_READS] if events else ["Sync"]
        wave = obj.annotations.get(HOOK_WEIGHT)
    stages = [(_ARGO_STAGES[name.strip()], name.strip()) for name in names if name.strip() in _ARGO_STAGES]
    if not stages:
        return None
    stage, name = min(stages)
    weight = _integer(wave)
    in_wave = f"in sync wave {weight}"
    return Phase(stage, weight, in_wave if stage == _WITH else f"a {name} hook {in_wave}")


def _integer(text: str | None) -> int:
    """A weight as both tools read it: 0 where there is none, or no number."""
    try:
        return int(text or 0)
    except ValueError:
        return 0
