"""Routes that lead to known software by a path: does it answer there, or elsewhere alone?

A route hands on the path that the browser asked for, unless something takes it off. Programs that serve pages do so
below one path (`base-path` of software files), and answer others with 404 or a redirect. A path that bears the name of
the program, its Service or its workload was chosen for it, and is none of its own. A route that takes the path off
before a program that was told it leads to what the program does not answer, either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Route, Workload
from mblint.cluster.secrets import unquoted
from mblint.facts.listening.base_probes import Base, bases_at_the_root, bases_of_frameworks
from mblint.facts.listening.handed_paths import handed_on, stem
from mblint.facts.listening.rows import RoutedPath
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, program_of, running_programs
from mblint.facts.told import told_to
from mblint.facts.way.heard import is_spoken_of, reads_what_is_not_there
from mblint.facts.way.served import ServedHost, served_hosts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.rows import Setting
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.network import BasePath
from mblint.software.setting_names import texts
from mblint.urls import split_url

_UNREAD = "what the route makes of the path is not known"
_SCRIPT = regex(r"/[\w./-]+\.(?:sh|bash|py)\b")
# Words that stand at the root of many programs: a Service named so says nothing of whose path it is.
_OF_MANY = frozenset(
    (
        *("api", "apis", "app", "web", "ui", "admin", "auth", "login", "oauth", "oauth2", "sso", "metrics", "health"),
        *("status", "static", "assets", "public", "media", "files", "docs", "graphql", "ws", "socket.io", "dashboard"),
        *("console", "server", "client", "hub", "graph", "push", "query", "v1", "v2", "webhook", "rpc", "search"),
    )
)


def routed_paths(world: World) -> Iterator[RoutedPath]:
    """A row for each path of a route to a program whose base path is known, in the order of the programs."""
    for one in running_programs(world):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(BasePath):
            seen: set[tuple[object, str]] = set()
            for served in served_hosts(world, one.workload):
                written = served.path or ""
                if (served.route.id, written) not in seen and served.reaches(world, one.workload, one.container):
                    seen.add((served.route.id, written))
                    yield from _rows(world, one, served, written)
    for workload in world.cluster.workloads:
        yield from _of_frameworks(world, workload)


def _rows(world: World, one: RunningProgram, served: ServedHost, written: str) -> Iterator[RoutedPath]:
    asked = served.number(one.container)
    entries = [
        entry
        for entry in one.running.entries(BasePath)
        if entry.at in (None, asked) and one.told.applies(entry) is True
    ]
    path, route = stem(written), served.route
    if len(entries) != 1 or path is None:
        return
    entry = entries[0]
    setting = one.told.first(entry.setting) if entry.setting else None
    base = entry.default.rstrip("/") if setting is None else _path_of(setting)
    handed = handed_on(world, route, written)
    reason = _doubt(world, one, entry, base, handed)
    verdict = "unknown"
    if base is not None and handed is not None:
        verdict = _verdict(one, route, entry, path, base, handed)
    if entry.asks_at_root and base == "" and handed == "/" and _asks_elsewhere(world, one, entry, route):
        verdict = "asks-at-root"
    if verdict not in ("answered", "unknown") and reason is not None:
        verdict = "unknown"
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
        setting=next(iter(texts(entry.links if verdict == "asks-at-root" else entry.setting)), ""),
        to=_written(entry, route, path),
        says=_says(verdict, path, base or "/"),
        handed=handed or "",
        verdict=verdict,
        reason=reason or ("the path may be one of its own" if verdict == "unknown" else None),
    )


def _says(verdict: str, path: str, serves_at: str) -> str:
    """What comes of a path that is taken off, as a clause."""
    if verdict == "asks-at-root":
        return f"its pages, which know nothing of {path}, ask for their scripts at /: browsers get an empty page"
    return f"it serves its pages below {serves_at}: whoever comes by {path} gets a 404, or is sent round in circles"


def _asks_elsewhere(world: World, one: RunningProgram, entry: BasePath, route: Route) -> bool:
    """Whether nothing tells its pages a path, and no route of the host leads to it from the root, where they ask."""
    hosts = {host.text for host in route.hosts}
    if any(each.host.text in hosts and stem(each.path) is None for each in served_hosts(world, one.workload)):
        return False
    told = one.told.first(entry.links) if entry.links else None
    return (told is None and one.told.complete) or (told is not None and _path_of(told) == "")


def _verdict(one: RunningProgram, route: Route, entry: BasePath, path: str, base: str, handed: str) -> str:
    below = handed.rstrip("/")
    if _is_below(below, base) or _is_below(base, below) or any(_is_below(below, own) for own in texts(entry.own)):
        return "answered"
    if handed != path:
        return "answered" if entry.also_root and not below else "taken-off" if base and not below else "unknown"
    chosen = (
        (base and not entry.also_root)
        or any(_is_below(path, each) for each in texts(entry.gone))
        or _names_it(one, route, path)
    )
    return "not-there" if chosen else "unknown"


def _written(entry: BasePath, route: Route, path: str) -> str:
    host = route.hosts[0].text if route.hosts else "HOST"
    return f"https://{host}{path}" if entry.form == "url" else path


def _path_of(setting: Setting) -> str | None:
    """The path that a setting says, `/x` of `/x/`, `x` and `https://host/x`; None where that is not known."""
    if setting.value is None or setting.secret:
        return None
    text = unquoted(setting.value)
    if "%(" in text or "{{" in text or "${" in text:
        text = re.sub(r"^[^/]*//[^/]*", "", text)
        return text.rstrip("/") if re.fullmatch(r"[\w./~-]*", text) else None
    if "://" not in text:
        return f"/{text.strip('/')}".rstrip("/")
    parts = split_url(text)
    return parts.path.rstrip("/") if any(parts) else None


def _is_below(path: str, base: str) -> bool:
    return path == base or path.startswith(f"{base}/") if base else path == ""


def _names_it(one: RunningProgram, route: Route, path: str) -> bool:
    """Whether the path is the name of the program, its workload or the Service: no program has that as its own.

    The program's own name may stand below others: `/tools/grafana`.
    """
    *above, last = (part.lower().replace("-", "") for part in path.strip("/").split("/"))
    program = one.running.program
    of_program = {program.id, program.name.lower(), one.running.image.path.rpartition("/")[2]}
    if above:
        return _OF_MANY.isdisjoint(above) and last in set(map(_plain, of_program))
    names = {one.workload.id.name, one.container.name}
    names |= {backend.service for backend in route.backends if stem(backend.path) == path}
    return last in set(map(_plain, of_program)) or (last not in _OF_MANY and last in set(map(_plain, names)))


def _plain(name: str) -> str:
    return name.replace("-", "").replace(" ", "")


def _doubt(world: World, one: RunningProgram, entry: BasePath, base: str | None, handed: str | None) -> str | None:
    if base is None:
        return "its base path is not all in the view"
    if not is_spoken_of(one.running, (entry,)) or one.running.undecided(BasePath):
        return "it is no image of its makers whose version is known"
    if (
        reads_what_is_not_there(world, one.workload)
        or may_be_unseen(world.cluster, one.workload, one.container, entry.completed_by)
        or _runs_a_script(world, one)
    ):
        return "it reads files that are not in the view"
    return _UNREAD if handed is None else None


def _runs_a_script(world: World, one: RunningProgram) -> bool:
    """Whether its command names a script that is mounted, and may tell it anything."""
    named = {path for word in one.container.words for path in _SCRIPT.findall(word.text)}
    mounted = mounted_files(world.cluster, one.workload, one.container) if named else ()
    return any(file.path in named for file in mounted) or any(
        may_be_unseen(world.cluster, one.workload, one.container, path) for path in named
    )


# ---------------------------------------------------------------- programs of any maker


def _of_frameworks(world: World, workload: Workload) -> Iterator[RoutedPath]:
    """A program that its framework puts below a path, and a route that leads to it by another one."""
    for served in served_hosts(world, workload):
        for container in workload.pod.containers if stem(served.path) is not None else ():
            told = told_to(world, workload, container) if served.reaches(world, workload, container) else None
            known = program_of(world, workload, container)
            if told is None or (known is not None and known.running.program.has(BasePath)):
                continue
            for base in bases_of_frameworks(told):
                if base.setting is not None and _is_asked_at(container, served, base):
                    yield _row_of_framework(world, workload, container, base, served)
            for base in bases_at_the_root(told) if _is_alone(world, workload, served) else ():
                if _is_asked_at(container, served, base) and not reads_what_is_not_there(world, workload):
                    yield _row_of_framework(world, workload, container, base, served)


def _is_alone(world: World, workload: Workload, served: ServedHost) -> bool:
    """Whether nothing but paths below one lead browsers from a host to a workload."""
    return not any(
        each.host.text == served.host.text and stem(each.path) is None for each in served_hosts(world, workload)
    )


def _is_asked_at(container: Container, served: ServedHost, base: Base) -> bool:
    return served.number(container) in base.ports


def _row_of_framework(
    world: World, workload: Workload, container: Container, base: Base, served: ServedHost
) -> RoutedPath:
    route, path, below = served.route, stem(served.path) or "", f"/{base.path.strip('/')}"
    handed = handed_on(world, route, served.path or "")
    answered = handed is not None and (_is_below(handed, below) or (below != "/" and _is_below(below, handed)))
    missed = "not-there" if handed == path else "taken-off" if handed == "/" else "unknown"
    return RoutedPath(
        object=workload.id,
        container=container.name,
        place=container.place if base.setting is None else base.setting.place,
        related=(Related(f"{route.id.kind} {route.id.name} leads {path} to it", route.place, route.id),),
        linted=workload.linted,
        software=base.software,
        route=f"{route.id.kind} {route.id.name}",
        path=path,
        serves_at=below,
        said=base.setting is not None,
        setting=base.said_by if base.setting is None else base.setting.key,
        to=path,
        handed=handed or "",
        says=_says(missed, path, below),
        verdict="answered" if answered else missed,
        reason=_UNREAD if handed is None else None,
    )
