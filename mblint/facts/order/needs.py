"""Who needs what only a later phase brings: hooks that run before it, pods that wait for a hook that waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.helm_hooks import HOOK, hook_events
from mblint.cluster.objects import Container, Object, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.order.needed import Needed, databases_of, needed_by
from mblint.facts.order.phases import Phase
from mblint.facts.order.rows import Need
from mblint.facts.order.sequence import applier, has_an_order, phase_of
from mblint.facts.order.waits import Waits, done_by, waits, words_of
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

GIVES_UP = "waits for it until it gives up"
_RUN_ONCE = ("Job", "Pod")


def needs(world: World) -> Iterator[Need]:
    """The rows of all workloads that a first install applies, in their order; then what pods wait for."""
    if not has_an_order(world):
        return
    for workload in world.cluster.workloads:
        if workload.linted and workload.id.kind != "CronJob":
            for needed in (*needed_by(world, workload), *called_by(world, workload)):
                if needed.object.linted and _same_release(workload, needed.object):
                    yield from _need(world, workload, needed)
    for job in world.cluster.workloads:
        if job.linted and job.id.kind in _RUN_ONCE:
            yield from _waiting(world, job)


def called_by(world: World, workload: Workload) -> Iterator[Needed]:
    """The databases that a Job calls; a server may start before its database, and try again."""
    if workload.id.kind in _RUN_ONCE:
        for called in databases_of(world, workload):
            yield Needed(called.service, called.setting, called.place)
            yield Needed(called.server, called.setting, called.place)


def _same_release(one: Object, other: Object) -> bool:
    """False where both say that they are of different ones, by their labels or by the chart that made them, and where a
    hook of Helm's has its marks, and the other has none: it stands beside the release, in the tree that GitOps applies.
    """
    releases = one.release, other.release
    if None not in releases:
        return releases[0] == releases[1]
    if hook_events(one) and _is_of_helm(one) and not _is_of_helm(other):
        return False
    charts = [obj.place.document.source for obj in (one, other)]
    return None in charts or len({str(source).partition("/")[0] for source in charts}) == 1


def _is_of_helm(obj: Object) -> bool:
    marks = (obj.labels.get("app.kubernetes.io/managed-by"), obj.labels.get("heritage"))
    return "helm.sh/chart" in obj.labels or "Helm" in marks or "/templates/" in str(obj.place.document.source or "")


# ---------------------------------------------------------------- what one object needs of another


def _need(world: World, workload: Workload, needed: Needed) -> Iterator[Need]:
    by = applier(world, workload, needed.object)
    own, other = phase_of(workload, by), phase_of(needed.object, by)
    if own is None or other is None or own.words == other.words:
        return
    verdict, reason = "in-order", None
    if own.before(other):
        maker = earlier_maker(world, by, own, needed.object)
        late = "waits" if own.ordinary and other.last else "too-late"
        verdict = late if maker is None else "unknown"
        reason = None if maker is None else f"{maker.id.kind} {maker.id.name}, which runs before it, may make it"
    row = _row(workload, own, needed.object, other, by, needed.how)
    if verdict == "waits":
        yield _about_the_hook(row, needed.object, workload, needed.place)
    else:
        yield _made(row, workload, verdict, reason, needed)


def earlier_maker(world: World, by: str, own: Phase, needed: Object) -> Workload | None:
    """A Job of an earlier phase that names what is needed: it may make it."""
    for job in _jobs(world).get(needed.id.namespace, ()):
        if job is not needed:
            phase = phase_of(job, by)
            if phase is not None and phase.before(own) and _names(job, needed.id.name):
                return job
    return None


def _names(job: Workload, name: str) -> bool:
    values = [variable.value or "" for container in job.pod.containers for variable in container.env]
    words = [word for container in job.pod.containers for word in words_of(container)]
    return any(name in text for text in (*words, *values))


# ---------------------------------------------------------------- pods that wait for a later hook


def _waiting(world: World, job: Workload) -> Iterator[Need]:
    """Containers of the release that wait for a Job which runs only when they are ready."""
    done = done_by(job)
    for each in _waiting_containers(world).get(job.id.namespace, ()):
        if job.id.name not in each.waits.names and each.waits.rows.isdisjoint(done):
            continue
        workload, container = each.workload, each.container
        by = applier(world, job, workload)
        own, later = phase_of(workload, by), phase_of(job, by)
        if later is not None and later.last and own is not None and own.ordinary:
            row = _row(workload, own, job, later, by, f"container {container.name}")
            yield _about_the_hook(row, job, workload, container.place)


class _Waiting(Struct, frozen=True, eq=False):
    """A container of a lasting workload that waits for something."""

    workload: Workload
    container: Container
    waits: Waits


@remembered
def _waiting_containers(world: World) -> Mapping[str, Sequence[_Waiting]]:
    """By namespace."""
    found: defaultdict[str, list[_Waiting]] = defaultdict(list)
    for workload in world.cluster.workloads:
        for container in workload.pod.containers if workload.lasting else ():
            if awaited := waits(container):
                found[workload.id.namespace].append(_Waiting(workload, container, awaited))
    return found


@remembered
def _jobs(world: World) -> Mapping[str, Sequence[Workload]]:
    """What runs once, by namespace."""
    found: defaultdict[str, list[Workload]] = defaultdict(list)
    for workload in world.cluster.workloads:
        if workload.id.kind in _RUN_ONCE:
            found[workload.id.namespace].append(workload)
    return found


# ---------------------------------------------------------------- rows


def _row(workload: Workload, own: Phase, needed: Object, other: Phase, by: str, how: str) -> Need:
    return Need(
        object=workload.id,
        place=workload.place,
        linted=workload.linted,
        verdict="in-order",
        clients=f"{workload.id.kind} {workload.id.name}",
        phase=own.words,
        needed=f"{needed.id.kind} {needed.id.name}",
        needed_phase=other.words,
        by=by,
        settings=how,
        fails=f"the first install {GIVES_UP}",
    )


def _made(row: Need, workload: Workload, verdict: str, reason: str | None, needed: Needed) -> Need:
    where = Related(f"{row.needed} is {row.needed_phase}", needed.object.place, needed.object.id)
    return replace(
        row,
        place=needed.place,
        sure=needed.sure,
        verdict=verdict,
        reason=reason,
        related=(_own_phase(row, workload), where),
    )


def _own_phase(row: Need, workload: Workload) -> Related:
    return Related(f"{row.clients} is {row.phase}", _phase_place(workload), workload.id)


def _about_the_hook(row: Need, hook: Object, workload: Workload, place: Place) -> Need:
    """The row of a hook that others wait for: what has to change is the hook."""
    events = ", ".join(hook_events(hook)) or None
    waits = Related(f"{row.clients} waits for it here", place, workload.id)
    return replace(row, object=hook.id, place=_phase_place(hook), verdict="waits", event=events, related=(waits,))


def _phase_place(obj: Object) -> Place:
    place = obj.place.at("metadata", "annotations", HOOK)
    return place if place.value is not None else obj.place
