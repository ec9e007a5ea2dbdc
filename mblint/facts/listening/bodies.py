"""How large a request a route lets through, held against what the program behind it takes, or cannot do without.

nginx refuses what is larger than its limit, 1 MB where nobody says another one, with "413 Request Entity Too Large",
before it comes to the pods. What a program takes is told to it by settings that are called so in programs of any maker
(rules/tables/body-limits.yaml); what it needs for its daily work says its software file (`bodies`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct, convert

from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Container, ContainerRole, Route, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import unquoted
from mblint.facts.listening.rows import BodyLimit
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.told import settings_of
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import put
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.shipped import read_table
from mblint.software.network import Bodies

_INGRESS_NGINX = "nginx.ingress.kubernetes.io/"
_NGINX_INC = "nginx.org/"
_SIZE = regex(r"(\d{1,15}) ?([a-zA-Z]*)")
_DEFAULT = 1 << 20


class _Table(Struct, frozen=True):
    names: tuple[str, ...]
    other: frozenset[str]
    units: Mapping[str, int]
    source: str


class _Let(Struct, frozen=True, eq=False):
    """What a route lets through. `bytes` 0: whatever comes. `by`: what says so; `place`: where."""

    bytes: int
    shown: str
    by: str
    place: Place
    annotation: str


class _Taken(Struct, frozen=True, eq=False):
    """What a program takes or needs. `says`: a clause."""

    bytes: int
    says: str
    place: Place
    setting: str
    needed: bool


def body_limits(world: World) -> Iterator[BodyLimit]:
    """A row for each Ingress of nginx and each container behind it of which a size is known."""
    programs = {id(one.container): one for one in running_programs(world) if one.running.program.has(Bodies)}
    for workload in world.cluster.workloads:
        seen: set[tuple[object, int]] = set()
        for served in served_hosts(world, workload):
            let = _let(world, served.route)
            for container in workload.pod.containers if let is not None else ():
                key = served.route.id, id(container)
                if (
                    container.role is ContainerRole.INIT
                    or key in seen
                    or not served.reaches(world, workload, container)
                ):
                    continue
                seen.add(key)
                taken = _taken(world, workload, container, programs.get(id(container)))
                if let is not None and taken is not None:
                    yield _row(workload, container, served.route, let, taken)


def _row(workload: Workload, container: Container, route: Route, let: _Let, taken: _Taken) -> BodyLimit:
    enough = let.bytes == 0 or let.bytes >= taken.bytes
    by_route = f"{route.id.kind} {route.id.name}"
    return BodyLimit(
        object=workload.id,
        container=container.name,
        place=let.place,
        related=(Related(f"{workload.id.kind} {workload.id.name} says so", taken.place, workload.id),),
        linted=route.linted,
        route=by_route,
        lets=let.shown,
        lets_by=let.by,
        says=taken.says,
        setting=taken.setting,
        annotation=let.annotation,
        needed=taken.needed,
        verdict="enough" if enough else "less",
        edits=() if enough else _edits(route, let, taken),
    )


def _edits(route: Route, let: _Let, taken: _Taken) -> tuple[Edit, ...]:
    annotations = route.place.at("metadata", "annotations")
    if not isinstance(annotations.value, dict):
        return ()
    return (put(route, annotations, let.annotation, f"{-(-taken.bytes // _DEFAULT)}m"),)


# ---------------------------------------------------------------- what the route lets through


def _let(world: World, route: Route) -> _Let | None:
    """None where it is no Ingress of nginx, or something else may say it."""
    name = (ingress_class(route) or "").lower()
    own = [key for key in route.annotations if key.startswith((_INGRESS_NGINX, _NGINX_INC))]
    if route.id.kind != "Ingress" or ("nginx" not in name and (name or not own)):
        return None
    if any("snippet" in key for key in own):
        return None
    for key in (f"{_INGRESS_NGINX}proxy-body-size", f"{_NGINX_INC}client-max-body-size"):
        if key in route.annotations:
            size = _bytes(route.annotations[key], 1)
            place = route.place.at("metadata", "annotations", key)
            return _Let(size, route.annotations[key], f"its {key}", place, key) if size is not None else None
    said = _of_controllers(world)
    is_inc = any(key.startswith(_NGINX_INC) for key in own)
    key = f"{_NGINX_INC}client-max-body-size" if is_inc else f"{_INGRESS_NGINX}proxy-body-size"
    if said is not None:
        return None
    return _Let(_DEFAULT, "1 MB", "as nginx does by itself", route.place, key)


@remembered
def _of_controllers(world: World) -> Setting | None:
    """What a controller of the view is told for all Ingresses."""
    return next((one for one in world.settings if one.key == "proxy-body-size" and one.origin is Origin.FILE), None)


# ---------------------------------------------------------------- what the program takes


def _taken(world: World, workload: Workload, container: Container, one: RunningProgram | None) -> _Taken | None:
    found = [taken for setting in settings_of(world, workload, container) if (taken := _by_name(setting)) is not None]
    if found:
        return min(found, key=lambda each: each.bytes)  # what one request has beside its file is seldom meant
    if one is None or one.running.undecided(Bodies):
        return None
    for entry in one.running.entries(Bodies):
        size = _bytes(entry.needs, 1)
        if one.told.applies(entry) is True and size is not None:
            says = f"{one.running.program.name} gets larger ones all the time ({entry.what})"
            return _Taken(size, says, container.place, "", needed=True)
    return None


def _by_name(setting: Setting) -> _Taken | None:
    if setting.origin is not Origin.ENV or setting.value is None or setting.secret:
        return None
    unit = _unit(setting.key)
    text = unquoted(setting.value)
    size = _bytes(text, unit) if unit else None
    if not size:
        return None
    says = f"{setting.label} of {setting.workload.id.kind} {setting.workload.id.name} says {text}"
    return _Taken(size, says, setting.place, setting.label, needed=False)


@lru_cache(maxsize=4096)
def _unit(name: str) -> int:
    """How many bytes one is in a setting of this name; 0 where it says no such size."""
    words, table = words_of(name), _table()
    unit = table.units.get(words[-1], 0) if words else 0
    rest = words[:-1] if unit else words
    rest = rest[:-1] if unit and rest[-1:] == ("in",) else rest
    if not table.other.isdisjoint(rest) or not any(rest[-len(each) :] == each for each in _phrases()):
        return 0
    return unit or 1


def _bytes(text: str, unit: int) -> int | None:
    """A size in bytes; None for what is none. A small number without a unit may count anything."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    number, word = int(match[1]), match[2].lower()
    if word:
        return number * _table().units[word] if word in _table().units else None
    size = number * unit
    return size if unit > 1 or number == 0 or size >= _DEFAULT else None


@cache
def _table() -> _Table:
    return convert(read_table("tables/body-limits.yaml"), _Table)


@cache
def _phrases() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split()) for name in _table().names)
