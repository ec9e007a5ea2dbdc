"""`rules/tables/pools.yaml`: servers that keep a process for each request at the same time, and how many they may keep.

How many stands in a file that is mounted, or in a variable that the script of an image writes into one. With a pool
that is `static` all of them are there at once; else they come as requests do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.secrets import SecretText
from mblint.facts.runs.run import run_of
from mblint.facts.workers.models.recognise import Running
from mblint.facts.workers.models.tables import Row, Three
from mblint.facts.workers.models.worker_count import Workers
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.shipped import read_table

_SECTION = regex(r"\[([^\]\n]+)\]")
_ASSIGNMENT = regex(r"(pm(?:\.\w+)?)\s*=\s*\"?([^\s;\"]+)")
_PREFORK = regex(r"(?is)<IfModule\s+(?:mpm_prefork_module|prefork\.c|mpm_prefork\.c)\s*>(.*?)</IfModule>")
_DIRECTIVE = regex(r"(?im)^[ \t]*(MaxRequestWorkers|MaxClients|StartServers)[ \t]+(\S+)")
_MOST = 4096  # processes that anybody means


class PoolServer(Struct, frozen=True):
    """One row. `most`, `manager`, `fewest`: variables. `programs`: what a command of the manifest's own may start."""

    name: str
    form: str
    programs: tuple[str, ...]
    files: tuple[str, ...]
    base: Three
    child: Three
    source: str
    see: str
    most: tuple[str, ...] = ()
    manager: tuple[str, ...] = ()
    fewest: tuple[str, ...] = ()
    images: tuple[str, ...] = ()  # globs: of a program that is known only these read the files


class Pool(Struct, frozen=True):
    """What a container's server is told of its processes, and what they need."""

    name: str
    workers: Workers
    memory: Row


class _File(Struct, frozen=True):
    pools: tuple[PoolServer, ...]


def pool(world: World, running: Running) -> Pool | None:
    """The pool of a container; None where nothing is said of one, or what nobody can read."""
    for server in _rows():
        if _runs(world, running, server):
            workers = _in_files(world, running, server) or _in_variables(running, server)
            if workers is not None:
                return Pool(server.name, workers, _row(server))
    return None


def _runs(world: World, running: Running, server: PoolServer) -> bool:
    """Whether the image's own command runs, or one that starts this server, in an image that may have it."""
    container = running.container
    known = world.programs.of_image(container.image)
    if known is not None and not any(matches(container.image or "", glob) for glob in server.images):
        return False
    if container.command is None and container.args is None:
        return running.workload.lasting
    run = run_of(world, running.workload, container)
    return (
        not run.at_once and bool(run.programs) and any(matches(run.programs[-1].name, one) for one in server.programs)
    )


def _in_files(world: World, running: Running, server: PoolServer) -> Workers | None:
    """What the files say in the order of their names, of which the last counts."""
    read = {"php-fpm": _php_fpm, "prefork": _prefork}[server.form]
    texts: list[tuple[str, str, Place]] = []
    for file in mounted_files(world.cluster, running.workload, running.container):
        if any(matches(file.path, glob) for glob in server.files):
            if not isinstance(file.entry.text, str):
                return None
            texts.append((file.path, file.entry.text, file.entry.place))
    return read(sorted(texts, key=lambda one: one[0])) if texts else None


def _php_fpm(texts: Sequence[tuple[str, str, Place]]) -> Workers | None:
    """All pools together; a section that stands in several files is one pool."""
    pools: dict[str, dict[str, str]] = {}
    place: Place | None = None
    for _, text, where in texts:
        section = ""
        for line in text.splitlines():
            if (head := _SECTION.match(line.strip())) is not None:
                section = head[1].strip()
            elif (said := _ASSIGNMENT.match(line.strip())) is not None:
                pools.setdefault(section, {})[said[1]] = said[2]
                place = place or (where if said[1] == "pm.max_children" else None)
    ranges = [_of_pool(one) for one in pools.values() if "pm.max_children" in one]
    known = [one for one in ranges if one is not None]
    return (
        _workers(sum(one[0] for one in known), sum(one[1] for one in known), place)
        if len(known) == len(ranges)
        else None
    )


def _of_pool(said: dict[str, str]) -> tuple[int, int] | None:
    """The fewest children of a pool, and the most."""
    most, start = _number(said["pm.max_children"]), _number(said.get("pm.start_servers", "1"))
    if most is None:
        return None
    return (_fewest(said.get("pm", "dynamic"), start, most), most)


def _fewest(manager: str, start: int | None, most: int) -> int:
    if manager == "static":
        return most
    return min(start or 1, most) if manager == "dynamic" else 1


def _prefork(texts: Sequence[tuple[str, str, Place]]) -> Workers | None:
    said: dict[str, str] = {}
    place: Place | None = None
    for path, text, where in texts:
        blocks = _PREFORK.findall(text) or ([text] if "prefork" in path.rpartition("/")[2] else [])
        for found in (one for block in blocks for one in _DIRECTIVE.finditer(block)):
            said[found[1].lower().replace("maxclients", "maxrequestworkers")] = found[2]
            place = where
    most = _number(said.get("maxrequestworkers", ""))
    return None if most is None else _workers(min(_number(said.get("startservers", "")) or 1, most), most, place)


def _in_variables(running: Running, server: PoolServer) -> Workers | None:
    said = {one.key: one for one in running.variables if not isinstance(one.value, SecretText) and one.value}
    found = next((said[name] for name in server.most if name in said), None)
    most = None if found is None else _number(str(found.value))
    if found is None or most is None:
        return None
    manager = next((str(said[name].value) for name in server.manager if name in said), "ondemand")
    start = next((_number(str(said[name].value)) for name in server.fewest if name in said), 1)
    return _workers(_fewest(manager.strip().lower(), start, most), most, found.place)


def _number(text: str) -> int | None:
    number = int(text) if re.fullmatch(r"\s*\d{1,5}\s*", text) else 0
    return number if 0 < number <= _MOST else None


def _workers(fewest: int, most: int, place: Place | None) -> Workers | None:
    return Workers(fewest, most, place=place) if most else None


def _row(server: PoolServer) -> Row:
    return Row(of="memory", base=server.base, worker=server.child, evidence="class", source=server.source)


@cache
def _rows() -> tuple[PoolServer, ...]:
    return convert(read_table("tables/pools.yaml"), _File).pools
