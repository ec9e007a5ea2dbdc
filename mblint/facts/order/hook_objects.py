"""Objects that are hooks of Helm and that ordinary pods need: whether they are there while these run.

Helm creates a hook at its events only, keeps no record of it, and deletes it as its policy says; an ordinary object
that becomes a hook is no longer part of the release, so that the upgrade deletes it, hook or not.
Sources: https://helm.sh/docs/topics/charts_hooks/; https://github.com/helm/helm/issues/11608;
https://github.com/helm/helm/issues/8401
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from mblint.cluster.helm_hooks import HOOK, hook_events
from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.order.installed import is_upgraded
from mblint.facts.order.needed import PERMISSIONS, Needed, needed_by
from mblint.facts.order.phases import HOOK_DELETE_POLICY
from mblint.facts.order.rows import HookObject
from mblint.facts.order.sequence import has_an_order
from mblint.facts.rows import Related
from mblint.facts.upgrade.pairs import is_kept, pairs_of
from mblint.facts.world import Step, World

_RUN_ONCE = ("Job", "Pod")
_AT_AN_INSTALL = frozenset(("pre-install", "post-install"))
_AT_AN_UPGRADE = frozenset(("pre-upgrade", "post-upgrade"))
_LASTING = ("PersistentVolumeClaim", "Ingress", "HTTPRoute")
_SUCCEEDED = "hook-succeeded"


def hook_objects(world: World) -> Iterator[HookObject]:
    """A row for each hook that ordinary pods need."""
    for hook in _hooks(world) if has_an_order(world) else ():
        clients = _clients(world).get(hook, ())
        if clients:
            gone = _is_deleted(hook)
            verdict = "gone" if gone else "stays"
            what = "Helm deletes it as soon as the hooks of that event have succeeded" if gone else ""
            yield _row(hook, verdict, what, clients, f"Leave {_SUCCEEDED} out of its {HOOK_DELETE_POLICY}")


def changed_hook_objects(step: Step) -> Iterator[HookObject]:
    """A row for each object that NEW has as a hook, and that the upgrade deletes or does not create."""
    if step.new.config.cluster.applied_by != "helm" or not has_an_order(step.new):
        return
    pairs = pairs_of(step)
    for pair in pairs.kept:
        if _becomes_a_hook(pair.old, pair.new) and not pair.renamed:
            clients = _clients(step.new).get(pair.new, ())
            if clients or _lasts(pair.new):
                row = _row(pair.new, "deleted", _NO_LONGER_ITS, clients, _ANNOTATE)
                yield _beside(row, pair.old)
    for new in pairs.added:
        clients = _clients(step.new).get(new, ())
        if clients and _runs_at_an_installation_alone(new) and is_upgraded(step, new):
            yield _row(new, "never-made", _NEVER_RUN, clients, "Add pre-upgrade to its helm.sh/hook")


_NO_LONGER_ITS = "helm upgrade deletes it, since it was an ordinary object of the release and is none now"
_NEVER_RUN = "helm upgrade does not run it, so that nothing creates what is new in this version"
_ANNOTATE = (
    "Annotate the object in the cluster with helm.sh/resource-policy: keep before the upgrade, and in the chart too; "
    "or leave it an ordinary object"
)


def _hooks(world: World) -> Iterator[Object]:
    return (each for each in world.cluster.objects.values() if each.linted and HOOK in each.annotations)


def _is_deleted(hook: Object) -> bool:
    return _SUCCEEDED in hook.annotations.get(HOOK_DELETE_POLICY, "") and hook.id.kind != "CustomResourceDefinition"


def _becomes_a_hook(old: Object, new: Object) -> bool:
    """Whether the upgrade deletes it for that: what is created after it, or is to be kept, stays."""
    events = frozenset(hook_events(new))
    if hook_events(old) or not events & (_AT_AN_INSTALL | _AT_AN_UPGRADE) or "post-upgrade" in events:
        return False
    return not is_kept(new if "pre-upgrade" in events else old) and new.id.kind not in _RUN_ONCE


def _lasts(new: Object) -> bool:
    return (isinstance(new, Workload) and new.lasting) or isinstance(new, Service) or new.id.kind in _LASTING


def _runs_at_an_installation_alone(new: Object) -> bool:
    events = frozenset(hook_events(new))
    return bool(events & _AT_AN_INSTALL) and not events & _AT_AN_UPGRADE


# ---------------------------------------------------------------- who needs it


@remembered
def _clients(world: World) -> Mapping[Object, Sequence[str]]:
    """By object that is a hook: the ordinary workloads that need it, and how."""
    found: defaultdict[Object, list[str]] = defaultdict(list)
    for workload in world.cluster.workloads:
        if hook_events(workload):
            continue
        for needed in needed_by(world, workload):
            if HOOK in needed.object.annotations and not _serves_its_own_event(needed):
                found[needed.object].append(f"{workload.id.kind} {workload.id.name} ({needed.how})")
    return {held: tuple(dict.fromkeys(said)) for held, said in found.items()}


def _serves_its_own_event(needed: Needed) -> bool:
    """Permissions for the time when a release is deleted, or tested: whoever else has the account needs others."""
    events = frozenset(hook_events(needed.object))
    return needed.how == PERMISSIONS and not events & (_AT_AN_INSTALL | _AT_AN_UPGRADE)


def _row(hook: Object, verdict: str, what: str, clients: Sequence[str], remedy: str) -> HookObject:
    deletes = verdict == "gone" and HOOK_DELETE_POLICY in hook.annotations
    return HookObject(
        object=hook.id,
        place=hook.place.at("metadata", "annotations", HOOK_DELETE_POLICY if deletes else HOOK),
        linted=hook.linted,
        hook=", ".join(hook_events(hook)),
        what=what,
        clients=tuple(clients)[:5],
        effect=f"pods of {clients[0]} cannot start without it" if clients else "it is gone until the next upgrade",
        remedy=remedy,
        verdict=verdict,
    )


def _beside(row: HookObject, old: Object) -> HookObject:
    return replace(row, related=(Related("it was an ordinary object here", old.place, old.id),))
