"""Traefik's entry points that routes name, and those that the Traefik of the view has.

An IngressRoute, or an Ingress by annotation, names the entry points at which it is served; at one that Traefik does not
have it is not. Their names are in Traefik's arguments and variables; one with a file of its own may have others.
Source: https://github.com/traefik/traefik/blob/master/pkg/config/runtime/runtime_http.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Container, Route, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.callers.called_rows import Attachment
from mblint.facts.callers.controllers import controllers
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex

_ANNOTATION = "traefik.ingress.kubernetes.io/router.entrypoints"
_ARGUMENT = regex(r"--entrypoints\.([^.=]+)(?:[.=]|$)", re.IGNORECASE)
_VARIABLE = regex(r"TRAEFIK_ENTRYPOINTS_([^_]+)_")
_FILES = ("--configfile", "/etc/traefik", "/traefik.y", "/traefik.toml")


class _Traefik(Struct, frozen=True, eq=False):
    """One of the view. `names`: of its entry points, in lower case."""

    workload: Workload
    names: frozenset[str]


def entry_points(world: World) -> Iterator[Attachment]:
    """A row for each route that names entry points, where the view has a Traefik that says all of its own."""
    served = _traefiks(world)
    for route in world.cluster.routes if served else ():
        for place, names in _named(route):
            yield _row(route, place, names, served)


@remembered
def _traefiks(world: World) -> tuple[_Traefik, ...]:
    """Those of the view; none where one of them may have entry points that are not seen."""
    found: list[_Traefik] = []
    for caller in controllers(world).get("Traefik", ()):
        workload = caller.client
        if isinstance(workload, Workload):
            names = frozenset(name for container in workload.pod.containers for name in _own(container))
            texts = (text for container in workload.pod.containers for text in _texts(container))
            if not names or any(mark in text.lower() for text in texts for mark in _FILES):
                return ()
            found.append(_Traefik(workload, names))
    return tuple(found)


def _own(container: Container) -> Iterator[str]:
    for text in _texts(container):
        yield from (name.lower() for name in _ARGUMENT.findall(text))
    for variable in container.env:
        yield from (name.lower() for name in _VARIABLE.findall(variable.name))


def _texts(container: Container) -> Iterator[str]:
    yield from (reveal(word.text) for word in container.words)
    yield from (mount.mount_path for mount in container.mounts)


def _named(route: Route) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The entry points that a route names, and where."""
    if route.id.kind == "Ingress" and (said := route.annotations.get(_ANNOTATION)):
        yield route.place.at("metadata", "annotations", _ANNOTATION), tuple(word.strip() for word in said.split(","))
    elif route.id.kind.startswith("IngressRoute"):
        place = route.place.at("spec", "entryPoints")
        names = tuple(each for each in place.value if isinstance(each, str)) if isinstance(place.value, list) else ()
        if names:
            yield place, names


def _row(route: Route, place: Place, names: tuple[str, ...], served: tuple[_Traefik, ...]) -> Attachment:
    taken = any(name.lower() in one.names for one in served for name in names)
    holder = served[0].workload
    has = ", ".join(sorted(served[0].names))
    asked = " and ".join(dict.fromkeys(names))
    who = f"{holder.id.kind} {holder.id.namespace}/{holder.id.name}"
    return Attachment(
        object=route.id,
        place=place,
        related=() if taken else (Related("this is the Traefik of the view", holder.place, holder.id),),
        linted=route.linted,
        route=f"{route.id.kind} {route.id.name}",
        gateway=asked,
        verdict="taken" if taken else "no-entry-point",
        because=None if taken else f"Traefik ({who}) has no entry point {asked}; it has {has}",
    )
