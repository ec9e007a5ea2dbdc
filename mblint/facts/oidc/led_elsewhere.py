"""Callbacks that the routes of their host lead past the one who waits for them.

A program that takes its callback itself, and has a route of that host, gets none where a longer path of another route
leads to another workload. A resource of a gateway (`SecurityPolicy`) is at work on the routes to which it is attached,
and nowhere else: https://gateway.envoyproxy.io/docs/tasks/security/oidc/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Backend, ObjectId, Route, Workload
from mblint.cluster.routes_by_host import routes_for_every_host, routes_that_name
from mblint.cluster.services import members
from mblint.facts.callers.dependencies import find
from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.facts.oidc.redirect_uris import redirect_uris, takes_its_callback
from mblint.facts.relations import Relation, relations
from mblint.facts.way.routed_paths import plain_path, routed_paths
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.urls import split_url

_CHANGED = ("rewrite", "middleware", "snippet", "regex", "actions.")


def led_elsewhere(world: World, relation: Relation) -> Iterator[tuple[RedirectUri, str]]:
    """Each such redirect URI of a relation, with what it should lead to."""
    for uri in redirect_uris(world, relation):
        parts = split_url(uri.url)
        if uri.secret or uri.tail or uri.by_default or not parts.hostname:
            continue
        holder = relation.workload
        if not holder.pod.containers:
            if _leaves_its_routes(world, holder, parts.hostname, parts.path or "/"):
                yield uri, f"{holder.id.kind} {holder.id.name}"
        elif takes_its_callback(world, relation) and _goes_to_another(world, relation, parts.hostname, parts.path):
            yield uri, f"{holder.id.kind} {holder.id.name}"


# ---------------------------------------------------------------- resources


def _leaves_its_routes(world: World, resource: Workload, host: str, path: str) -> bool:
    """Whether a resource is attached to routes of the view, of which none has the host and path."""
    one = resource.place.at("spec", "targetRef").value
    several = resource.place.at("spec", "targetRefs").value
    named = [each for each in (one, *(several if isinstance(several, list) else ())) if isinstance(each, dict)]
    targets = {(str(each.get("kind")), str(each.get("name"))) for each in named}
    routes = [
        each
        for each in world.cluster.routes
        if each.id.namespace == resource.id.namespace and (each.id.kind, each.id.name) in targets
    ]
    if not targets or len(routes) != len(targets) or any(world.cluster.is_unread(each.id, "spec") for each in routes):
        return False
    if not routed_paths(world).get(host) or not all(each.hosts and each.backends for each in routes):
        return False  # no route has the host: that is said of the host
    return not any(_has(each, host, path) for each in routes)


def _has(route: Route, host: str, path: str) -> bool:
    wildcard = "*." + host.partition(".")[2]
    return any(each.text in (host, wildcard) for each in route.hosts) and any(
        (plain := plain_path(each)) is None or _is_below(path, plain) for each in route.backends
    )


def _is_below(path: str, start: str) -> bool:
    return f"{path.rstrip('/')}/".startswith(f"{start.rstrip('/')}/")


# ---------------------------------------------------------------- workloads


def _goes_to_another(world: World, relation: Relation, host: str, path: str) -> bool:
    if not any(each.host.text == host for each in served_hosts(world, relation.workload)):
        return False
    if any(True for _ in routes_for_every_host(world.cluster)):
        return False
    routes = [each for each in routes_that_name(world.cluster, host) if each.web]
    if any(mark in key for each in routes for key in each.annotations for mark in _CHANGED):
        return False
    backends = [
        each
        for route in routes
        if any(one.text == host for one in route.hosts)
        for each in route.backends
        if not each.hosts or host in each.hosts
    ]
    lengths = {id(each): plain_path(each) for each in backends}
    if not backends or None in lengths.values():
        return False
    found = [each for each in backends if _is_below(path, lengths[id(each)] or "/")]
    longest = max((len((lengths[id(each)] or "/").rstrip("/")) for each in found), default=-1)
    best = [each for each in found if len((lengths[id(each)] or "/").rstrip("/")) == longest]
    reached = [_behind(world, each) for each in best]
    return bool(reached) and all(each and all(_is_a_stranger(world, relation, one) for one in each) for each in reached)


def _behind(world: World, backend: Backend) -> Sequence[Workload]:
    service = world.cluster.services.get((backend.namespace, backend.service))
    return () if service is None else tuple(members(world.cluster, service))


def _is_a_stranger(world: World, relation: Relation, other: Workload) -> bool:
    """Whether a workload neither logs in itself nor calls the one that does."""
    own = relation.workload
    if other is own or any(each.workload is other for each in relations(world)):
        return False
    calls: set[tuple[ObjectId, ObjectId]] = {
        (each.destination.setting.workload.id, each.reached.server.id)
        for each in find(world)
        if each.reached.server is not None
    }
    return (other.id, own.id) not in calls
