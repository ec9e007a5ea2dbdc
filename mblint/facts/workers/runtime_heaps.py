"""`rules/tables/runtime-heaps.yaml`: how the runtime of a language is told how large its heap may grow.

Whatever program it is that runs: an option of its command line, a variable that holds such options, or one that is the
size itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.facts.workers.models.recognise import Running
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.shipped import read_table

_SIZE = regex(r"(\d+)(B|[KMGT]iB)?")
_MIB = {"B": 1 / 1024**2, "KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0, "TiB": 1024.0**2}


class RuntimeHeap(Struct, frozen=True):
    """One row. `option`: of its command line and in `variable`; without one, the variable's text is the size.

    `unit`: of a number alone. `before`: what the runtime would do at that size. `soft`: it is no bound.
    """

    runtime: str
    what: str
    variable: str
    unit: str
    before: str
    source: str
    option: str = ""
    soft: bool = False


class Told(Struct, frozen=True):
    """So much memory, for what, and in which words. `before`: what the program would do at that, as a clause.

    `soft`: the program takes it only where its work asks for it. `beside`: MiB that it takes for certain besides.
    `whole`: it is all that it takes.
    """

    what: str
    said: str
    mib: float
    place: Place
    before: str
    soft: bool = False
    beside: int = 0
    whole: bool = False


class _File(Struct, frozen=True):
    heaps: tuple[RuntimeHeap, ...]


def told_heaps(running: Running) -> Iterator[tuple[str, Told]]:
    """By runtime what the command and the variables of a container say; of several of one runtime the last."""
    texts = [(word.text, word.place, "") for word in running.container.words]
    texts += [(one.value, one.place, one.key) for one in running.variables if isinstance(one.value, str)]
    for row in _rows():
        found = [heap for text, place, key in texts for heap in _found(row, text, place, key)]
        yield from ((row.runtime, heap) for heap in found[-1:])


def _found(row: RuntimeHeap, text: str, place: Place, key: str) -> Iterator[Told]:
    if key and key != row.variable:
        return
    if row.option:
        where = f" in {key}" if key else ""
        for said in re.finditer(rf"(?:^|[\s\"'])({re.escape(row.option)}[= ])(\d+)(?=$|[\s\"'])", text):
            yield _heap(row, int(said[2]) * _MIB[row.unit], f"{said[1]}{said[2]}{where}", place)
    elif key and (size := _SIZE.fullmatch(text.strip())) is not None:
        yield _heap(row, int(size[1]) * _MIB[size[2] or row.unit], f"{key}={text.strip()}", place)


def _heap(row: RuntimeHeap, mib: float, said: str, place: Place) -> Told:
    return Told(row.what, said, mib, place, row.before, row.soft)


@cache
def _rows() -> tuple[RuntimeHeap, ...]:
    return convert(read_table("tables/runtime-heaps.yaml"), _File).heaps
