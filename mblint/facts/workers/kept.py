"""Memory that a program is told to fill: the data of a cache, the buffers of a database (`keeps` of software files).

It grows into it by and by. Where that is no less than the limit, the kernel kills the container before the program
begins to throw anything out. Several of one program add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil, floor

from msgspec import Struct

from mblint.cluster.limit_ranges import limit_at
from mblint.cluster.objects import Container, ContainerRole, TextAt, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.workers.direct_memory import heap_and_buffers
from mblint.facts.workers.modelled import modelled
from mblint.facts.workers.quantities import mebibytes
from mblint.facts.workers.rows import KeptMemory
from mblint.facts.workers.runtime_heaps import Told, told_heaps
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.remedies.rendered import instead
from mblint.settings.mounted_files import mounted_files
from mblint.software.memory import Keeps
from mblint.software.setting_names import texts

_BESIDE = 1.25  # what it needs for itself: connections, copies while it writes to disk
_SIZE = regex(r"(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)[iI]?[bB]?")
_MIB = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0**2}
_MOST = 1024  # processes that anybody means
_UNITS = {"bytes": 1 / 1024**2, "KiB": 1 / 1024, "8KiB": 8 / 1024, "MiB": 1.0, "GiB": 1024.0}


class _Size(Struct, frozen=True):
    """So much memory, and in which words that is said."""

    mib: float
    said: str
    place: Place


def kept_memory(world: World) -> Iterator[KeptMemory]:
    """A row for each setting that says how much a program or a runtime keeps, in a container with a memory limit."""
    for one in running_programs(world):
        if one.running.program.has(Keeps) and (limit := _limit(world, one.workload, one.container)) is not None:
            told = list(_told(world, one))
            for each in (*told, *_sum(told, limit[1])):
                yield _row(one.workload, one.container, one.running.program.name, each, limit)
    for container in modelled(world):
        running = container.running
        if (limit := _limit(world, running.workload, running.container)) is not None:
            for runtime, told_heap in told_heaps(running):
                yield _row(running.workload, running.container, runtime, told_heap, limit)
            if (buffers := heap_and_buffers(world.cluster, running, limit[1])) is not None:
                yield _row(running.workload, running.container, "The JVM", buffers, limit)


def _limit(world: World, workload: Workload, container: Container) -> tuple[TextAt, float] | None:
    if container.role is ContainerRole.INIT:
        return None
    limit = limit_at(world.cluster, workload.id.namespace, container, "memory")
    mib = None if limit is None else mebibytes(limit.text)
    return None if limit is None or mib is None else (limit, mib)


def _told(world: World, one: RunningProgram) -> Iterator[Told]:
    for entry in one.running.entries(Keeps):
        if one.told.applies(entry) is True:
            found = list(_in_files(world, one, entry) if entry.file else _in_settings(one, entry))
            if found:
                yield _together(one, entry, found)


def _in_settings(one: RunningProgram, entry: Keeps) -> Iterator[_Size]:
    """What the setting that counts says; with a pattern, what all of them say that it is found in."""
    settings = list(one.told.all_of(entry.setting))
    for setting in settings if entry.pattern else settings[:1]:
        text = "" if setting.value is None or setting.secret else reveal(setting.value)
        value = text.rpartition("=")[2].strip().strip("\"'")  # of `-c shared_buffers=2GB`
        for size in re.findall(entry.pattern, text) if entry.pattern else (value,):
            if (mib := _mebibytes_in(size, entry.unit)) is not None:
                yield _Size(mib, f"{setting.label} {text}", setting.place)


def _in_files(world: World, one: RunningProgram, entry: Keeps) -> Iterator[_Size]:
    for file in mounted_files(world.cluster, one.workload, one.container):
        text = file.entry.text
        if isinstance(text, str) and any(matches(file.path, glob) for glob in texts(entry.file)):
            for found in re.finditer(entry.pattern, text):
                if (mib := _mebibytes_in(found[1], entry.unit)) is not None:
                    yield _Size(mib, f"{' '.join(found[0].split())} in {file.path}", file.entry.place)


def _together(one: RunningProgram, entry: Keeps, found: Sequence[_Size]) -> Told:
    """The sizes of an entry, for each of the processes that take so much."""
    said = list(dict.fromkeys(size.said for size in found))
    kept, place = sum(size.mib for size in found), found[0].place
    number = one.told.first(entry.times) if entry.times else None
    times = "" if number is None or number.value is None else reveal(number.value).strip()
    if number is not None and times.isdecimal() and 1 < int(times) <= _MOST:
        kept, said = kept * int(times), [*said, f"{number.label} {times}"]
    return Told(entry.what, ", ".join(said), kept, place, entry.before, entry.soft, entry.beside, entry.whole)


def _sum(told: Sequence[Told], limit: float) -> Iterator[Told]:
    """All together, where each alone would fit."""
    together = sum(one.mib for one in told)
    if len(told) > 1 and together >= limit > max(one.mib for one in told) and not any(one.soft for one in told):
        *first, last = told
        what = f"{', '.join(one.what for one in first)} and {last.what}"
        said = ", ".join(one.said for one in told)
        yield Told(what, said, together, first[0].place, last.before)


def _mebibytes_in(text: str, unit: str) -> float | None:
    size = _SIZE.fullmatch(text.strip())
    return None if size is None else float(size[1]) * (_MIB[size[2].lower()] if size[2] else _UNITS[unit])


def _row(workload: Workload, container: Container, software: str, told: Told, at: tuple[TextAt, float]) -> KeptMemory:
    limit, mib = at
    enough = ceil(told.mib if told.whole else max(told.mib * _BESIDE, told.mib + told.beside))
    too_much = told.mib > mib if told.whole else told.mib + told.beside >= mib
    only_beside = told.beside if too_much and told.mib < mib else 0
    mended = too_much and workload.linted and limit.place != container.place
    return KeptMemory(
        object=workload.id,
        container=container.name,
        place=told.place,
        related=(Related("the memory limit", limit.place),),
        linted=workload.linted,
        software=software,
        what=f"{told.what} and {only_beside} MiB beside it" if only_beside else told.what,
        said=told.said,
        before=told.before,
        kept_mib=ceil(told.mib) + only_beside,
        limit_mib=floor(mib),
        enough_mib=enough,
        verdict="fits" if not too_much else "may-be-too-much" if told.soft else "too-much",
        edits=(instead(workload, limit.place, f"{enough}Mi"),) if mended else (),
    )
