"""ServiceMonitors, PodMonitors and kinds like them: what they select, and the ports that they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct

from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods
from mblint.cluster.policies.selectors import selects
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.services import services_by_namespace, services_in
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.callers.controllers import MonitorRow, monitor_rows
from mblint.facts.way.unseen import may_make_pods
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

GROUP = "monitoring.coreos.com"
_OF_RELEASES = ("Service", "Deployment", "StatefulSet", "DaemonSet")
_RELEASES = ("app.kubernetes.io/instance", "release")


class Asked(Struct, frozen=True):
    """A port that a monitor asks for. `of_pods`: the name or number is that of the pods' container port."""

    port: int | str | None
    of_pods: bool
    place: Place


class Monitor(Struct, frozen=True):
    """A ServiceMonitor or (`of_pods`) a PodMonitor, or another's kind like them. `namespaces` None: all."""

    held: Object
    of_pods: bool
    selector: Selector
    selector_at: Place
    namespaces: tuple[str, ...] | None
    endpoints: tuple[Asked, ...]


def monitors(world: World) -> Iterator[Monitor]:
    """Those of the view; one with parts that cannot be read is left out."""
    for row in monitor_rows():
        for held in world.cluster.of_kind(row.kind, row.group):
            found, read = read_parts(held.node, partial(_monitor, held, row))
            if found is not None and not read.flaws:
                yield found


def _monitor(held: Object, row: MonitorRow, node: Node) -> Monitor:
    spec, of_pods = node.get("spec"), row.of_pods
    within = spec.get("namespaceSelector")
    named = within.get("matchNames").texts() or (held.id.namespace,)
    endpoints = spec.get(row.endpoints)
    selector = spec.get("selector")
    return Monitor(
        held=held,
        of_pods=of_pods,
        selector=read_selector(selector) or Selector({}, ()),
        selector_at=selector.place,
        namespaces=None if within.get("any").boolean() else named,
        endpoints=tuple(_asked(endpoint, of_pods) for endpoint in endpoints.items()),
    )


def _asked(node: Node, of_pods: bool) -> Asked:
    named, number, target = node.get("port"), node.get("portNumber"), node.get("targetPort")
    if not named.absent:
        return Asked(named.integer_or_text(), of_pods, named.place)
    if not number.absent:
        return Asked(number.integer(), True, number.place)
    return Asked(target.integer_or_text(), True, node.place if target.absent else target.place)


def selected_services(world: World, monitor: Monitor) -> tuple[Service, ...]:
    """The Services of its namespaces with the labels that it asks for."""
    by_namespace = services_by_namespace(world.cluster)
    return tuple(
        service
        for namespace in (by_namespace if monitor.namespaces is None else monitor.namespaces)
        for service in by_namespace.get(namespace, ())
        if selects(monitor.selector, service.labels)
    )


def selected_pods(world: World, monitor: Monitor, *, perhaps: bool = False) -> tuple[Workload, ...]:
    """The workloads of its namespaces whose pods have those labels; `perhaps`: or may get them when they run."""
    known = (Match.YES, Match.SOME, Match.UNKNOWN) if perhaps else (Match.YES, Match.SOME)
    return tuple(
        workload
        for workload in world.cluster.workloads
        if (monitor.namespaces is None or workload.id.namespace in monitor.namespaces)
        and match_pods(monitor.selector, workload) in known
    )


def elsewhere(world: World, monitor: Monitor, port: int | str | None) -> Service | None:
    """The only Service with its labels and its port, in another namespace, where it looks in its own alone."""
    if monitor.of_pods or monitor.namespaces != (monitor.held.id.namespace,) or not monitor.selector.labels:
        return None
    found = [
        service
        for namespace, services in services_by_namespace(world.cluster).items()
        for service in services
        if namespace not in monitor.namespaces and selects(monitor.selector, service.labels)
    ]
    if len(found) != 1 or not (names_namespace(found[0]) and names_namespace(monitor.held)):
        return None
    return found[0] if any(each.name == port for each in found[0].ports) else None


def unsure(world: World, monitor: Monitor) -> str | None:
    """Why what it selects may be there although the view has nothing of it; None where it cannot."""
    if monitor.namespaces is None:
        return "it selects in every namespace"
    for namespace in monitor.namespaces:
        if namespace.startswith("kube-") or _is_api(namespace, monitor.selector):
            return f"what it selects in {namespace} belongs to the cluster"
        if not (workloads_in(world.cluster, namespace) if monitor.of_pods else services_in(world.cluster, namespace)):
            return f"nothing of {namespace} is in the view"
        maker = next((other for other in world.cluster.others if _may_make(other, namespace)), None)
        if maker is not None:
            return f"the operator of {maker.id.kind} {maker.id.name} may make it"
    return _of_another_release(world, monitor)


def _is_api(namespace: str, selector: Selector) -> bool:
    return namespace == "default" and selector.labels.get("component") == "apiserver"


def _may_make(other: Object, namespace: str) -> bool:
    from mblint.cluster.kinds import group_of  # noqa: PLC0415

    group = group_of(other.api_version)
    is_monitor = group == GROUP or any((row.group, row.kind) == (group, other.id.kind) for row in monitor_rows())
    return not is_monitor and may_make_pods(other, namespace)  # type: ignore[arg-type]


def _of_another_release(world: World, monitor: Monitor) -> str | None:
    """A selector may name a release of which the view has nothing; a Service or a workload is no release."""
    releases = {obj.release for obj in world.cluster.everything}
    within = monitor.namespaces or ()
    names = {
        obj.id.name for obj in world.cluster.everything if obj.id.namespace in within and obj.id.kind in _OF_RELEASES
    }
    for label in _RELEASES:
        named = monitor.selector.labels.get(label)
        if named is not None and named not in releases and named not in names:
            return f"nothing of the release {named} is in the view"
    return None


def what_is_there(world: World, monitor: Monitor) -> Iterator[str]:
    """What could be selected, with the labels of it that the selector asks for."""
    keys = list(monitor.selector.labels)
    for namespace in monitor.namespaces or ():
        if monitor.of_pods:
            pods = workloads_in(world.cluster, namespace)
            yield from (_labelled(f"{each.id.kind} {each.id.name}", each.pod.labels, keys) for each in pods)
        else:
            services = services_in(world.cluster, namespace)
            yield from (_labelled(f"{namespace}/{each.id.name}", each.labels, keys) for each in services)


def _labelled(name: str, labels: Mapping[str, str], keys: list[str]) -> str:
    has = ", ".join(f"{key}: {labels[key]}" for key in keys if key in labels)
    return f"{name} with {has}" if has else f"{name} without {' and '.join(keys)}"
