"""The hosts by which users come to an application of which a workload is the part behind: `todo-web` hands on to
`todo-api`, which writes the links.

One application are images of one maker that are called alike but for what each of them is (`dify-web` and `dify-api`,
`penpotapp/frontend` and `penpotapp/backend`), in one namespace. How the one in front hands requests on stands in its
image, so that no route leads to the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, ObjectId, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.callers.dependencies import find
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.tables import load_words
from mblint.software.images import reference

_ASKED = ("identity", "security", "observability", "cache", "database", "broker", "networking", "mesh", "operator")
_PROXIES = ("proxy", "ingress")  # categories of software files


class Front(Struct, frozen=True, eq=False):
    """The workload of an application that a route leads to, and the hosts by which users come to it."""

    workload: ObjectId
    image: str
    served: tuple[ServedHost, ...]


class _Application(Struct, frozen=True):
    """What the images of one application have in common, in one namespace."""

    namespace: str
    registry: str | None
    maker: str
    called: tuple[str, ...]


def front_of(world: World, workload: Workload, container: Container) -> Front | None:
    """The one workload before this one; None where a route leads to this one, or to several others, or to the same
    image: then this one is a worker, and is told what that is told."""
    if hosts_of(world, workload, container) or not workload.lasting:
        return None
    application = _application(workload, container)
    fronts = _fronts(world).get(application, ()) if application is not None else ()
    alike = any(_path(each.image) == _path(container.image or "") for each in fronts)
    return fronts[0] if len({each.workload for each in fronts}) == 1 and not alike else None


def parts_beside(world: World, workload: Workload, container: Container) -> tuple[Front, ...]:
    """The other workloads of its application that routes lead to."""
    application = _application(workload, container)
    fronts = _fronts(world).get(application, ()) if application is not None else ()
    return tuple(each for each in fronts if each.workload != workload.id)


def before(world: World, program: RunningProgram) -> Front | None:
    """What users come to before a known program: a part of its application, or a proxy that calls it."""
    return front_of(world, program.workload, program.container) or _proxy_before(world, program)


def _proxy_before(world: World, each: RunningProgram) -> Front | None:
    """The one proxy of the namespace that a route leads to, and that calls the program: whoever comes to that comes by
    the proxy's hosts. Not so of what proxies ask themselves: who a user is, or where to send traces."""
    if each.running.program.category in _ASKED or hosts_of(world, each.workload, each.container):
        return None
    found = _proxies(world).get(each.workload.id, ()) if each.workload.lasting else ()
    return found[0] if len(found) == 1 else None


@remembered
def _proxies(world: World) -> Mapping[ObjectId, tuple[Front, ...]]:
    """By workload: the proxies with routes that call it."""
    found: defaultdict[ObjectId, dict[ObjectId, Front]] = defaultdict(dict)
    for each in find(world):
        setting, server = each.destination.setting, each.reached.server
        if server is None or server is setting.workload or server.id.namespace != setting.workload.id.namespace:
            continue
        program = program_of(world, setting.workload, setting.container)
        if program is None or program.running.program.category not in _PROXIES:
            continue
        if served := hosts_of(world, setting.workload, setting.container):
            identity = setting.workload.id
            found[server.id][identity] = Front(identity, setting.container.image or "", served)
    return {server: tuple(fronts.values()) for server, fronts in found.items()}


def ways_to(front: Front) -> tuple[Related, ...]:
    """Where the routes to it are."""
    name = f"{front.workload.kind} {front.workload.name}"
    return tuple(
        Related(f"{one.route.id.kind} {one.route.id.name} leads to {name} from {one.host.text}", one.host.place)
        for one in front.served[:2]
    )


@remembered
def _fronts(world: World) -> Mapping[_Application, tuple[Front, ...]]:
    found: defaultdict[_Application, tuple[Front, ...]] = defaultdict(tuple)
    for workload in world.cluster.workloads:
        for container in workload.pod.containers if workload.lasting else ():
            application = None if container.role is ContainerRole.INIT else _application(workload, container)
            served = hosts_of(world, workload, container) if application is not None else ()
            if application is not None and served:
                found[application] += (Front(workload.id, container.image or "", served),)
    return dict(found)


def _application(workload: Workload, container: Container) -> _Application | None:
    """None for an image that says nothing but what it is, of no maker."""
    named = reference(container.image or "")
    maker, _, name = named.path.rpartition("/")
    parts = load_words("own-addresses", "parts")
    called = tuple(word for word in words_of(name.replace("-", "_")) if word not in parts)
    if not maker and not called:
        return None
    return _Application(workload.id.namespace, named.registry, maker, called)


def _path(image: str) -> str:
    return reference(image).path
