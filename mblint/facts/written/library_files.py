"""Files of which a library, and no program's own file, says who reads them and in which format.

A variable names the file (GOOGLE_APPLICATION_CREDENTIALS), or its own text shows whose it is
(`rules/tables/file-readers.yaml`).
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.world import World
from mblint.settings.mounted_files import MountedFile
from mblint.settings.names import Origin
from mblint.settings.tables import as_text, as_texts, load_table

_OF_FILES = ("_CREDENTIALS", "_CREDENTIALS_FILE")  # how variables end that name a file of credentials
_START = 4096  # characters in which a file shows whose it is


class Reader(Struct, frozen=True, eq=False):
    """One row of the table."""

    name: str
    format: str
    settings: frozenset[str]
    holds: re.Pattern[str] | None


def library_reader(world: World, workload: Workload, container: Container, file: MountedFile) -> Reader | None:
    """The library that reads a file; None where nothing says so."""
    text = "" if file.entry.text is None else reveal(file.entry.text)[:_START]
    for reader in _readers():
        if reader.holds is not None and "{" in text and reader.holds.match(text):
            return reader
    path = posixpath.normpath(file.path)
    readers = [reader for named, reader in _named(world).get((id(workload), id(container)), ()) if named == path]
    return readers[0] if readers and all(reader is readers[0] for reader in readers) else None


@remembered
def _named(world: World) -> Mapping[tuple[int, int], Sequence[tuple[str, Reader | None]]]:
    """By workload and container: the files that variables name for a library, in their order; None: for another one.

    Charts that serve all clouds name one file for each of them, of which it is for one.
    """
    found: defaultdict[tuple[int, int], list[tuple[str, Reader | None]]] = defaultdict(list)
    for setting in world.settings:
        if setting.origin is Origin.ENV and setting.key.endswith(_OF_FILES):
            named = posixpath.normpath(reveal(setting.value or ""))
            found[id(setting.workload), id(setting.container)].append((named, _by_setting().get(setting.key)))
    return found


@cache
def _readers() -> tuple[Reader, ...]:
    return tuple(
        Reader(
            as_text(row, "reader") or "",
            as_text(row, "format") or "",
            frozenset(as_texts(row, "setting")),
            re.compile(pattern, re.S) if (pattern := as_text(row, "holds")) else None,
        )
        for row in load_table("file-readers", "readers")
    )


@cache
def _by_setting() -> dict[str, Reader]:
    return {name: reader for reader in _readers() for name in reader.settings}
