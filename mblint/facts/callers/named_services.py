"""Services that objects name: which are named by anybody, and what one that is missing may be.

A Service that is missing may belong to a release that the view has nothing of.
"""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.objects import Object, Service
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.remembered import remembered
from mblint.cluster.services import services_in
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.callers.dependencies import find
from mblint.facts.world import World

_SEVERAL = 2  # names of a route: that all of them are those of Services elsewhere is no chance
_ALIKE = 0.75  # as `difflib` measures it


def may_be_elsewhere(world: World, named_by: Object, namespace: str) -> bool:
    """Whether a Service may come from a release that the view lacks: it has no Service there of the one that names it.

    An object that says no release, and Services that say none, may go together.
    """
    own = named_by.release
    found = services_in(world.cluster, namespace)
    return not any(own is None or service.release in (own, None) for service in found)


def misplaced(world: World, named_by: Object, namespace: str, name: str) -> Service | None:
    """The Service that must be meant: of that name in another namespace, or with both swapped, of the same release.

    Of any release, where a route leads to several names of which each is that of one such Service, which nothing else
    leads to; or where no release is known. Only one whose namespace is written: any other is wherever the release is
    installed.
    """
    own = named_by.release
    if (namespace, name) in world.cluster.services:
        return None
    if (strangers := _strangers(world, named_by)) and name in strangers:
        return strangers[name]
    if own is None:
        return _only_one(world, named_by, namespace, name)
    swapped = world.cluster.services.get((name, namespace))
    if swapped is not None and swapped.release == own and names_namespace(swapped):
        return swapped
    found = [each for each in _named(world).get(name, ()) if each.release == own]
    return found[0] if len(found) == 1 and names_namespace(found[0]) else None


def _only_one(world: World, named_by: Object, namespace: str, name: str) -> Service | None:
    """Among manifests of no release: the only Service of that name, which nothing leads to, if `namespace` is empty."""
    alone = _named(world).get(name, ())
    if len(alone) != 1 or alone[0].release is not None or is_called(world, alone[0]):
        return None
    written = not named_by.id.namespace or names_namespace(named_by)
    empty = not services_in(world.cluster, namespace) and not workloads_in(world.cluster, namespace)
    return alone[0] if written and empty and names_namespace(alone[0]) else None


def _strangers(world: World, route: Object) -> Mapping[str, Service]:
    """By name: the Services of other namespaces that a route means, which has several, and has none of its own."""
    wanted = {backend.service for each in world.cluster.routes if each.id == route.id for backend in each.backends}
    if len(wanted) < _SEVERAL or not names_namespace(route):
        return {}
    found: dict[str, Service] = {}
    for name in wanted:
        alone = _named(world).get(name, ())
        if len(alone) != 1 or not names_namespace(alone[0]) or is_called(world, alone[0]):
            return {}
        found[name] = alone[0]
    return found if all(each.id.namespace != route.id.namespace for each in found.values()) else {}


@remembered
def _named(world: World) -> dict[str, list[Service]]:
    found: dict[str, list[Service]] = {}
    for service in world.cluster.services.values():
        found.setdefault(service.id.name, []).append(service)
    return found


def unused_service_like(world: World, name: str, namespace: str) -> str | None:
    """The Service of almost that name that nobody else calls; None where there is none, or several may be meant."""
    from difflib import get_close_matches  # noqa: PLC0415  only for what is a mistake

    unused = [service.id.name for service in services_in(world.cluster, namespace) if not is_called(world, service)]
    found = get_close_matches(name, unused, n=2, cutoff=_ALIKE)
    return f"{namespace}/{found[0]}" if len(found) == 1 else None


def is_called(world: World, service: Service) -> bool:
    """Whether a setting, or a route, of the view leads to it."""
    return (service.id.namespace, service.id.name) in _called(world)


@remembered
def _called(world: World) -> frozenset[tuple[str, str]]:
    by_settings = (found.reached.service for found in find(world))
    called = {(service.id.namespace, service.id.name) for service in by_settings if service is not None}
    return frozenset(called | {(to.namespace, to.service) for route in world.cluster.routes for to in route.backends})
