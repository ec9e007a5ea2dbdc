"""Memory that a program is told to fill: the data of a cache, the buffers of a database (`keeps` of software files).

It grows into it by and by. Where that is no less than the limit, the kernel kills the container before the program
begins to throw anything out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil, floor

from mblint.cluster.limit_ranges import limit_at
from mblint.cluster.objects import ContainerRole, TextAt
from mblint.cluster.secrets import reveal
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.workers.quantities import mebibytes
from mblint.facts.workers.rows import KeptMemory
from mblint.facts.world import World
from mblint.remedies.rendered import instead
from mblint.settings.rows import Setting
from mblint.software.running import Keeps

_BESIDE = 1.25  # what it needs for itself: connections, copies while it writes to disk
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)(?:[iI]?[bB])?")
_MIB = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0**2}
_UNITS = {"bytes": 1 / 1024**2, "KiB": 1 / 1024, "8KiB": 8 / 1024, "MiB": 1.0, "GiB": 1024.0}


def kept_memory(world: World) -> Iterator[KeptMemory]:
    """A row for each setting of a known program that says how much it keeps, in a container with a memory limit."""
    for one in running_programs(world):
        if one.container.role is ContainerRole.INIT or not one.running.program.has(Keeps):
            continue
        limit = limit_at(world.cluster, one.workload.id.namespace, one.container, "memory")
        mib = None if limit is None else mebibytes(limit.text)
        for entry in one.running.entries(Keeps) if limit is not None and mib is not None else ():
            setting = one.told.first(entry.setting) if one.told.applies(entry) is True else None
            kept = None if setting is None else _mebibytes_in(setting, entry.unit)
            if limit is not None and mib is not None and setting is not None and kept is not None:
                yield _row(one, entry, setting, kept, limit, mib)


def _mebibytes_in(setting: Setting, unit: str) -> float | None:
    text = "" if setting.value is None or setting.secret else reveal(setting.value).strip().strip("\"'")
    size = _SIZE.fullmatch(text)
    return None if size is None else float(size[1]) * (_MIB[size[2].lower()] if size[2] else _UNITS[unit])


def _row(one: RunningProgram, entry: Keeps, setting: Setting, kept: float, limit: TextAt, mib: float) -> KeptMemory:
    enough = ceil(kept * _BESIDE)
    text = "" if setting.value is None else reveal(setting.value)
    too_much = kept >= mib
    mended = too_much and one.workload.linted and limit.place != one.container.place
    return KeptMemory(
        object=one.workload.id,
        container=one.container.name,
        place=setting.place,
        related=(Related("the memory limit", limit.place),),
        linted=one.workload.linted,
        software=one.running.program.name,
        what=entry.what,
        said=f"{setting.label} {text}",
        kept_mib=ceil(kept),
        limit_mib=floor(mib),
        enough_mib=enough,
        verdict="too-much" if too_much else "fits",
        edits=(instead(one.workload, limit.place, f"{enough}Mi"),) if mended else (),
    )
