"""Routes that lead to known software by a path: does it answer there, or elsewhere alone?

A route hands on the path that the browser asked for, unless something takes it off. Programs that serve pages do so
below one path (`base-path` of software files), and answer others with 404 or a redirect. A path that bears the name of
the program, its Service or its workload was chosen for it, and is none of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mblint.cluster.objects import Container, ContainerRole, Route, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.listening.base_probes import Base, bases_of_frameworks
from mblint.facts.listening.rows import RoutedPath
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, program_of, running_programs
from mblint.facts.told import told_to
from mblint.facts.way.heard import is_of_its_makers, reads_what_is_not_there
from mblint.facts.way.served import ServedHost, served_hosts
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex
from mblint.settings.rows import Setting
from mblint.software.network import BasePath
from mblint.software.setting_names import texts

# Parts of annotations by which controllers change a path, or let others do so.
_CHANGES = (
    "rewrite",
    "snippet",
    "middleware",
    "strip",
    "path-prefix",
    "regex",
    "plugin",
    "transform",
    "actions.",
    "script",
)
_PLAIN = regex(r"/[\w.~%-][\w.~%/-]*")


def routed_paths(world: World) -> Iterator[RoutedPath]:
    """A row for each path of a route to a program whose base path is known, in the order of the programs."""
    for one in running_programs(world):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(BasePath):
            seen: set[tuple[object, str]] = set()
            for served in served_hosts(world, one.workload):
                path = _plain(served)
                if (
                    path is not None
                    and (served.route.id, path) not in seen
                    and served.reaches(one.workload, one.container)
                ):
                    seen.add((served.route.id, path))
                    yield from _rows(world, one, served.route, path)
    for workload in world.cluster.workloads:
        yield from _of_frameworks(world, workload)


def _plain(served: ServedHost) -> str | None:
    path = (served.path or "").rstrip("/")
    return path if _PLAIN.fullmatch(path) else None


def _rows(world: World, one: RunningProgram, route: Route, path: str) -> Iterator[RoutedPath]:
    entries = [entry for entry in one.running.entries(BasePath) if one.told.applies(entry) is True]
    if len(entries) != 1:
        return
    setting = one.told.first(entries[0].setting) if entries[0].setting else None
    base = "" if setting is None else _path_of(setting)
    reason = _doubt(world, one, base) or _doubt_of_route(route)
    answered = base is not None and (_is_below(path, base) or _is_below(base, path))
    gone = any(_is_below(path, each) for each in texts(entries[0].gone))
    chosen = bool(base) or gone or _names_it(one, route, path)
    verdict = "answered" if answered else "unknown" if reason is not None or not chosen else "not-there"
    yield RoutedPath(
        object=one.workload.id,
        container=one.container.name,
        place=one.container.place if setting is None else setting.place,
        related=(Related(f"{route.id.kind} {route.id.name} leads {path} to it", route.place, route.id),),
        linted=one.workload.linted,
        software=one.running.program.name,
        route=f"{route.id.kind} {route.id.name}",
        path=path,
        serves_at=base or "/",
        said=setting is not None and bool(base),
        setting=next(iter(texts(entries[0].setting)), ""),
        to=_written(entries[0], route, path),
        verdict=verdict,
        reason=reason or (None if chosen else "the path may be one of its own"),
    )


def _written(entry: BasePath, route: Route, path: str) -> str:
    host = route.hosts[0].text if route.hosts else "HOST"
    return f"https://{host}{path}" if entry.form == "url" else path


def _path_of(setting: Setting) -> str | None:
    """The path that a setting says, `/x` of `/x/`, `x` and `https://host/x`; None where that is not known."""
    if setting.value is None or setting.secret:
        return None
    text = reveal(setting.value).strip().strip("\"'")
    if "%(" in text or "{{" in text or "${" in text:
        text = re.sub(r"^[^/]*//[^/]*", "", text)
        return text.rstrip("/") if re.fullmatch(r"[\w./~-]*", text) else None
    try:
        path = urlsplit(text).path if "://" in text else f"/{text.strip('/')}"
    except ValueError:
        return None
    return path.rstrip("/")


def _is_below(path: str, base: str) -> bool:
    return path == base or path.startswith(f"{base}/") if base else path == ""


def _names_it(one: RunningProgram, route: Route, path: str) -> bool:
    """Whether the path is the name of the program, its workload or the Service: no program has that as its own."""
    first = path.lstrip("/").partition("/")[0].lower()
    names = {one.running.program.id, one.running.program.name.lower(), one.workload.id.name, one.container.name}
    names |= {backend.service for backend in route.backends if (backend.path or "").rstrip("/") == path}
    return path.count("/") == 1 and first.replace("-", "") in {name.replace("-", "").replace(" ", "") for name in names}


def _doubt(world: World, one: RunningProgram, base: str | None) -> str | None:
    if base is None:
        return "its base path is not all in the view"
    if not is_of_its_makers(one.running) or one.running.undecided(BasePath):
        return "it is no image of its makers whose version is known"
    if reads_what_is_not_there(world, one.workload):
        return "it reads files that are not in the view"
    return None


def _doubt_of_route(route: Route) -> str | None:
    if route.id.kind not in ("Ingress", "HTTPRoute", "IngressRoute"):
        return "what the route does to paths is not read"
    if any(mark in key.lower() for key in route.annotations for mark in _CHANGES):
        return "something takes the path off, or changes it"
    changed, _ = read_parts(route.node, lambda node: _has_filters(node.get("spec")))
    return "something takes the path off, or changes it" if changed is not False else None


def _has_filters(spec: Node) -> bool:
    return any(
        any(True for _ in item.get(key).items())
        for lists in ("rules", "routes")
        for item in spec.get(lists).items()
        for key in ("filters", "middlewares")
    )


# ---------------------------------------------------------------- programs of any maker


def _of_frameworks(world: World, workload: Workload) -> Iterator[RoutedPath]:
    """A program that its framework puts below a path, and a route that leads to it by another one."""
    for served in served_hosts(world, workload):
        path = _plain(served)
        for container in workload.pod.containers if path is not None else ():
            told = told_to(world, workload, container) if served.reaches(workload, container) else None
            known = program_of(world, workload, container)
            if told is None or path is None or (known is not None and known.running.program.has(BasePath)):
                continue
            for base in bases_of_frameworks(told):
                if base.setting is not None and _is_asked_at(container, served, base):
                    yield _row_of_framework(workload, container, base, base.setting, served.route, path)


def _is_asked_at(container: Container, served: ServedHost, base: Base) -> bool:
    named = {each.name: each.number for each in container.ports if each.name}
    return (named.get(served.port) if isinstance(served.port, str) else served.port) in base.ports


def _row_of_framework(
    workload: Workload, container: Container, base: Base, setting: Setting, route: Route, path: str
) -> RoutedPath:
    below, reason = f"/{base.path.strip('/')}", _doubt_of_route(route)
    answered = _is_below(path, below) or _is_below(below, path)
    return RoutedPath(
        object=workload.id,
        container=container.name,
        place=setting.place,
        related=(Related(f"{route.id.kind} {route.id.name} leads {path} to it", route.place, route.id),),
        linted=workload.linted,
        software=base.software,
        route=f"{route.id.kind} {route.id.name}",
        path=path,
        serves_at=below,
        said=True,
        setting=setting.key,
        to=path,
        verdict="answered" if answered else "unknown" if reason is not None else "not-there",
        reason=reason,
    )
