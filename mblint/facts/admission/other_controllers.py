"""Annotations of ingress-nginx at an Ingress that another controller serves, and that are nothing to it.

Charts carry them along, and many are missed by nobody. Said is what a person relied on: a login, a list of those who
may come, a path that is taken off (rules/tables/other-controllers.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Route
from mblint.facts.admission.nginx_values import PREFIX
from mblint.facts.admission.rows import NginxIngress
from mblint.facts.world import World
from mblint.manifests.partial import read_parts
from mblint.shipped import read_table

_CONTROLLER = "k8s.io/ingress-nginx"


class _Row(Struct, frozen=True, rename="kebab"):
    names: tuple[str, ...]
    lost: str
    unless: tuple[str, ...]
    source: str
    classes: tuple[str, ...] = ()
    at_least: int = 0


class _Table(Struct, frozen=True):
    classes: Mapping[str, str]
    annotations: tuple[_Row, ...]


@cache
def _table() -> _Table:
    return convert(read_table("tables/other-controllers.yaml"), _Table)


def annotations_for_another(world: World, route: Route) -> Iterator[NginxIngress]:
    """A row for each such annotation of an Ingress."""
    name = ingress_class(route) or ""
    controller = _table().classes.get(name)
    if controller is None or _is_nginx(world, name):
        return
    for row in _table().annotations if _asks_for_any(route) else ():
        key = next((f"{PREFIX}{each}" for each in row.names if f"{PREFIX}{each}" in route.annotations), None)
        if key is None or (row.classes and name not in row.classes) or not _counts(route, key, row):
            continue
        if any(mark in other for other in _told(world, route) for mark in row.unless):
            continue
        yield NginxIngress(
            object=route.id,
            place=route.place.at("metadata", "annotations", key),
            linted=route.linted,
            what=key,
            verdict="other-controller",
            says=f"its class is {name}, and {controller} does not read it, so that {row.lost}",
            remedy=f"Tell {controller} the same in its own way, or give the Ingress to ingress-nginx",
        )


def _asks_for_any(route: Route) -> bool:
    return any(key.startswith(PREFIX) for key in route.annotations)


def _counts(route: Route, key: str, row: _Row) -> bool:
    """Whether anything is lost with it: a rewrite of the root changes nothing."""
    value = route.annotations[key].strip()
    if key == f"{PREFIX}rewrite-target":
        return any((backend.path or "/") != "/" for backend in route.backends) and bool(value)
    return bool(value) and (not row.at_least or (value.isdecimal() and int(value) >= row.at_least))


def _told(world: World, route: Route) -> Iterator[str]:
    """The other annotations of the Ingress and its Services."""
    yield from (key for key in route.annotations if not key.startswith(PREFIX))
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        yield from service.annotations if service is not None else ()


def _is_nginx(world: World, name: str) -> bool:
    """Whether a class of that name is ingress-nginx's all the same, in the view."""
    classes = world.cluster.of_kind("IngressClass", "networking.k8s.io")
    return any(
        each.id.name == name
        and read_parts(each.node, lambda node: node.get("spec").get("controller").text())[0] == _CONTROLLER
        for each in classes
    )
