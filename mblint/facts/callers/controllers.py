"""Who carries the requests of a route: the ingress controllers of the view, or one that no manifest shows.

Where an IngressClass of the view, or the kind of the route, says which controller it is, and the view has that one, it
is known. Else anybody may be: a controller outside the view, or any of those inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import ContainerRole, Object, Route, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.callers.call import Caller
from mblint.facts.world import World
from mblint.shipped import read_table
from mblint.software.images import fits, reference

OUTSIDE = Caller("the ingress controller", Stranger.CARRIER)
_PROXY = Caller("the Gateway's proxy", Stranger.NEIGHBOUR)


class Controller(Struct, frozen=True):
    """A row of the table rules/tables/controllers.yaml."""

    name: str
    images: tuple[str, ...]
    source: str
    classes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class MonitorRow(Struct, frozen=True, rename="kebab"):
    """A kind that says what is scraped: by labels of Services, or of pods."""

    kind: str
    group: str
    endpoints: str
    source: str
    of_pods: bool = False


class _Table(Struct, frozen=True):
    controllers: tuple[Controller, ...]
    scrapers: tuple[Controller, ...]
    monitors: tuple[MonitorRow, ...]


@cache
def _table() -> _Table:
    return convert(read_table("tables/controllers.yaml"), _Table)


def monitor_rows() -> tuple[MonitorRow, ...]:
    """The kinds of monitors."""
    return _table().monitors


def is_monitor(held: Object) -> bool:
    """Whether an object is of a kind of monitors."""
    return any(row.kind == held.id.kind and row.group == group_of(held.api_version) for row in monitor_rows())


def carriers(world: World, route: Route) -> tuple[Caller, ...]:
    """Those who may carry the route's requests; each of them, where nothing says which one it is."""
    inside = controllers(world)
    if _has_neighbouring_gateway(route):
        return (_PROXY,)
    row = _row_of(world, route)
    if row is not None and row.name in inside:
        return inside[row.name]
    return (OUTSIDE, *(caller for callers in inside.values() for caller in callers))


def _has_neighbouring_gateway(route: Route) -> bool:
    """Whether it names a Gateway of its own namespace, where some implementations run the proxy."""
    spec = route.node.get("spec").value
    parents = spec.get("parentRefs") if isinstance(spec, dict) else None
    return isinstance(parents, list) and any(
        isinstance(parent, dict) and parent.get("namespace") in (None, route.id.namespace) for parent in parents
    )


def _row_of(world: World, route: Route) -> Controller | None:
    """The controller that reads the route, where its kind or its class says so."""
    rows = _table().controllers
    if route.id.kind != "Ingress":
        return next((row for row in rows if route.id.kind in row.kinds), None)
    controller = _classes(world).get(ingress_class(route) or "")
    return next((row for row in rows if controller in row.classes), None)


@remembered
def _classes(world: World) -> Mapping[str, str]:
    """The controllers of the view's IngressClasses, by the names of these."""
    found = world.cluster.of_kind("IngressClass", "networking.k8s.io")
    named = ((one.id.name, one.node.get("spec").value) for one in found)
    return {name: str(spec.get("controller")) for name, spec in named if isinstance(spec, dict)}


@remembered
def controllers(world: World) -> Mapping[str, tuple[Caller, ...]]:
    """The workloads of the view that run a controller, by the controller's name."""
    return _running(world, _table().controllers)


@remembered
def scrapers(world: World) -> tuple[Caller, ...]:
    """The workloads of the view that collect metrics."""
    return tuple(caller for callers in _running(world, _table().scrapers).values() for caller in callers)


def _running(world: World, rows: tuple[Controller, ...]) -> Mapping[str, tuple[Caller, ...]]:
    found: dict[str, list[Caller]] = {}
    for workload in world.cluster.workloads:
        row = next((row for row in rows if workload.lasting and _runs(workload, row)), None)
        if row is not None:
            found.setdefault(row.name, []).append(Caller(f"{row.name} ({workload.id})", workload))
    return {name: tuple(callers) for name, callers in found.items()}


def _runs(workload: Workload, row: Controller) -> bool:
    return any(
        fits(pattern, reference(container.image or "").path)
        for container in workload.pod.containers
        if container.role is ContainerRole.MAIN
        for pattern in row.images
    )
