"""Objects in versions of APIs that are removed: by Kubernetes, or by who brings their kind.

Which those are says `rules/tables/removed-apis.yaml`. What a CustomResourceDefinition of the view says of its versions
counts more than the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from msgspec import Struct, convert

from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.apis.definitions import definitions
from mblint.facts.apis.rows import RemovedApi
from mblint.facts.world import World
from mblint.remedies.rendered import put
from mblint.shipped import read_table
from mblint.software.versions import Version


class _Row(Struct, frozen=True):
    """What is removed. The table's head explains the fields."""

    api: str
    kinds: tuple[str, ...]
    removed: str
    source: str
    instead: str | None = None
    same: bool = False


class _OfController(Struct, frozen=True):
    """A version of kinds that a program brings. `kinds`: those that are gone, where some are still served in it."""

    api: str
    program: str
    removed: str
    instead: str
    source: str
    same: bool = False
    unsupported: bool = False
    kinds: tuple[str, ...] = ()


def removed_apis(world: World) -> Iterator[RemovedApi]:
    """A row for each object that is written in a removed version."""
    said = world.config.cluster.version
    for held in world.cluster.everything:
        row = _rows().get((held.api_version, held.id.kind))
        if row is not None:
            yield RemovedApi(
                object=held.id,
                place=held.place.at("apiVersion"),
                linted=held.linted,
                edits=(put(held, held.place, "apiVersion", row.instead),) if row.same and row.instead else (),
                api_version=row.api,
                by="Kubernetes",
                removed=row.removed,
                instead=row.instead,
                same=row.same,
                cluster=said,
                verdict=_verdict(row.removed, said),
            )
        of_controller = _controllers().get(held.api_version)
        if of_controller is not None and (not of_controller.kinds or held.id.kind in of_controller.kinds):
            yield from _of_controller(world, held, of_controller)


def _of_controller(world: World, held: Object, row: _OfController) -> Iterator[RemovedApi]:
    group = group_of(held.api_version)
    if any(group == defined for defined, _ in definitions(world.cluster)):
        return
    runs = _runs(world).get(row.program)
    if runs is None:
        verdict = "unsupported" if row.unsupported else "later"
    else:
        verdict = "removed" if runs.numbers >= _numbers(row.removed) else "served"
    yield RemovedApi(
        object=held.id,
        place=held.place.at("apiVersion"),
        linted=held.linted,
        edits=(put(held, held.place, "apiVersion", row.instead),) if row.same else (),
        api_version=row.api,
        by=row.program,
        removed=row.removed,
        instead=row.instead,
        same=row.same,
        runs=None if runs is None else f"{row.program} {runs}",
        effect=("where that or a newer one runs " if verdict == "later" else "") + "it cannot be applied",
        verdict=verdict,
    )


@remembered
def _runs(world: World) -> Mapping[str, Version]:
    """The programs of the view, by name, with their versions."""
    found: dict[str, Version] = {}
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            running = world.programs.of_image(container.image)
            if running is not None and running.version is not None:
                found.setdefault(running.program.name, running.version)
    return found


def _verdict(removed: str, cluster: str | None) -> str:
    if cluster is None:
        return "unsupported" if _numbers(removed) <= _numbers(_oldest()) else "served"
    return "removed" if _numbers(removed) <= _numbers(cluster) else "served"


def _numbers(version: str) -> tuple[int, ...]:
    """`1.33` as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


@cache
def _table() -> Mapping[str, object]:
    return cast("Mapping[str, object]", read_table("tables/removed-apis.yaml"))


@cache
def _rows() -> Mapping[tuple[str, str], _Row]:
    rows = convert(_table()["removed"], tuple[_Row, ...])
    return {(row.api, kind): row for row in rows for kind in row.kinds}


@cache
def _controllers() -> Mapping[str, _OfController]:
    return {row.api: row for row in convert(_table()["controllers"], tuple[_OfController, ...])}


@cache
def _oldest() -> str:
    return str(cast("Mapping[str, object]", _table()["oldest"])["version"])
