"""How many pods of a program there are to be, where its software file says that it bears but one, or when several."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.services import services_in
from mblint.facts.autoscalers import autoscaler_of
from mblint.facts.programs.lone_pods import Lone, lone
from mblint.facts.programs.rows import PodCount
from mblint.facts.programs.started import is_filled_elsewhere, other_start
from mblint.facts.rollouts.replicas import replicas_of
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.upgrade.data_places import mount_over, store_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.software.conditions import Condition
from mblint.software.setting_names import setting_names, texts
from mblint.software.storage import Replicas

_SCALED = ("Deployment", "StatefulSet", "ReplicaSet")
# Annotations of routes and Services by which a controller keeps a browser with one pod.
_STICKY = (
    "affinity",
    "sticky",
    "session-cookie",
    "upstream-hash-by",
    "persistence",
    "load-balancing-algorithm",
    "cookie",
)


def pod_counts(world: World) -> Iterator[PodCount]:
    """A row for each container whose program bears one pod, or several only as it is configured."""
    known: set[int] = set()
    for one in running_programs(world):
        if one.running.program.has(Replicas) and one.workload.id.kind in _SCALED:
            known.add(id(one.container))
            pods, asked_by, place = _asked(world.cluster, one.workload)
            for entry in one.running.entries(Replicas) if pods > 1 else ():
                if one.told.applies(entry) is not False:
                    yield _row(world, one, entry, pods, asked_by, place)
    for workload in world.cluster.workloads:
        if workload.id.kind in _SCALED and _asked(world.cluster, workload)[0] > 1:
            for alone in lone(world, workload):
                if id(alone.container) not in known:
                    yield _lone_row(world, alone)


def _asked(cluster: Cluster, workload: Workload) -> tuple[int, str, Place]:
    """The most pods that there may be, and who asks for them."""
    scaler = autoscaler_of(cluster, workload)
    if scaler is not None:
        for field in ("maxReplicas", "maxReplicaCount"):
            place = scaler.place.at("spec", field)
            if isinstance(place.value, int):
                return place.value, f"{scaler.id.kind} {scaler.id.name} ({field})", place
    return replicas_of(workload), "replicas", workload.place.at("spec", "replicas")


def _row(world: World, one: RunningProgram, entry: Replicas, pods: int, asked_by: str, place: Place) -> PodCount:
    verdict, reason = _verdict(world, one, entry)
    return PodCount(
        object=one.workload.id,
        container=one.container.name,
        place=place,
        linted=one.workload.linted,
        software=one.running.program.name,
        pods=pods,
        asked_by=asked_by,
        because=entry.because,
        remedy=_remedy(entry.single_unless),
        verdict=verdict,
        reason=reason,
    )


def _lone_row(world: World, alone: Lone) -> PodCount:
    pods, asked_by, place = _asked(world.cluster, alone.workload)
    return PodCount(
        object=alone.workload.id,
        container=alone.container.name,
        place=place,
        related=(Related("it is told so here", alone.place),),
        linted=alone.workload.linted,
        software=f"the program of its container {alone.container.name}",
        pods=pods,
        asked_by=asked_by,
        because=alone.because,
        remedy=alone.remedy,
        certain=alone.certain,
        verdict="too-many",
    )


def _verdict(world: World, one: RunningProgram, entry: Replicas) -> tuple[str, str | None]:
    shared = False if entry.single_unless is None else one.told.holds(entry.single_unless)
    if shared:
        return "fits", None
    if (reason := other_start(one)) is not None:
        return "unknown", reason
    if shared is None or one.told.applies(entry) is None or is_filled_elsewhere(one.container):
        return "unknown", "part of what the container is told is not in the view"
    if entry.by_others and len(one.workload.pod.containers) > 1:
        return "unknown", "another container of the pod may bring the members together"
    if any(_is_shared(one, folder) for folder in texts(entry.shared)):
        return "fits", None
    if entry.affinity and _keeps_with_one_pod(world.cluster, one.workload):
        return "fits", None
    if entry.affinity and not world.cluster.routes:
        return "unknown", "whatever leads there may keep each user with one pod"
    return "too-many", None


def _is_shared(one: RunningProgram, folder: str) -> bool:
    """Whether a folder lies on a volume that all pods have."""
    mount = mount_over(one.container, folder)
    store = None if mount is None else store_of(one.workload, mount.volume)
    return store is not None and store.kind != "template"


def _keeps_with_one_pod(cluster: Cluster, workload: Workload) -> bool:
    """Whether a Service of it, or a route to that, keeps each client with one pod."""
    services = [
        service
        for service in services_in(cluster, workload.id.namespace)
        if service.selector and service.selector.items() <= workload.pod.labels.items()
    ]
    names = {(service.id.namespace, service.id.name) for service in services}
    routes = [
        route for route in cluster.routes if any((each.namespace, each.service) in names for each in route.backends)
    ]
    return any(_is_sticky(each) for each in (*services, *routes))


def _is_sticky(held: Object) -> bool:
    session = held.place.at("spec", "sessionAffinity").value == "ClientIP"
    by_kind = held.id.kind not in ("Ingress", "Service")  # others say it in fields of their own
    return session or by_kind or any(word in key for key in held.annotations for word in _STICKY)


def _remedy(condition: Condition | None) -> str | None:
    """The settings that a shared store needs, in words; None where nothing helps."""
    if condition is None:
        return None
    first = next((each for each in (condition, *condition.any, *condition.all) if texts(each.setting)), None)
    return None if first is None else str(setting_names(first.setting)[0])
