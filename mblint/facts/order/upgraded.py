"""What hooks of an upgrade need that comes only with it.

Helm runs pre-upgrade hooks before it changes anything of the release: they find what the version before has left. An
object that is new in this version, or a key that it has from now on, is not there yet (Helm, "Chart Hooks").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.helm_hooks import HOOK, hook_events
from mblint.cluster.objects import ConfigMap, Object, ObjectId, Secret, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.credentials.fillers import filled_by
from mblint.facts.credentials.used import used_by
from mblint.facts.order.installed import is_upgraded
from mblint.facts.order.needed import Needed, needed_by
from mblint.facts.order.needs import GIVES_UP, called_by, earlier_maker
from mblint.facts.order.phases import HOOK_WEIGHT, hook_phase, weight_of
from mblint.facts.order.rows import Need
from mblint.facts.rows import Related
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step
from mblint.manifests.documents import Place

_EVENT = "pre-upgrade"


def upgrade_needs(step: Step) -> Iterator[Need]:
    """A row for each thing that a pre-upgrade hook of NEW needs, and that OLD does not have."""
    if step.new.config.cluster.applied_by != "helm":
        return
    for hook in step.new.cluster.workloads:
        if not hook.linted or _EVENT not in hook_events(hook) or not is_upgraded(step, hook):
            continue
        for needed in (*needed_by(step.new, hook), *called_by(step.new, hook)):
            if _is_new(step, needed.object) and not _comes_before(needed.object, hook):
                yield _row(step, hook, needed, "")
        yield from _keys(step, hook)


def _is_new(step: Step, needed: Object) -> bool:
    return needed.linted and needed in _added(step)


@remembered
def _added(step: Step) -> frozenset[Object]:
    return frozenset(pairs_of(step).added)


def _comes_before(needed: Object, hook: Object) -> bool:
    """Whether it is a hook of the same event that runs earlier; kinds that Jobs need come first in one weight."""
    return _EVENT in hook_events(needed) and weight_of(needed) <= weight_of(hook)


def _keys(step: Step, hook: Workload) -> Iterator[Need]:
    """Keys that a ConfigMap or Secret has from this version on."""
    for used in used_by(hook):
        kind, namespace, name = used.object_key
        new = step.new.cluster.objects.get(ObjectId(namespace, kind, name))
        old = None if new is None else _before(step).get(new)
        if used.key is None or used.optional or not isinstance(new, ConfigMap | Secret) or hook_events(new):
            continue
        if not isinstance(old, ConfigMap | Secret) or used.key not in new.entries or used.key in old.entries:
            continue
        if step.old.cluster.is_unread(old.id) or filled_by(step.old.cluster, old, step.old.programs) is not None:
            continue
        yield _row(step, hook, Needed(new, used.setting, used.place), f"the key {used.key} of ")


@remembered
def _before(step: Step) -> Mapping[Object, Object]:
    return {pair.new: pair.old for pair in pairs_of(step).kept}


def _row(step: Step, hook: Workload, needed: Needed, part: str) -> Need:
    own = hook_phase(hook, _EVENT)
    maker = earlier_maker(step.new, "Helm", own, needed.object)
    named = f"{needed.object.id.kind} {needed.object.id.name}"
    return Need(
        object=hook.id,
        place=needed.place,
        related=(
            Related(f"{hook.id.kind} {hook.id.name} is {own.words}", _place(hook), hook.id),
            Related(
                f"{named} has it from this version on" if part else f"{named} is new",
                needed.object.place,
                needed.object.id,
            ),
        ),
        linted=hook.linted,
        verdict="too-late" if maker is None else "unknown",
        clients=f"{hook.id.kind} {hook.id.name}",
        phase=own.words,
        needed=part + named,
        needed_phase="new in this version",
        by="Helm",
        settings=needed.how,
        sure=needed.sure,
        fails=f"the upgrade {GIVES_UP}",
        reason=None if maker is None else f"{maker.id.kind} {maker.id.name}, which runs before it, may make it",
    )


def _place(hook: Object) -> Place:
    return hook.place.at("metadata", "annotations", HOOK_WEIGHT if HOOK_WEIGHT in hook.annotations else HOOK)
