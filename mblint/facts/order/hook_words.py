"""Words of hook annotations that their tool does not know: what it makes of the object then.

Nothing refuses an annotation. Helm leaves an object out of the release whose hook it does not know, takes a weight that
is no number for 0, and deletes nothing for a policy that is none of its own, so that the next run finds the old object.
Argo CD gives a hook no phase that it does not know, and applies it in none.
Sources: Helm, pkg/releaseutil/manifest_sorter.go and pkg/action/hooks.go (v3); Argo CD's gitops-engine, pkg/sync/hook,
and https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.helm_hooks import HOOK
from mblint.cluster.objects import Object
from mblint.facts.order.phases import ARGO_HOOK, ARGO_WAVE, HOOK_DELETE_POLICY, HOOK_WEIGHT
from mblint.facts.order.rows import HookWord
from mblint.facts.world import World
from mblint.remedies.rendered import instead

_EVENTS = tuple(f"{when}-{what}" for what in ("install", "upgrade", "rollback", "delete") for when in ("pre", "post"))
_HELM_HOOKS = (*_EVENTS, "test", "test-success")
_OF_OLD = frozenset(("crd-install", "test-failure"))  # Helm 2's: charts carry them for it
_POLICIES = ("before-hook-creation", "hook-succeeded", "hook-failed")
_ARGO_HOOKS = ("PreSync", "Sync", "PostSync", "SyncFail", "Skip", "PreDelete", "PostDelete")
_CRD = "CustomResourceDefinition"  # which Helm never deletes
_ANNOTATIONS = frozenset((HOOK, HOOK_DELETE_POLICY, HOOK_WEIGHT, ARGO_HOOK, ARGO_WAVE))


def hook_words(world: World) -> Iterator[HookWord]:
    """A row for each annotation with such a word."""
    for obj in world.cluster.objects.values():
        if not _ANNOTATIONS.isdisjoint(obj.annotations):
            yield from _of_object(obj)


def _of_object(obj: Object) -> Iterator[HookWord]:
    hooks = _words(obj.annotations.get(HOOK, "").lower())
    if strange := [word for word in hooks if word not in _HELM_HOOKS and word not in _OF_OLD]:
        yield _row(obj, HOOK, strange[0], _HELM_HOOKS, "left-out", "Helm leaves the object out: it is never applied")
    policies = _words(obj.annotations.get(HOOK_DELETE_POLICY, "").lower())
    if policies and hooks and not any(word in _POLICIES for word in policies) and obj.id.kind != _CRD:
        effect = "Helm never deletes the object, and stops where it is to be made again, since it exists"
        yield _row(obj, HOOK_DELETE_POLICY, policies[0], _POLICIES, "never-deleted", effect)
    for key in (HOOK_WEIGHT, ARGO_WAVE):
        text = obj.annotations.get(key)
        if text is not None and not _is_number(text) and (key == ARGO_WAVE or hooks):
            tool = "Helm" if key == HOOK_WEIGHT else "Argo CD"
            yield _row(obj, key, text, (), "weight", f"{tool} takes it for 0, as if it were not there")
    phases = _words(obj.annotations.get(ARGO_HOOK, ""))
    if phases and not hooks and not any(word in _ARGO_HOOKS for word in phases):
        effect = "Argo CD has no phase for the object: it is never applied"
        yield _row(obj, ARGO_HOOK, phases[0], _ARGO_HOOKS, "left-out", effect)


def _words(text: str) -> Sequence[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").removeprefix("+").isdecimal()


def _row(obj: Object, key: str, word: str, known: Sequence[str], verdict: str, effect: str) -> HookWord:
    from difflib import get_close_matches  # noqa: PLC0415  only for what is a mistake

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    meant = by_lower[near[0]] if near else None
    place = obj.place.at("metadata", "annotations", key)
    is_alone = obj.annotations[key].strip().lower() == word.lower()
    return HookWord(
        object=obj.id,
        place=place,
        edits=(instead(obj, place, meant),) if meant and is_alone else (),
        linted=obj.linted,
        annotation=key,
        word=word,
        meant=meant,
        known=", ".join(known) or "a whole number",
        effect=effect,
        verdict=verdict,
    )
