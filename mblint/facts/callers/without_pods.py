"""Services that select no pod: who calls them in vain, or leads to them from outside, or that nobody does.

Routes and webhooks that lead to such a Service have rows of their own, which say it; here are the calls of settings,
Services that are open to the outside by their own type, what monitors select, and all others.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Service
from mblint.cluster.services import members
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.callers.called_rows import WithoutPods
from mblint.facts.callers.dependencies import dependencies
from mblint.facts.callers.monitors import monitors, selected_services
from mblint.facts.callers.rows import Dependency
from mblint.facts.callers.webhooks import hooks
from mblint.facts.edits.selectors import corrected_selector, nearly_served
from mblint.facts.way.reach import without_pods as judged_without
from mblint.facts.world import World
from mblint.remedies.flow import flow

_OPEN = ("LoadBalancer", "NodePort")
_Key = tuple[str, str]


def without_pods(world: World) -> Iterator[WithoutPods]:
    """The rows: calls of settings in their order, then the Services that none of them calls."""
    calls = [row for row in dependencies(world) if row.verdict == "no-pods" and row.hard and row.service is not None]
    for row in calls:
        yield _of_setting(world, row)
    said = {row.service for row in calls} | {f"{namespace}/{name}" for namespace, name in _said_elsewhere(world)}
    monitored: dict[_Key, str] | None = None
    for key, service in world.cluster.services.items():
        if f"{key[0]}/{key[1]}" in said or not _has_none(world, service):
            continue
        monitored = _monitored(world) if monitored is None else monitored
        yield _of_service(world, service, monitored.get(key))


def _has_none(world: World, service: Service) -> bool:
    """The cluster's own pods, in kube-system or under its own labels, are in no render."""
    if service.id.namespace.startswith("kube-") or service.selector.get("tier") == "control-plane":
        return False
    if not service.selector or service.type == "ExternalName" or world.cluster.is_unread(service.id, "spec"):
        return False
    return not members(world.cluster, service) and judged_without(world, service).verdict == "no-pods"


def _said_elsewhere(world: World) -> Iterator[_Key]:
    """Services of which the rows of routes and webhooks say it."""
    for route in world.cluster.routes:
        yield from ((backend.namespace, backend.service) for backend in route.backends)
    for _, answer in hooks(world):
        if answer.reached.service is not None:
            yield answer.reached.service.id.namespace, answer.reached.service.id.name


def _monitored(world: World) -> dict[_Key, str]:
    """The Services that monitors select, with the first that does."""
    found: dict[_Key, str] = {}
    for monitor in monitors(world):
        if not monitor.of_pods:
            for service in selected_services(world, monitor):
                key = service.id.namespace, service.id.name
                found.setdefault(key, f"{monitor.held.id.kind} {monitor.held.id.name}")
    return found


def _of_setting(world: World, row: Dependency) -> WithoutPods:
    namespace, _, name = (row.service or "").partition("/")
    service = world.cluster.services.get((namespace, name))
    return WithoutPods(
        object=row.object,
        container=row.container,
        place=row.place,
        related=row.related,
        shared_by=row.shared_by,
        linted=row.linted,
        caller="setting",
        client=row.client,
        says=f"{row.client} calls {row.host}:{row.port} in vain",
        service=row.service or "",
        host=row.host,
        port=row.port,
        pod_port=row.pod_port,
        server=row.server,
        settings=row.settings,
        service_selector=row.service_selector,
        nearest_workload=_nearest(world, service) if service is not None else None,
        edits=corrected_selector(world, service) if service is not None else (),
    )


def _of_service(world: World, service: Service, monitor: str | None) -> WithoutPods:
    own = f"{service.id.namespace}/{service.id.name}"
    caller, says = "nobody", f"Whoever calls {service.id.name} gets no answer"
    if service.type in _OPEN and _is_all_there(world, service):
        caller, says = "outside", f"{service.type} {service.id.name} is open to the outside, and nothing answers there"
    elif monitor is not None:
        caller, says = "monitor", f"{monitor} finds nothing to scrape behind {service.id.name}"
    return WithoutPods(
        object=service.id,
        place=service.place.at("spec", "selector"),
        linted=service.linted,
        caller=caller,
        says=says,
        service=own,
        service_selector=flow(service.selector),
        nearest_workload=_nearest(world, service),
        edits=corrected_selector(world, service),
    )


def _is_all_there(world: World, service: Service) -> bool:
    """Whether its pods should be in the view: others of its namespace are, or they are, in another namespace."""
    wanted = service.selector.items()
    return bool(workloads_in(world.cluster, service.id.namespace)) or any(
        wanted <= workload.pod.labels.items() for workload in world.cluster.workloads
    )


def _nearest(world: World, service: Service) -> str | None:
    """That workload, and what it has there."""
    near = nearly_served(world, service)
    if near is None:
        return None
    workload, key = near
    has = workload.pod.labels.get(key)
    return f"{workload.id.kind} {workload.id.name} " + (f"has {key}: {has}" if has is not None else f"has no {key}")
